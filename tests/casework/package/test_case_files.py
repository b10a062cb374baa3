"""What became of the case's files since they were read is said, by the one who packs and by the one who checks."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tests.casework.package.packed_case import SIGNER, Place, pack

import headwater_verify as verify
from headwater.casework.package.answer import said_of_clocks
from headwater.model.errors import CaseError
from headwater.model.words import LANGS
from headwater.network.notes import _clocks

PEOPLE = ("15400000001", "15400000002", "15412345678", "张晓明", "王丽华", "客户1")


def manifest(package: Path) -> dict[str, Any]:
    with zipfile.ZipFile(package) as archive:
        told: dict[str, Any] = json.loads(archive.read("manifest.json"))
    return told


def states(package: Path) -> dict[str, str]:
    return {f["path"]: f["state"] for f in manifest(package)["inputs"]["files"]}


def test_every_file_of_the_case_has_its_two_digests(package: Path, investigated: Place) -> None:
    told = manifest(package)["inputs"]
    files = [f for f in investigated.case.rglob("*") if f.is_file()]
    assert sorted(f["sha256"] for f in told["files"]) == sorted(
        hashlib.sha256(f.read_bytes()).hexdigest() for f in files
    )
    assert sorted(f["sm3"] for f in told["files"]) == sorted(
        hashlib.new("sm3", f.read_bytes()).hexdigest() for f in files
    )
    assert told["totals"]["bytes"] == sum(f.stat().st_size for f in files)
    assert set(states(package).values()) == {"same", "settings"}


def test_files_that_could_not_be_read_are_there_too(package: Path) -> None:
    assert states(package)["seized/E1/torn.xlsx"] == "same"
    reason = "the archive is torn off: its directory is missing"
    assert manifest(package)["inputs"]["not_read"] == [{"path": "seized/E1/torn.xlsx", "reason": reason}]
    assert manifest(package)["counts"]["rejected"] == [{"lines": 1, "reason": "not a line of an access log"}]


def test_nobody_stands_in_the_manifest(package: Path) -> None:
    data = zipfile.ZipFile(package)
    with data:
        for name in data.namelist():
            text = data.read(name).decode("utf-8", "replace")
            assert [person for person in PEOPLE if person in text] == [], name
    masked = [f for f in manifest(package)["inputs"]["files"] if f.get("masked")]
    assert len(masked) == 1
    assert "154****5678" in masked[0]["path"]


def test_what_changed_since_it_was_read_is_said(place: Place) -> None:
    case = place.case
    with (case / "logs/access.log").open("a") as log:
        log.write("one line more\n")
    roster = case / "hr/roster.csv"
    roster.write_text(roster.read_text().replace("sales", "Sales"))
    (case / "hr/accounts.csv").unlink()
    (case / "hr/late.csv").write_text("employee\nE9\n")
    packed = pack(place)
    assert {f.shown: f.state for f in packed.different} == {
        "logs/access.log": "grown",
        "hr/roster.csv": "changed",
        "hr/accounts.csv": "gone",
        "hr/late.csv": "never read",
    }
    assert {p: s for p, s in states(place.package).items() if s not in ("same", "settings")} == {
        f.shown: f.state for f in packed.different
    }


def test_a_result_of_another_reading_is_not_packed(place: Place) -> None:
    file = place.out / "result.json"
    result = json.loads(file.read_bytes())
    result["read"]["files"][0]["sha256"] = "0" * 64
    file.write_text(json.dumps(result))
    with pytest.raises(CaseError, match="other files than this workspace has read"):
        pack(place)
    file.write_text("{}")
    with pytest.raises(CaseError, match="no result"):
        pack(place)
    file.unlink()
    with pytest.raises(CaseError, match="there is no result"):
        pack(place)
    assert not place.package.exists()


def checked(package: Path, case: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    capsys.readouterr()
    code = verify.main([str(package), "--key", SIGNER.fingerprint, "--case", str(case)])
    return code, capsys.readouterr().out


@pytest.fixture
def case(investigated: Place, tmp_path: Path) -> Path:
    return Path(shutil.copytree(investigated.case, tmp_path / "case"))


def test_who_checks_may_hold_the_original_files_against_the_package(
    package: Path, case: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = checked(package, case, capsys)
    assert (code, "as they were: 7 of 7" in said) == (0, True)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("logs/access.log", "logs/access.log: other bytes than were read"),
        ("seized/E1/名单_15412345678.csv", "was not there when the package was made"),
    ],
)
def test_a_changed_original_is_found(
    package: Path, case: Path, path: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    data = bytearray((case / path).read_bytes())
    data[-3] ^= 1
    (case / path).write_bytes(data)
    code, said = checked(package, case, capsys)
    assert (code, told in said) == (1, True)


def test_originals_that_are_missing_moved_or_new_are_found(
    package: Path, case: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (case / "seized/E1/torn.xlsx").rename(case / "seized/torn.xlsx")
    (case / "new.txt").write_text("x")
    code, said = checked(package, case, capsys)
    assert code == 1
    assert "seized/E1/torn.xlsx: is missing now" in said
    assert "seized/torn.xlsx: was not there" in said
    assert "new.txt: was not there" in said


def test_a_masked_original_that_is_missing_is_found(
    package: Path, case: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (case / "seized/E1/名单_15412345678.csv").unlink()
    assert checked(package, case, capsys)[0] == 1


def test_links_that_lead_out_of_the_case_are_not_followed(
    package: Path, case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "outside").write_text("x")
    (case / "logs/out.log").symlink_to(tmp_path / "outside")
    assert checked(package, case, capsys)[0] == 0
    (case / "logs/in.log").symlink_to(case / "logs/access.log")
    assert checked(package, case, capsys)[0] == 1


def without_sm3(name: str, *_data: object) -> object:
    raise ValueError(f"unsupported hash type {name}")


def test_without_sm3_a_small_case_is_packed_all_the_same_and_a_large_one_is_refused(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pack(place)
    first = place.package.read_bytes()
    monkeypatch.setattr(hashlib, "new", without_sm3)
    pack(place)
    assert place.package.read_bytes() == first
    assert verify.main([str(place.package), "--key", SIGNER.fingerprint]) == 0
    monkeypatch.setattr(verify, "SLOW", 1000)
    assert verify.main([str(place.package), "--key", SIGNER.fingerprint]) == 0
    assert "SM3 not checked" in capsys.readouterr().out
    monkeypatch.setattr(verify, "SLOW", 2 * place.package.stat().st_size)
    with (place.case / "hr/roster.csv").open("ab") as roster:
        roster.write(bytes(2 * place.package.stat().st_size))
    pack(place)
    options = ["--key", SIGNER.fingerprint, "--case", str(place.case)]
    assert verify.main([str(place.package), *options]) == 0
    assert "7 of 7 (SHA-256)" in capsys.readouterr().out
    with (place.case / "large.bin").open("wb") as large:
        large.truncate(1 << 26)
    with pytest.raises(CaseError, match="has no SM3"):
        pack(place)


def test_what_is_said_of_clocks_is_taken_over() -> None:
    wrong = pd.DataFrame({"owner": ["A", "B"], "offset": [120_000_000, -60_000_000], "shared": [10, 20]})
    told = list(_clocks(wrong))
    for lang in LANGS:
        notes = [text.said(lang) for text in told]
        assert said_of_clocks({"limits": ["something else"], "network": {"notes": notes}}) == notes

"""What is hostile costs one file and says so: readers that crash, hang, eat memory or fail, bombs, links and names."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from made_survey import ID, csv, hostile, mail, people, plugged, write, zipped

from headwater.casework.reports import scan_schema
from headwater.investigation.survey_options import Options
from headwater.investigation.surveying import survey

pytestmark = pytest.mark.slow

_SCAN = """
import json, sys
from pathlib import Path
from headwater.investigation.survey_options import Options
from headwater.investigation.surveying import survey
state = Path(sys.argv[3]) if len(sys.argv) > 3 else None
options = Options(memory_mb=900, seconds_per_file=float(sys.argv[2]), jobs=2, state=state)
json.dump(survey([Path(sys.argv[1])], options), sys.stdout)
"""


def attack(place: Path, found: Path, seconds: float, *more: str) -> tuple[dict[str, Any], str]:
    """Scan with a reader that does what files tell it to do: the answer, and what was said on standard error."""
    paths = [str(plugged(place / "plug")), *(p for p in sys.path if p)]
    run = subprocess.run(
        [sys.executable, "-c", _SCAN, str(found), str(seconds), *more],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        timeout=300,
        check=True,
    )
    return json.loads(run.stdout), run.stderr.decode()


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], str]:
    """The answer of a scan with hostile readers, by its files, and what it said on standard error."""
    place = tmp_path_factory.mktemp("hostile")
    ways = ("crash", "hang", "eat", "leave", "fail")
    good = csv(people(range(30)))
    found = write(
        place / "found",
        {
            **{f"{how}.bin": hostile(how) for how in ways},
            "good.csv": good,
            "slow.bin": hostile("slow"),
            "pack.zip": zipped(
                {"a.csv": good, "b": hostile("crash"), "c.csv": good, "d": hostile("hang"), "e.csv": good}
            ),
            "mail.eml": mail("see attached\n", {"a.csv": good, "b": hostile("fail")}),
            "unfit.csv": b"HOSTILE unfit\n" + good,
        },
    )
    return attack(place, found, 4)


def reasons(answer: dict[str, Any]) -> dict[str, list[str]]:
    """The reasons of each file that was not read or only partly, by the last of its path."""
    told: dict[str, list[str]] = {}
    for row in answer["not_read"]:
        told.setdefault(row["path"].split("/")[-1], []).append(row["reason"])
    for row in answer["files"]:
        if row["reasons"]:
            told.setdefault(row["path"].split("/")[-1], []).extend(row["reasons"])
    return told


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("crash.bin", "brought its reader down (exit -11)"),
        ("leave.bin", "brought its reader down (exit 0)"),
        ("hang.bin", "took longer than it may (4 seconds"),
        ("eat.bin", "needed more than 900 MB of memory"),
        ("fail.bin", "its reader failed (RuntimeError)"),
        ("pack.zip!b", "brought its reader down (exit -11)"),
        ("pack.zip!d", "took longer than it may (4 seconds"),
        ("mail.eml!b", "its reader failed (RuntimeError)"),
    ],
)
def test_a_hostile_file_costs_itself_and_says_so(attacked: tuple[dict[str, Any], str], name: str, why: str) -> None:
    (told,) = reasons(attacked[0])[name]
    assert told.startswith(why)


def test_all_others_are_read(attacked: tuple[dict[str, Any], str]) -> None:
    answer, _ = attacked
    assert scan_schema.check(answer) == ()
    assert len(reasons(answer)) == 8
    whole = {f["path"].split("/")[-1]: f["named"] for f in answer["files"] if not f["reasons"]}
    assert whole.pop("mail.eml") == 0
    assert "slow.bin" in whole  # its pages come more slowly than a whole file may, but each in its time
    del whole["slow.bin"]
    assert whole == dict.fromkeys(
        ("good.csv", "mail.eml!a.csv", "pack.zip!a.csv", "pack.zip!c.csv", "pack.zip!e.csv", "unfit.csv"), 30
    )
    assert (
        answer["totals"]["files"]
        == answer["totals"]["read"] + answer["totals"]["partly_read"] + answer["totals"]["unread"]
    )
    assert answer["totals"]["named"] == 30


def test_a_reader_that_cannot_be_loaded_is_told(attacked: tuple[dict[str, Any], str]) -> None:
    assert [line for line in attacked[0]["limits"] if "broken" in line and "ImportError" in line]


def test_nothing_that_a_reader_says_in_its_error_gets_out(attacked: tuple[dict[str, Any], str]) -> None:
    assert ID not in attacked[1]
    assert ID not in json.dumps(attacked[0])


def scanned(paths: Sequence[Path], **chosen: Any) -> dict[str, Any]:
    answer = survey(paths, Options(jobs=2, **chosen))
    assert scan_schema.check(answer) == ()
    return answer


def test_bombs_and_names_that_lead_out_of_archives(tmp_path: Path) -> None:
    bomb = tmp_path / "found" / "bomb.zip"
    bomb.parent.mkdir()
    with (
        zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("x.txt", "w", force_zip64=True) as out,
    ):
        for _ in range(400):
            out.write(bytes(1 << 20))
    nested = csv(people(range(20)))
    for _ in range(12):
        nested = zipped({"in.zip": nested})
    write(
        tmp_path / "found",
        {"out.zip": zipped({"../../out.csv": b"x", "a.csv": csv(people(range(20)))}), "deep.zip": nested},
    )
    answer = scanned([tmp_path / "found"])
    told = reasons(answer)
    assert any("as a bomb does" in reason for reason in told["bomb.zip!x.txt"] + told.get("bomb.zip", []))
    assert any("leads out" in reason for name, why in told.items() if "out.csv" in name for reason in why)
    assert any(
        "archives inside each other" in reason for name, why in told.items() if "in.zip" in name for reason in why
    )
    assert answer["totals"]["named"] == 20
    assert not (tmp_path / "out.csv").exists()


def test_links_that_lead_out_are_not_followed(tmp_path: Path) -> None:
    write(tmp_path, {"outside/secret.csv": csv(people(range(50))), "found/a.csv": csv(people(range(50, 70)))})
    for name, target in (
        ("link.csv", "../outside/secret.csv"),
        ("folder", "../outside"),
        ("loop", "loop"),
        ("gone", "x"),
    ):
        (tmp_path / "found" / name).symlink_to(target)
    os.mkfifo(tmp_path / "found" / "pipe")
    answer = scanned([tmp_path / "found"])
    assert answer["totals"]["named"] == 20
    assert set(reasons(answer)) == {"link.csv", "folder", "loop", "gone", "pipe"}


def test_hostile_names_are_shown_and_each_file_counts(tmp_path: Path) -> None:
    names = [
        b"a\nb.csv", "a\u202egpj.csv".encode(), b"a\\u202egpj.csv", b"\xff\xfe.csv", "客户.csv".encode("gbk"),
        b"<script>alert(1).csv", b"x!y.csv", b"a#1.csv", b"--help", b"n" * 250, b"\x1b[31mred.csv",
    ]  # fmt: skip
    for number, name in enumerate(names):
        with open(os.path.join(os.fsencode(tmp_path), name), "wb") as file:  # noqa: PTH123, PTH118  # bytes are no Path
            file.write(csv(people(range(number * 20, number * 20 + 20))))
    answer = scanned([tmp_path], state=tmp_path.parent / "state")
    assert answer["totals"]["named"] == 20 * len(names)
    paths = [f["path"] for f in answer["files"]]
    assert len(set(paths)) == len(names)
    assert not any(ord(c) < 32 or 0x202A <= ord(c) <= 0x202E or 0xD800 <= ord(c) <= 0xDFFF for p in paths for c in p)
    json.dumps(answer, ensure_ascii=False).encode()
    alone = scanned([Path(os.fsdecode(os.path.join(os.fsencode(tmp_path), b"\xff\xfe.csv")))])  # noqa: PTH118
    assert alone["files"][0]["path"].endswith("\\xff\\xfe.csv")
    assert alone["totals"]["named"] == 20


@pytest.fixture
def deep(tmp_path: Path) -> Iterator[Path]:
    """A folder with more folders inside each other than functions may call each other; taken away by hand, as tools may not go as deep."""
    deepest = tmp_path / "deep"
    for _ in range(1200):
        deepest.mkdir()
        deepest /= "d"
    deepest = deepest.parent
    (deepest / "a.csv").write_bytes(csv(people(range(20))))
    yield tmp_path / "deep"
    (deepest / "a.csv").unlink()
    for folder in (deepest, *deepest.parents[:1199]):
        folder.rmdir()


def test_a_folder_of_any_depth_is_walked(deep: Path) -> None:
    assert scanned([deep])["totals"]["named"] == 20


def test_a_file_that_nobody_may_read_is_told(tmp_path: Path) -> None:
    (write(tmp_path, {"a.csv": csv(people(range(20))), "b.csv": b"x"}) / "b.csv").chmod(0)
    if os.access(tmp_path / "b.csv", os.R_OK):
        pytest.skip("this user may read everything")
    assert "cannot be read" in reasons(scanned([tmp_path]))["b.csv"][0]


def test_a_torn_member_is_told_once_and_what_was_read_of_it_counts(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.csv": csv(people(range(4000)))}))
    data[len(data) // 2 : len(data) // 2 + 4] = b"\0\0\0\0"
    answer = scanned([write(tmp_path, {"torn.zip": bytes(data)})])
    told = reasons(answer)
    assert told
    assert answer["totals"]["files"] == len(
        {*(f["path"] for f in answer["files"]), *(n["path"] for n in answer["not_read"])}
    )
    assert len(answer["files"]) + len(answer["not_read"]) == answer["totals"]["files"]


def test_an_archive_loses_no_more_than_what_falls(tmp_path: Path) -> None:
    tables = {f"{n:02}.csv": csv(people(range(n, n + 10))) for n in range(10)}
    falling = {f"{n:02}.falls": hostile("crash") for n in range(9)}
    found = write(tmp_path / "found", {"pack.zip": zipped(dict(sorted((tables | falling).items())))})
    answer, _ = attack(tmp_path, found, 30)
    assert sorted(reasons(answer)) == [f"pack.zip!{name}" for name in sorted(falling)]
    assert {f["path"].split("!")[-1]: f["named"] for f in answer["files"]} == dict.fromkeys(tables, 10)
    assert answer["totals"]["named"] == 19


def test_what_was_given_up_is_read_where_it_may_take_longer(tmp_path: Path) -> None:
    found = write(tmp_path / "found", {"slow.bin": hostile("slow")})  # a second a page
    state = str(tmp_path / "state")
    first, _ = attack(tmp_path, found, 0.4, state)
    (told,) = reasons(first)["slow.bin"]
    assert told.startswith("took longer than it may")
    second, _ = attack(tmp_path, found, 30, state)
    assert (reasons(second), second["totals"]["unchanged"]) == ({}, 0)
    third, _ = attack(tmp_path, found, 60, state)
    assert (reasons(third), third["totals"]["unchanged"]) == ({}, 1)


def test_a_reason_is_a_sentence_without_the_path_and_has_a_code(tmp_path: Path) -> None:
    (tmp_path / "torn.parquet").write_bytes(b"PAR1" + bytes(range(256)) * 8 + b"PAR1")
    (tmp_path / "a.csv").symlink_to("/etc/hostname")
    answer = scanned([tmp_path])
    (torn,) = answer["files"]
    assert torn["reasons"] == ["the Parquet file is damaged, torn or encrypted"]
    assert torn["codes"] == ["damaged"]
    assert [row["code"] for row in answer["not_read"]] == ["not_followed"]

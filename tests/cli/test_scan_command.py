"""``headwater scan`` and ``headwater inventory`` from end to end, on a small folder."""

from __future__ import annotations

import csv
import json
import re
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.processes import KEY, Ended, headwater

from headwater.casework.reports import inventory_schema, scan_schema
from headwater.cli.main import main
from headwater.store.keys import ENVIRONMENT

NAMES = ("王芳", "李伟", "张敏", "刘洋", "陈静", "杨磊", "赵强", "黄丽", "周杰", "吴霞")
PEOPLE = [(NAMES[n % 10], f"154{10_000_000 + n * 7919}"[:11]) for n in range(120)]
HOSTILE = "=<img src=x>\x1b[31m\u202e.csv"


@dataclass(frozen=True, slots=True)
class Said:
    code: int
    out: str
    err: str


Run = Callable[..., Said]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run the command line in this process: for what ends before any worker is started."""
    monkeypatch.setenv(ENVIRONMENT, KEY)

    def ran(*arguments: str | Path) -> Said:
        monkeypatch.setattr(sys, "argv", ["headwater", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capfd.readouterr()
        return Said(int(str(ended.value.code or 0)), out, " ".join(err.split()))

    return ran


def table(file: Path, rows: list[tuple[str, ...]], *header: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([header, *rows])
    return file


@dataclass(frozen=True, slots=True)
class Shared:
    """A folder that was scanned once, and what came of it."""

    share: Path
    out: Path
    ended: Ended

    @property
    def answer(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.out / "scan.json").read_bytes())
        return found


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Shared:
    folder = tmp_path_factory.mktemp("scan")
    share, out = folder / "share", folder / "out"
    table(share / "客户.csv", PEOPLE, "姓名", "手机").chmod(0o644)
    table(share / "sub" / HOSTILE, PEOPLE[:30], "姓名", "手机").chmod(0o640)
    (share / "minutes.txt").write_text("nobody is named here\n", "utf-8")
    with zipfile.ZipFile(share / "torn.zip", "w") as archive:
        archive.writestr("x.csv", "y" * 999)
    torn = (share / "torn.zip").read_bytes()
    (share / "torn.zip").write_bytes(torn[: len(torn) // 2])
    clients = table(
        folder / "clients.csv", [(f"C{n:06d}", *p) for n, p in enumerate(PEOPLE[:60])], "id", "姓名", "手机"
    )
    asked = ("--dataset", f"clients={clients}:id", "--holder", "P00012", "--fail-on", "group:n3>0,persons>=120")
    return Shared(share, out, headwater(folder / "said", "scan", share, "--out", out, "--jobs", "1", *asked))


@pytest.mark.slow
def test_a_scan_prints_writes_and_ends_with_three(shared: Shared) -> None:
    said, told = shared.ended.out.decode(), shared.ended.err.decode()
    assert shared.ended.code == 3, told
    assert "failed on persons>=120 (it is 120)" in told
    assert "group:n3" not in told
    assert "120 persons stand in 2 of 4 files" in said
    assert "客户.csv" in said
    assert "torn.zip" in said
    assert not [c for c in said if not c.isprintable() and c != "\n"]
    assert scan_schema.check(shared.answer) == ()
    assert {d["dataset"]: d["found"] for d in shared.answer["datasets"]} == {"clients": 60}
    assert {h["holder"]: h["persons"] for h in shared.answer["holders"]} == {"P00012": 120}
    page = (shared.out / "scan.html").read_text("utf-8")
    assert "<img" not in page
    assert "\u202e" not in page


@pytest.mark.slow
def test_no_raw_value_is_in_anything_that_was_written(shared: Shared) -> None:
    written = [f for f in shared.out.rglob("*") if f.is_file()]
    assert len(written) > 2
    secrets = [phone.encode() for _, phone in PEOPLE]
    for data in (shared.ended.out, shared.ended.err, *(f.read_bytes() for f in written)):
        assert not [s for s in secrets if s in data]


@pytest.mark.slow
def test_a_second_scan_reads_nothing_again_and_brings_nobody_new(shared: Shared, tmp_path: Path) -> None:
    where = ("--out", shared.out, "--holder", "P00012", "--jobs", "1")
    first = headwater(tmp_path / "said", "scan", shared.share, *where, "--format", "sarif")
    assert first.code == 0, first.err
    assert json.loads(first.out)["version"] == "2.1.0"
    assert json.loads((shared.out / "scan.sarif").read_bytes()) == json.loads(first.out)
    asked = ("--fail-on", "new-persons>0,files>9", "--against", shared.out / "scan.json")
    again = headwater(tmp_path / "said", "scan", shared.share, *where, *asked, "--json")
    assert (again.code, again.err) == (0, b"")
    assert json.loads(again.out)["totals"]["unchanged"] == 4


def test_an_inventory_is_made_of_a_scan_and_tells_what_changed(shared: Shared, run: Run, tmp_path: Path) -> None:
    first = run("inventory", "--from", shared.out / "scan.json", "--out", tmp_path / "first")
    assert first.code == 0, first.err
    assert "120 persons stand in 2 of 4 files and tables" in first.out
    made = json.loads((tmp_path / "first" / "inventory.json").read_bytes())
    assert inventory_schema.check(made) == ()
    names = {f.name for f in (tmp_path / "first").iterdir()}
    assert names == {"inventory.json", "inventory.html", "locations.csv", "holdings.csv", "changes.csv"}
    now = shared.answer
    now["files"] = [f for f in now["files"] if not f["path"].endswith("客户.csv")]
    (tmp_path / "now.json").write_text(json.dumps(now), "utf-8")
    asked = ("--against", tmp_path / "first" / "inventory.json", "--fail-on", "gone>0,new>0")
    second = run("inventory", "--from", tmp_path / "now.json", *asked, "--lang", "zh")
    assert second.code == 3
    assert "gone>0 (it is 1)" in second.err
    assert "消失" in second.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("scan", "x", "--fail-on", "kind:mobil>0"), "did you mean mobile?"),
        (("scan", "x", "--fail-on", "lots"), "is no condition"),
        (("scan", "x", "--fail-on", "new-persons>0"), "--against"),
        (("scan", "x", "--dataset", "clients"), "NAME=FILE:KEY"),
        (("scan", "x", "--dataset", "clients=gone.csv:id"), "there is no file"),
        (("scan", "x", "--format", "pdf"), "--format"),
        (("scan", "x", "--jobs", "0"), "--jobs"),
        (("scan", "x", "x", "-w", "space"), "one PATH"),
        (("scan", "x", "-w", "space", "--deleted"), "--deleted: has no meaning with --workspace"),
        (("scan", "x", "-w", "space", "--format", "sarif"), "--format: has no meaning with --workspace"),
        (("inventory",), "either PATH... or --from"),
        (("inventory", "x", "--from", "y"), "either PATH... or --from"),
        (("inventory", "x", "--fail-on", "opened>0"), "--against"),
    ],
)
def test_wrong_usage_ends_with_two(
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    (tmp_path / "x").mkdir()
    said = run(*arguments)
    assert said.code == 2
    assert message in said.err


def test_nothing_is_written_into_what_is_scanned(run: Run, tmp_path: Path) -> None:
    for option in ("--out", "--state", "--finds"):
        said = run("scan", tmp_path, option, tmp_path / "inside")
        assert (said.code, "which is only read" in said.err) == (1, True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("option", ["--out", "--state", "--finds"])
def test_a_folder_that_cannot_be_made_is_told_before_anything_is_read(run: Run, tmp_path: Path, option: str) -> None:
    (tmp_path / "share").mkdir()
    (tmp_path / "file").write_text("x")
    said = run("scan", tmp_path / "share", option, tmp_path / "file" / "inside" / "it")
    assert (said.code, said.out) == (1, "")
    assert "cannot be made: Not a directory" in said.err


@pytest.mark.parametrize("verb", ["scan", "inventory"])
def test_the_help_has_examples_of_which_each_option_exists(
    run: Run, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    told = run(verb, "--help").out
    options, _, examples = told.partition("Examples:")
    used = set(re.findall(r"--[a-z-]+", examples))
    assert len(re.findall(rf"headwater {verb} ", examples)) >= 4
    assert used <= set(re.findall(r"--[a-z-]+", options))


def test_an_earlier_answer_that_is_none(run: Run, tmp_path: Path) -> None:
    (tmp_path / "share").mkdir()
    for content, message in (
        ("{", "is not JSON"),
        ('{"schema": "x"}', "is no answer that can be compared"),
        ("[]", "is no answer"),
    ):
        (tmp_path / "old.json").write_text(content)
        said = run("scan", tmp_path / "share", "--against", tmp_path / "old.json")
        assert (said.code, message in said.err) == (1, True)


def test_passwords_are_one_a_line_and_never_shown(run: Run, tmp_path: Path) -> None:
    (tmp_path / "share").mkdir()
    (tmp_path / "words").write_bytes(b"\xff\xfesecret")
    said = run("scan", tmp_path / "share", "--password-file", tmp_path / "words")
    assert said.code == 1
    assert "is no text in UTF-8" in said.err
    assert "secret" not in said.err

"""Damaged, hostile and unreadable files end no run; each is counted, and named with its reason."""

from __future__ import annotations

import gzip
import io
import os
import random
import re
import shutil
import zipfile
from pathlib import Path

import pytest
from tests.made_cases import GATEWAY, Answered, Made, investigate

from headwater.casework.reports.schema import check

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
SECRET = "13012345678"
"""A number in a line that nobody can read: it must not be shown on the way out."""


def zip_of(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def encrypted(content: bytes) -> bytes:
    """The same archive with the flag of encryption on its one file."""
    made = bytearray(content)
    made[6] |= 1
    central = made.rindex(b"PK\x01\x02")
    made[central + 8] |= 1
    return bytes(made)


def bomb(begins: bytes) -> bytes:
    """A log that goes on with three hundred megabytes of nothing: nearly a thousand times its size."""
    return gzip.compress(begins + b"\0" * (300 << 20), 9)


@pytest.fixture(scope="module")
def damaged(plain: Made, tmp_path_factory: pytest.TempPathFactory) -> Answered:
    root = tmp_path_factory.mktemp("damaged")
    case = Path(shutil.copytree(plain.folder, root / "house" / "case"))
    logs = case / "logs"
    gateway = (case / GATEWAY).read_bytes()
    lines = gateway.splitlines(keepends=True)
    middle = len(lines) // 2
    torn = [
        *lines[:middle],
        b"\xff\xfe torn " + SECRET.encode() + b"\n",
        b"x" * (3 << 20) + b"\n",
        *lines[middle:],
        b"2024-",
    ]
    (case / GATEWAY).write_bytes(b"".join(torn))
    packed = gzip.compress(gateway)
    files = {
        "noise.bin": random.Random(4).randbytes(50_000),
        "words.txt": f"nobody knows this\nformat, not even {SECRET}\n".encode() * 50,
        "empty.log": b"",
        "blank.log": b"\n" * 100,
        "torn.log.gz": packed[: len(packed) // 2],
        "locked.zip": encrypted(zip_of({"gateway.log": gateway})),
        "broken.zip": zip_of({"a.log": gateway})[:-40],
        "bomb.gz": bomb(b"".join(lines[:40])),
        "climbs.zip": zip_of({"../../out.log": gateway[:2000], "fine/gateway.log": b"".join(lines[:40])}),
        "one-line.json": b'{"a":' * 30_000,
        "nothing.gz": gzip.compress(b""),
    }
    for name, content in files.items():
        (logs / name).write_bytes(content)
    (logs / "away.log").symlink_to("/etc/hostname")
    os.mkfifo(logs / "pipe.log")
    (case / "seized" / "P1").mkdir(parents=True, exist_ok=True)
    (case / "seized" / "P1" / "torn.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    (case / "leaks" / "noise.csv").write_bytes(random.Random(5).randbytes(4000))
    return investigate(Made(case, plain.truth), root / "out")


def reasons(damaged: Answered) -> dict[str, str]:
    return {item["path"]: item["reason"] for item in damaged.result["read"]["not_read"]}


def test_the_result_keeps_its_contract(damaged: Answered) -> None:
    assert check(damaged.result) == ()
    assert "Traceback" not in (damaged.said / "stderr").read_text("utf-8")


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("logs/noise.bin", "binary|no reader"),
        ("logs/words.txt", "no reader"),
        ("logs/empty.log", "empty"),
        ("logs/torn.log.gz", "torn|cut|ends|damaged|part|incomplete|truncated"),
        ("logs/locked.zip!gateway.log", "encrypt|password"),
        ("logs/broken.zip", "zip|damaged|torn"),
        ("logs/bomb.gz", "bomb"),
        ("logs/climbs.zip!../../out.log", "leads out"),
        ("logs/away.log", "link"),
        ("logs/pipe.log", "no ordinary file"),
        ("logs/nothing.gz", "empty"),
        ("seized/P1/torn.xlsx", "."),
        ("leaks/noise.csv", "."),
    ],
)
def test_what_cannot_be_read_is_named_with_its_reason(damaged: Answered, path: str, reason: str) -> None:

    assert path in reasons(damaged)
    assert re.search(reason, reasons(damaged)[path], re.IGNORECASE), reasons(damaged)[path]


def test_every_file_of_the_case_is_read_or_named(damaged: Answered) -> None:
    told = {f["path"] for f in damaged.result["read"]["files"]} | {p.split("!")[0] for p in reasons(damaged)}
    there = {f.relative_to(damaged.made.folder).as_posix() for f in damaged.made.folder.rglob("*") if not f.is_dir()}
    assert there - told == {"headwater.toml"}


def test_bad_lines_are_set_aside_and_the_rest_is_read(damaged: Answered, plain_answered: Answered) -> None:
    read = {f["path"]: f for f in damaged.result["read"]["files"]}
    whole = {f["path"]: f for f in plain_answered.result["read"]["files"]}
    gateway, before = read[GATEWAY], whole[GATEWAY]
    assert gateway["rows"] == before["rows"]
    assert gateway["rejected"] == before["rejected"] + 3
    said = [r for r in damaged.result["read"]["rejected"] if r["source"] == GATEWAY]
    lines = (damaged.made.folder / GATEWAY).read_bytes().split(b"\n")
    assert {lines[r["line"] - 1][:5] for r in said} >= {b"\xff\xfe to", b"xxxxx", b"2024-"}
    assert read["logs/climbs.zip"]["rows"] > 0


def test_totals_add_up(damaged: Answered) -> None:
    read = damaged.result["read"]
    assert read["totals"]["files"] == len(read["files"])
    assert read["totals"]["rows"] == sum(f["rows"] for f in read["files"])
    assert read["totals"]["not_read"] == len(read["not_read"])
    assert read["totals"]["rejected"] == sum(f["rejected"] for f in read["files"])


def test_the_first_line_of_an_unknown_file_is_masked(damaged: Answered) -> None:
    (item,) = [i for i in damaged.result["read"]["not_read"] if i["path"] == "logs/words.txt"]
    assert item["first_line"].startswith("nobody knows")
    for file in (damaged.out / "result.json", damaged.out / "report.html", damaged.said / "stderr"):
        assert SECRET not in file.read_text("utf-8")


def test_the_thief_is_still_found(damaged: Answered) -> None:
    first = damaged.result["incidents"][0]
    told = damaged.made.truth["doings"][0]
    assert set(told["accounts"]) <= set(first["accounts"])

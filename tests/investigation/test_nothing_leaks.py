"""No personal value of a case is in anything that an investigation writes."""

from __future__ import annotations

import csv
import io
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.everything_written import written
from tests.made_cases import Answered, Made
from tests.processes import KEY

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]
NOT_PERSONAL = {"valid_from", "valid_to", "product", "branch", "premium", "gender", "sex"}


def cells(file: Path) -> Iterator[dict[str, str]]:
    """The rows of a table of the case by header."""
    if file.suffix == ".xlsx":
        (sheet,) = openpyxl.load_workbook(file).worksheets
        head, *rows = [["" if c is None else str(c) for c in row] for row in sheet.iter_rows(values_only=True)]
        yield from (dict(zip(head, row, strict=True)) for row in rows)
        return
    content = file.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030")
    yield from csv.DictReader(io.StringIO(text))


def personal(made: Made) -> dict[str, str]:
    """Every raw value that must not get out, with the column that it stands in."""
    found: dict[str, str] = {}
    for row in cells(made.folder / "clients" / "policyholders.csv"):
        found |= {value: column for column, value in row.items() if column not in NOT_PERSONAL and len(value) >= 2}
    for row in cells(made.folder / "hr" / "roster.csv"):
        found[row["name"]] = "staff"
    for row in cells(made.folder / "complaints.csv"):
        found |= {row[c]: c for c in ("name", "phone", "id_number") if len(row.get(c) or "") >= 2}
    for file in (made.folder / "seized").rglob("*"):
        if file.suffix in (".xlsx", ".csv"):
            found |= {v: f"seized {c}" for row in cells(file) for c, v in row.items() if len(v) >= 2}
    return found


def leaked(values: dict[str, str], texts: Iterator[tuple[str, str]]) -> set[tuple[str, str]]:
    """Where which kind of value was found, however it is spaced, hyphenated or written in capitals."""
    bare = {_bare(value): kind for value, kind in values.items()}
    out: set[tuple[str, str]] = set()
    for name, text in texts:
        searched = _bare(TOKEN.sub("", text))
        out |= {(name, kind) for value, kind in bare.items() if value in searched}
    return out


TOKEN = re.compile(r"(?<![0-9a-f])(?:[0-9a-f]{32}|[0-9a-f]{64})(?![0-9a-f])")
"""Tokens and digests: most of the lake, and nothing else can stand in them."""
SPACING = str.maketrans("", "", " -")


def _bare(text: str) -> str:
    return text.translate(SPACING).casefold()


@pytest.mark.parametrize("which", ["plain_answered", "plain_in_chinese", "other_answered"])
def test_nothing_personal_is_in_anything_that_was_written(which: str, request: pytest.FixtureRequest) -> None:
    answered: Answered = request.getfixturevalue(which)
    values = personal(answered.made)
    assert len(values) > 1000
    for folder in (answered.out, answered.said):
        assert leaked(values, written(folder)) == set()


@pytest.mark.parametrize("which", ["plain_answered", "other_answered"])
def test_the_key_is_in_nothing_that_was_written(which: str, request: pytest.FixtureRequest) -> None:
    answered: Answered = request.getfixturevalue(which)
    for folder in (answered.out, answered.said):
        for file in (f for f in folder.rglob("*") if f.is_file()):
            content = file.read_bytes()
            assert KEY.encode() not in content
            assert bytes.fromhex(KEY) not in content


def test_the_search_finds_what_is_there(plain: Made, tmp_path: Path) -> None:
    """The test above says something only if it would see a value that got out."""
    values = personal(plain)
    kinds: dict[str, str] = {kind: value for value, kind in values.items()}
    pq.write_table(pa.table({"x": [[kinds["phone"]], ["-"]]}), tmp_path / "a.parquet")
    (tmp_path / "b.html").write_text(f"<p>{kinds['staff']}</p>", "utf-8")
    (tmp_path / "c.txt").write_text(kinds["id_card"].lower(), "utf-8")
    db = sqlite3.connect(tmp_path / "d.sqlite")
    db.execute("create table t (x)")
    db.execute("insert into t values (?)", (kinds["home_address"],))
    db.commit()
    db.close()
    found = {name for name, _ in leaked(values, written(tmp_path))}
    assert found >= {"a.parquet", "b.html", "c.txt", "d.sqlite"}


def test_hostile_text_of_the_logs_acts_nowhere(plain_answered: Answered) -> None:
    page = (plain_answered.out / "report.html").read_text("utf-8")
    assert "<script>alert" not in page
    assert "<img/src=x" not in page
    assert "<svg onload" not in page
    assert "&lt;script&gt;alert" in page  # or nothing of it would have come so far

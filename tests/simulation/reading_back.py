"""Readers of a made case that use the standard library alone, so that nothing of ours vouches for itself."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import openpyxl
from written_worlds import text_of

Row = dict[str, str]
COMBINED = re.compile(
    r'(?P<ip>\S+) - (?P<account>\S+) \[(?P<time>[^]]+)\] "(?P<method>[A-Z]+) (?P<path>\S+) HTTP/1.1" '
    r'(?P<status>\d{3}) (?P<bytes>\d+) "-" "[^"]*" rows=(?P<rows>\d+)'
)


def log(case: Path, folder: str) -> str:
    """The whole text of one log."""
    return "".join(text_of(path) for path in sorted((case / "logs" / folder).iterdir()))


def table(path: Path, encoding: str = "utf-8") -> list[Row]:
    """The rows of a table of text."""
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode(encoding))))


def sheet(path: Path) -> list[tuple[str, ...]]:
    """The rows of a spreadsheet, header first."""
    (only,) = openpyxl.load_workbook(path).worksheets
    return [tuple(str(cell) for cell in row) for row in only.iter_rows(values_only=True)]


def jsonl(text: str) -> list[dict[str, object]]:
    """The objects of JSON lines."""
    return [json.loads(line) for line in text.splitlines()]


def combined(case: Path) -> Iterator[Row]:
    """The requests of an access log."""
    for line in log(case, "web01").splitlines():
        if found := COMBINED.fullmatch(line):
            yield found.groupdict()


def audits(case: Path) -> Iterator[tuple[str, str, list[str]]]:
    """Day, account and the fields of pgaudit, from csvlog."""
    for row in csv.reader(io.StringIO(log(case, "db01"))):
        assert len(row) == 26
        (fields,) = csv.reader(io.StringIO(row[13].removeprefix("AUDIT: ")))
        yield row[0][:10], row[1], fields

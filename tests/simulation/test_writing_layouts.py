"""Every layout that a world can write is one that its own definition accepts."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
from reading_back import combined, jsonl, log, sheet, table
from written_worlds import TIDY, world

from headwater.simulation.writing.formats import Formats

SMALL: dict[str, Any] = {"staff": 20, "clients": 600, "days": 8, "crimes": (), "noise": TIDY}
BEGINS = re.compile(
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} CST \[\d+\] user=\w+,db=\w+,app=[\w. -]+,client=[\d.]+ LOG:  "
)


def made(out: Path, **formats: Any) -> tuple[Path, dict[str, int]]:
    """The case, and the lines by log that the truth tells of."""
    truth = world(out, formats=Formats(packing="plain", **formats), **SMALL)
    events: dict[str, int] = truth["house"]["events"]
    return out / "case", events


def test_combined_lines(tmp_path: Path) -> None:
    case, events = made(tmp_path)
    assert sum(1 for _ in combined(case)) == events["access"] == len(log(case, "web01").splitlines())


def test_nginx_json_lines(tmp_path: Path) -> None:
    case, events = made(tmp_path, access="nginx-json")
    lines = jsonl(log(case, "web01"))
    assert len(lines) == events["access"]
    assert {"time_iso8601", "remote_user", "request_uri", "rows"} <= lines[0].keys()


@pytest.mark.parametrize("with_rows", [True, False])
def test_stderr_audit_lines(tmp_path: Path, with_rows: bool) -> None:
    case, events = made(tmp_path, database="stderr", database_rows=with_rows)
    records: list[str] = []
    for line in log(case, "db01").splitlines():
        if BEGINS.match(line):
            records.append(BEGINS.sub("", line, count=1))
        else:
            assert line.startswith("\t"), line
            records[-1] += line.replace("\t", "\n", 1)
    assert len(records) == events["queries"]
    fields = list(csv.reader(io.StringIO("\n".join(record.removeprefix("AUDIT: ") for record in records))))
    assert {len(row) for row in fields} == {10 if with_rows else 9}


@pytest.mark.parametrize(("proxy", "width"), [("squid", 10), ("squid-sizes", 11)])
def test_squid_lines(tmp_path: Path, proxy: str, width: int) -> None:
    case, events = made(tmp_path, proxy=proxy)
    lines = [line.split() for line in log(case, "proxy").splitlines()]
    assert len(lines) == events["web"]
    assert {len(line) for line in lines} == {width}
    assert all(re.fullmatch(r"\d{10}\.\d{3}", line[0]) for line in lines)


def test_open_schema_lines(tmp_path: Path) -> None:
    case, events = made(tmp_path, proxy="ocsf", logons="ocsf", endpoint="ocsf")
    for folder, kind, class_uid in (("proxy", "web", 4002), ("ad", "logons", 3002), ("endpoint", "files", 1001)):
        lines = jsonl(log(case, folder))
        assert len(lines) == events[kind]
        assert {line["class_uid"] for line in lines} == {class_uid}


def test_windows_lines(tmp_path: Path) -> None:
    case, events = made(tmp_path, logons="flat", endpoint="windows-4663")
    logons, files = jsonl(log(case, "ad")), jsonl(log(case, "endpoint"))
    assert {line["EventID"] for line in logons} <= {4624, 4625, 4634}
    assert len(logons) == events["logons"]
    assert len(files) == events["files"]
    assert {line["EventID"] for line in files} <= {4663, 4660}


@pytest.mark.parametrize("kind", ["utf-8", "utf-8-sig", "gb18030"])
def test_tables_in_an_encoding(tmp_path: Path, kind: str) -> None:
    case, _ = made(tmp_path, tables=kind)
    rows = table(case / "hr/roster.csv", kind)
    assert "业务部" in {row["department"] for row in rows}
    assert {row["employee_id"][0] for row in rows} == {"E"}


def test_tables_as_spreadsheets(tmp_path: Path) -> None:
    case, _ = made(tmp_path, tables="xlsx")
    header, *_ = sheet(case / "hr/roster.xlsx")
    assert header[:2] == ("employee_id", "name")
    assert 'snapshot = "clients/customers.xlsx"' in (case / "headwater.toml").read_text("utf-8")

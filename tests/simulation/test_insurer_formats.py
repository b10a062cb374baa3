"""Every layout that a world can write is one that its own definition accepts."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from reading_back import combined, jsonl, log, table

from headwater.simulation.insurer import Formats, Habits, LeakedFile, make_case

TORN = 3


def case(out: Path, small: dict[str, int], **formats: object) -> Path:
    habits = Habits(formats=Formats(**formats), leak=LeakedFile(rows=60), torn_lines=TORN)  # type: ignore[arg-type]
    make_case(out, seed=5, habits=habits, **small)
    return out / "case"


def count(out: Path, log_name: str) -> int:
    events: int = json.loads((out / "truth.json").read_text("utf-8"))["events"][log_name]
    return events


@pytest.mark.parametrize("packing", ["plain", "gz", "zst", "zip"])
def test_packed_access_log_has_all_its_lines(tmp_path: Path, small: dict[str, int], packing: str) -> None:
    made = case(tmp_path, small, packing=packing)
    assert sum(1 for _ in combined(made)) == count(tmp_path, "access")
    assert len(log(made, "web01").splitlines()) == count(tmp_path, "access") + TORN


def test_nginx_json_lines(tmp_path: Path, small: dict[str, int]) -> None:
    made = case(tmp_path, small, crm="nginx-json")
    whole = [line for line in log(made, "web01").splitlines() if line.endswith("}")]
    assert len(whole) == count(tmp_path, "access")
    assert {"time_iso8601", "remote_user", "request_uri", "rows"} <= jsonl(whole[0])[0].keys()


@pytest.mark.parametrize("with_rows", [True, False])
def test_stderr_audit_lines(tmp_path: Path, small: dict[str, int], with_rows: bool) -> None:
    made = case(tmp_path, small, database="stderr", database_rows=with_rows)
    begins = re.compile(
        r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} CST \[\d+\] user=\w+,db=\w+,app=\w+,client=[\d.]+ LOG:  "
    )
    records: list[str] = []
    for line in log(made, "postgresql").splitlines():
        if begins.match(line):
            records.append(begins.sub("", line, count=1))
        else:
            assert line.startswith("\t")
            records[-1] += line.replace("\t", "\n", 1)
    assert len(records) == count(tmp_path, "queries")
    fields = list(csv.reader(io.StringIO("\n".join(record.removeprefix("AUDIT: ") for record in records))))
    assert {len(row) for row in fields} == {10 if with_rows else 9}


def test_extended_log_has_the_fields_that_its_last_header_names(tmp_path: Path, small: dict[str, int]) -> None:
    width, headers, lines = 0, 0, 0
    for line in log(case(tmp_path, small), "gateway").splitlines():
        if line.startswith("#Fields: "):
            width, headers = len(line.split()) - 1, headers + 1
        elif not line.startswith("#"):
            assert len(line.split(" ")) == width
            lines += 1
    assert (headers, lines) == (2, count(tmp_path, "web"))


@pytest.mark.parametrize(("proxy", "width"), [("squid", 10), ("squid-sizes", 11)])
def test_squid_lines(tmp_path: Path, small: dict[str, int], proxy: str, width: int) -> None:
    lines = [line.split() for line in log(case(tmp_path, small, proxy=proxy), "gateway").splitlines()]
    assert {len(line) for line in lines} == {width}
    assert all(re.fullmatch(r"\d{10}\.\d{3}", line[0]) for line in lines)


def test_open_schema_lines(tmp_path: Path, small: dict[str, int]) -> None:
    made = case(tmp_path, small, proxy="ocsf", logons="ocsf", endpoint="ocsf")
    for name, kind, class_uid in (("gateway", "web", 4002), ("security", "logons", 3002), ("endpoint", "files", 1001)):
        lines = jsonl(log(made, name))
        assert len(lines) == count(tmp_path, kind)
        assert {line["class_uid"] for line in lines} == {class_uid}


def test_windows_lines(tmp_path: Path, small: dict[str, int]) -> None:
    made = case(tmp_path, small, logons="flat", endpoint="windows-4663")
    assert {line["EventID"] for line in jsonl(log(made, "security"))} == {4624, 4625, 4634}
    assert {line["EventID"] for line in jsonl(log(made, "endpoint"))} == {4663}


@pytest.mark.parametrize("kind", ["utf-8", "utf-8-sig", "gb18030"])
def test_tables_in_an_encoding(tmp_path: Path, small: dict[str, int], kind: str) -> None:
    rows = table(case(tmp_path, small, tables=kind) / "hr/roster.csv", kind)
    assert "业务部" in {row["department"] for row in rows}
    assert {row["employee_id"][0] for row in rows} == {"P"}


def test_tables_as_spreadsheets(tmp_path: Path, small: dict[str, int]) -> None:
    made = case(tmp_path, small, tables="xlsx")
    (sheet,) = openpyxl.load_workbook(made / "hr/roster.xlsx").worksheets
    assert [cell.value for cell in sheet[1]][:2] == ["employee_id", "name"]
    assert 'snapshot = "clients/policyholders.xlsx"' in (made / "headwater.toml").read_text("utf-8")


@pytest.mark.parametrize("kind", ["xlsx", "csv", "txt", "zip"])
def test_lists_hold_the_same_rows_in_every_kind(tmp_path: Path, small: dict[str, int], kind: str) -> None:
    (path,) = (case(tmp_path, small, leak=kind, seized=kind) / "leaks").iterdir()
    content = path.read_bytes()
    if kind == "zip":
        with zipfile.ZipFile(path) as outer, zipfile.ZipFile(io.BytesIO(outer.read("part1.zip"))) as inner:
            content = inner.read("list.xlsx")
    if kind in ("xlsx", "zip"):
        rows = openpyxl.load_workbook(io.BytesIO(content)).active.max_row  # type: ignore[union-attr]
    else:
        rows = len(content.decode("gb18030").splitlines())
    assert rows == 61 + (kind != "txt")  # one row is doubled, and the text has no header

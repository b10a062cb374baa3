"""A log that was cut into many small files gives what it gives as one file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pytest

from headwater.exhibits.folder import open_case
from headwater.ingestion.ingest import ingest
from headwater.model.tables import SCHEMAS
from headwater.store.workspace import open_workspace

SETTINGS = """
timezone = "Asia/Shanghai"
[datasets.clients]
snapshot = "clients/clients.csv"
key = "client_id"
tables = ["crm.clients"]
urls = ['^/api/clients/(?P<subject>C\\d+)']
"""
PER_FILE, FILES = 5, 12
PLACES = {"source", "line"}


def _minutes(count: int) -> list[tuple[int, str]]:
    return [(n, f"2021-03-01 {8 + n // 60:02d}:{n % 60:02d}:00") for n in range(count)]


def _combined(n: int, time: str) -> str:
    return (
        f'10.0.0.{n % 7} - u{n % 3} [01/Mar/2021:{time[11:]} +0800] "GET /api/clients/C{n % 4} HTTP/1.1" 200 9 "-" "-"'
    )


def _json(n: int, time: str) -> str:
    row = {"time": f"{time}+08:00", "remote_addr": f"10.0.0.{n % 7}", "remote_user": f"u{n % 3}", "status": 200}
    return json.dumps({**row, "request": f"GET /api/clients/C{n % 4} HTTP/1.1"} | ({"note": n} if n % 5 == 2 else {}))


def _windows(n: int, time: str) -> str:
    number, more = ((4624, {"LogonType": "2"}), (4663, {"ObjectName": f"C:\\{n}.xlsx", "AccessMask": "1"}))[n % 2]
    row = {"EventTime": time, "EventID": number, "Hostname": f"PC-{n % 5}", "TargetUserName": f"u{n % 3}"}
    return json.dumps({**row, "SubjectUserName": f"u{n % 3}", **more})


def _ocsf(n: int, time: str) -> str:
    kinds = [{"class_uid": 1001, "file": {"path": f"C:\\{n}.doc"}}, {"class_uid": 3002}, {"class_uid": 9999}]
    row = {"activity_id": 1 + n % 2, "time": time, "actor": {"user": {"name": f"u{n % 3}"}}}
    return json.dumps(kinds[n % 3] | row | {"device": {"hostname": f"PC-{n % 5}", "ip": "-"}})


def _csvlog(n: int, time: str) -> str:
    sql = ("select * from crm.clients", f"select * from crm.clients where client_id = 'C{n % 4}'")[n % 2]
    said = f'AUDIT: SESSION,{n + 1},1,READ,SELECT,TABLE,crm.clients,""{sql}"",<not logged>,{3 if n % 2 == 0 else 1}'
    head = f'{time}.000 CST,"u{n % 3}","crm",{3000 + n},"10.0.0.9:4000{n % 9}",5aef{n:04x}.bb9,1,"SELECT"'
    return f'{head},{time} CST,3/1,0,LOG,00000,"{said}",,,,,,,,,"psql","client backend",,0'


def _read(root: Path, logs: Mapping[str, Sequence[str]]) -> tuple[dict[str, list[tuple[object, ...]]], dict[str, int]]:
    papers = {
        "headwater.toml": SETTINGS,
        "hr/accounts.csv": "account,system,owner,kind\nu0,crm,E0,person\nu1,crm,E1,person\n",
        "clients/clients.csv": "client_id,name,phone\nC1,王五,13012345678\nC2,赵六,13012345679\nC3,孙七,13012345670\n",
    }
    for path, content in {**papers, **{p: "\n".join(lines) + "\n" for p, lines in logs.items()}}.items():
        (root / "case" / path).parent.mkdir(parents=True, exist_ok=True)
        (root / "case" / path).write_text(content, "utf-8")
    with open_workspace(root / "workspace") as workspace:
        ingest(open_case(root / "case"), workspace)
        assert workspace.manifest.not_read() == []
        assert len({e.reader for e in workspace.manifest.inputs("ingest")}) == 1
        return {t: _said(workspace.lake.read(t)) for t in SCHEMAS}, workspace.manifest.counts()


def _said(table: pa.Table) -> list[tuple[object, ...]]:
    names = [name for name in table.column_names if name not in PLACES]
    return sorted((tuple(row.values()) for row in table.select(names).to_pylist()), key=repr)


@pytest.mark.parametrize("form", [_combined, _json, _windows, _ocsf, _csvlog])
def test_many_small_files_give_the_same_rows_as_one(form, tmp_path, monkeypatch):
    monkeypatch.setenv("HEADWATER_TOKEN_KEY", "5a" * 32)
    lines = [form(n, time) for n, time in _minutes(PER_FILE * FILES)]
    parts = {f"logs/app-{n:03d}.log": lines[n * PER_FILE : (n + 1) * PER_FILE] for n in range(FILES)}
    whole, counted = _read(tmp_path / "one", {"logs/app.log": lines})
    rotated, also_counted = _read(tmp_path / "many", parts)
    assert sum(len(whole[t]) for t in ("access", "logons", "files")) >= PER_FILE * FILES // 2
    assert also_counted == counted
    for table, rows in whole.items():
        # a file's part of the lake stands by itself: sets and shapes are told again in each
        told_again = table in ("returned", "statements", "statement_columns")
        assert (list({repr(r): r for r in rotated[table]}.values()) if told_again else rotated[table]) == rows, table

"""A leak is as much ours in whatever form it lies: as a table, as records or as a dump on one line, and by mailboxes of roles alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from made_survey import csv, people, write

from headwater.attribution.matching import match
from headwater.investigation.case import open_investigation

pytestmark = pytest.mark.slow
SETTINGS = '[datasets.clients]\nsnapshot = "clients/clients.csv"\nkey = "policy_no"\n'
HEADER = ("policy_no", "姓名", "手机", "邮箱")
MADE = [
    (f"PB{n:09}", name, mobile, f"service{n}@example.com") for n, (name, _, mobile) in enumerate(people(range(200)))
]
LEAKED = [row[1:3] for row in MADE[20:80]]


def test_rows_are_ours_in_every_form(tmp_path: Path) -> None:
    records = [dict(zip(("name", "mobile"), row, strict=True)) for row in LEAKED]
    values = ",".join(f"('{name}','{mobile}')" for name, mobile in LEAKED)
    table = "CREATE TABLE `t` (`name` varchar(20), `mobile` varchar(20));\n"
    contents = {
        "headwater.toml": SETTINGS.encode(),
        "clients/clients.csv": csv(MADE, HEADER),
        "leaks/table.csv": csv(LEAKED, ("name", "mobile")),
        "leaks/line.json": json.dumps(records, ensure_ascii=False).encode(),
        "leaks/dump.sql": f"-- MySQL dump 10.13\n{table}INSERT INTO `t` VALUES {values};\n".encode(),
        "leaks/roles.csv": csv([(row[3], "x") for row in MADE[:60]], ("email", "state")),
    }
    case = write(tmp_path / "case", contents)
    with open_investigation(case, tmp_path / "workspace") as work:
        work.ingest()
        work.scan()
        with work.scene() as scene:
            rows = match(scene.engine).rows
    ours = {str(source): len(found) for source, found in rows.groupby("source", observed=True)}
    assert ours == dict.fromkeys(("leaks/table.csv", "leaks/line.json", "leaks/dump.sql", "leaks/roles.csv"), 60)

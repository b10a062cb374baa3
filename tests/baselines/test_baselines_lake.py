"""Baselines on a lake: what they count, whose leak they see, and answers that the yardstick reads."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from tests.made_cases import Answered
from tests.processes import KEY

from headwater.baselines.counters import Counters, counters
from headwater.baselines.leaks import Leak, leaks
from headwater.baselines.run import METHODS, run
from headwater.casework.reports.schema import check
from headwater.evaluation.answer import read_answer
from headwater.model.tables import SCHEMAS
from headwater.store.engine import open_engine
from headwater.store.keys import ENVIRONMENT
from headwater.store.manifest import Input
from headwater.store.workspace import open_workspace

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
WEDNESDAY, SATURDAY = 6, 9
ACCOUNTS = [
    {"account": "ann", "owner": "E1", "kind": "person"},
    {"account": "bob", "owner": "E2", "kind": "person"},
    {"account": "svc", "owner": None, "kind": "service"},
]
PEOPLE = [{"employee": "E1", "role": "sales", "ip": "10.0.0.1"}, {"employee": "E2", "role": "claims", "ip": "10.0.0.2"}]


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT, KEY)


def event(day: int, hour: int, **row: Any) -> dict[str, Any]:
    return {"time": datetime(2024, 3, day, hour, tzinfo=UTC), "day": date(2024, 3, day), "hour": hour, **row}


def fill(space: Path, rows: Rows) -> Path:
    with open_workspace(space) as opened:
        writer = opened.lake.writer("test", "rows", "1")
        for name, given in rows.items():
            writer.add(name, pa.Table.from_pylist(list(given), schema=SCHEMAS[name]))
        opened.manifest.commit(Input("test", "rows", 0, "", "", 0, 0), writer.close())
    return space


def counted(space: Path) -> Counters:
    with open_workspace(space) as opened, open_engine("duckdb", opened) as engine:
        return counters(engine)


def found(space: Path) -> tuple[Leak, ...]:
    with open_workspace(space) as opened, open_engine("duckdb", opened) as engine:
        return leaks(engine)


def test_an_empty_lake_counts_nothing(tmp_path: Path) -> None:
    space = fill(tmp_path / "ws", {})
    assert counted(space).accounts == ()
    assert found(space) == ()
    files = run(space, tmp_path / "out")
    assert [f.stem for f in files] == list(METHODS)
    assert [check(json.loads(f.read_text("utf-8"))) for f in files] == [()] * len(METHODS)


def test_what_is_counted(tmp_path: Path) -> None:
    look = {"account": "ann", "dataset": "d", "action": "lookup"}
    rows: Rows = {
        "accounts": ACCOUNTS,
        "people": PEOPLE,
        "access": [
            event(WEDNESDAY, 9, **look, subject="s1", rows=1),
            event(WEDNESDAY, 10, **look, subject="s1", rows=1),
            event(WEDNESDAY, 21, **look, subject="s2"),
            event(WEDNESDAY, 11, **look, subject="s9", outcome="denied"),
            event(WEDNESDAY, 12, account="ann", dataset="d", action="search", rows=20),
            event(SATURDAY, 12, account="bob", dataset="d", action="export", returned="r1", exact=True),
        ],
        "returned": [{"returned": "r1", "dataset": "d", "subject": f"s{n}", "ordinal": n} for n in (1, 2, 3, 3)],
        "web": [
            event(WEDNESDAY, 9, account="ann", ip="10.0.0.1", bytes_out=2_000_000),
            event(SATURDAY, 9, ip="10.0.0.2", bytes_out=500_000),
            event(SATURDAY, 9, ip="10.0.0.99", bytes_out=500_000),
        ],
    }
    got = counted(fill(tmp_path / "ws", rows))
    assert (got.accounts, got.first, got.days) == (("ann", "bob"), date(2024, 3, 6), 4)
    ann = {name: float(table[0, 0]) for name, table in got.table.items()}
    assert ann == {"subjects": 2, "rows": 23, "searches": 1, "exports": 0, "outside": 2.0, "off_hours": 0.25}
    bob = {name: float(table[1, 3]) for name, table in got.table.items()}
    assert bob == {"subjects": 3, "rows": 3, "searches": 0, "exports": 1, "outside": 0.5, "off_hours": 1.0}
    assert np.isnan(got.table["rows"][0, 1:]).all()
    assert got.group[0] != got.group[1]


def test_a_statement_that_gave_fewer_rows_than_it_names_names_nobody(tmp_path: Path) -> None:
    sql = event(WEDNESDAY, 9, account="ann", dataset="d", action="sql", returned="r1", exact=False, rows=1)
    sets = [{"returned": "r1", "dataset": "d", "subject": f"s{n}", "ordinal": n} for n in range(5)]
    got = counted(fill(tmp_path / "ws", {"access": [sql], "returned": sets}))
    assert (got.table["subjects"][0, 0], got.table["rows"][0, 0], got.table["exports"][0, 0]) == (0, 1, 1)


def test_readers_of_a_leak(tmp_path: Path) -> None:
    def held(line: int, kind: str, token: str, role: str = "leak") -> dict[str, Any]:
        return {"source": "leaks/a.csv", "line": line, "role": role, "kind": kind, "token": token}

    rows: Rows = {
        "accounts": ACCOUNTS,
        "documents": [{"source": "leaks/a.csv", "role": "leak", "rows": 5, "persons": 4}],
        "subjects": [
            {"dataset": "d", "ordinal": n, "kind": kind, "token": f"{kind}{n}"}
            for n in range(4)
            for kind in ("mobile", "name")
        ],
        "holdings": [
            held(1, "mobile", "mobile0"),
            held(2, "mobile", "mobile1"),
            held(3, "mobile", "mobile1"),
            held(4, "name", "name2"),  # a name alone is nobody
            held(5, "mobile", "unknown"),
        ],
        "access": [
            event(WEDNESDAY, 9, account=who, dataset="d", action="lookup", subject=f"s{n}", ordinal=n)
            for who, n in (("ann", 0), ("ann", 1), ("ann", 0), ("bob", 1), ("bob", 3), ("svc", 0), ("svc", 1))
        ],
    }
    (leak,) = found(fill(tmp_path / "ws", rows))
    assert (leak.name, leak.rows, leak.persons, leak.ours, leak.records) == ("leaks/a.csv", 5, 4, 3, 2)
    assert leak.accounts == ("ann", "bob")
    assert sorted(zip(leak.reader.tolist(), leak.record.tolist(), strict=True)) == [(0, 0), (0, 1), (1, 1)]


@pytest.mark.slow
def test_the_yardstick_reads_every_answer_about_a_made_house(plain_answered: Answered, tmp_path: Path) -> None:
    files = run(plain_answered.workspace, tmp_path / "out", "Asia/Shanghai")
    answers = {f.stem: read_answer(f) for f in files}
    assert {name: a.method for name, a in answers.items()} == {name: name for name in METHODS}
    assert [check(json.loads(f.read_text("utf-8"))) for f in files] == [()] * len(METHODS)
    assert sum(len(a.findings) for a in answers.values()) > 0
    assert all(c.employees or c.accounts for a in answers.values() for c in a.findings)
    leaked = [leak for leak in plain_answered.result["attribution"] if leak["leak"].startswith("leaks/")]
    for name in ("overlap", "overlap-share", "guilt"):
        assert [(told.leak, told.rows) for told in answers[name].leaks] == [(e["leak"], e["rows"]) for e in leaked]
    again = run(plain_answered.workspace, tmp_path / "again", "Asia/Shanghai")
    assert [f.read_bytes() for f in files] == [f.read_bytes() for f in again]

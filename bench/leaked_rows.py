"""What it costs to tell which rows of a large leak are ours: ``python -m bench.leaked_rows``.

Makes a lake of tokens: a leak of so many rows (name and mobile, with their parts) against twice as many records (name,
mobile, identity number, address, with their parts), and times, each in a process of its own and with the same memory, the
matching and DuckDB's own semi-join of the tokens on the same Parquet files. Says seconds, CPU seconds and the highest memory
of both, and their ratio. ``--strangers`` is the share of rows that are nobody's of ours.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from bench.cost import Work, cost
from bench.machine import machine
from headwater.attribution.matching import match
from headwater.store.engine import open_engine
from headwater.store.keys import ENVIRONMENT
from headwater.store.manifest import Input
from headwater.store.workspace import Workspace, open_workspace

RESULTS = Path(__file__).with_name("leaked_rows.json")
DATASET, FILE = "clients", "leaks/large.csv"
AT_ONCE = 500_000
"""So many records are made at a time."""
NAMES, ROADS, TAILS = 200_000, 500_000, 10_000
_WHOLE = {"name": f"hash(i) % {NAMES}", "mobile": "i", "resident_id": "i", "address": "i // 2"}
_PARTS = {
    "mobile~4": f"hash(i + 1) % {TAILS}",
    "mobile~3-4": f"hash(i + 1) % {TAILS * 40}",
    "resident_id~4": f"hash(i + 2) % {TAILS}",
    "resident_id~4-4": f"hash(i + 2) % {TAILS * 300}",
    "name~1+mobile~4": f"hash(hash(i) % {NAMES}) % 300 + 300 * (hash(i + 1) % {TAILS})",
    "name~1+resident_id~4": f"hash(hash(i) % {NAMES}) % 300 + 300 * (hash(i + 2) % {TAILS})",
    "address~local": f"i // 2 % {ROADS}",
}
SHOWN = ("name", "mobile", "mobile~4", "mobile~3-4", "name~1+mobile~4")
"""What a row of the leak shows."""


def main(arguments: list[str] | None = None) -> None:
    """Make the lake, time both, keep the figures."""
    asked = argparse.ArgumentParser(prog="python -m bench.leaked_rows", description=__doc__)
    asked.add_argument("--rows", type=float, default=1e6, help="rows of the leak (default: 1e6)")
    asked.add_argument("--strangers", type=float, default=0.0, help="share of rows that are nobody's (default: 0)")
    asked.add_argument("--memory", type=float, default=1.0, help="GB that the engine may hold (default: 1)")
    asked.add_argument("--engine", default="duckdb", help="duckdb or spark")
    asked.add_argument("--space", type=Path, default=None, help="where the lake is made (default: a temporary folder)")
    asked.add_argument("--out", type=Path, default=RESULTS)
    options = asked.parse_args(arguments)
    os.environ.setdefault(ENVIRONMENT, "00" * 32)
    space = options.space or Path(tempfile.mkdtemp(prefix="headwater-leaked-"))
    try:
        told = run(space, int(options.rows), options.strangers, int(options.memory * 2**30), options.engine)
    finally:
        if options.space is None:
            shutil.rmtree(space, ignore_errors=True)
    options.out.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(told, indent=1))


def run(space: Path, rows: int, strangers: float, memory: int, engine: str = "duckdb") -> dict[str, Any]:
    """Time both on a leak of so many rows, which is made where there is none yet."""
    with open_workspace(space / "workspace") as workspace:
        if not workspace.lake.files("holdings"):
            make(workspace, rows, strangers)
    asked: dict[str, Any] = {"space": str(space), "memory": memory}
    plain = cost("bench.leaked_rows:semi_join", **asked)
    own = cost("bench.leaked_rows:matched", engine=engine, **asked)
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "engine": engine,
        "rows": rows,
        "records": 2 * rows,
        "strangers": strangers,
        "memory_gb": memory / 2**30,
        "ours": own.rows,
        "matching": _short(asdict(own)),
        "semi_join": _short(asdict(plain)),
        "cpu_ratio": round(own.cpu / plain.cpu, 2),
        "wall_ratio": round(own.wall / plain.wall, 2),
    }


def _short(figures: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, 2) for name, value in figures.items() if name != "rows"}


def matched(space: str, memory: int, engine: str) -> Work:
    """Open the lake and match; gives how many rows are ours."""

    def work() -> int:
        with open_workspace(Path(space) / "workspace") as workspace, open_engine(engine, workspace, memory) as opened:
            return len(match(opened).rows)

    return work


def semi_join(space: str, memory: int) -> Work:
    """DuckDB's own: which identifiers of the leak are identifiers of ours, as an Arrow table; gives how many."""
    with open_workspace(Path(space) / "workspace") as workspace:
        files = {t: [str(f) for f in workspace.lake.files(t)] for t in ("holdings", "subjects")}
    limits: dict[str, Any] = {"memory_limit": f"{memory // 2**20}MB", "temp_directory": str(Path(space) / "spill")}

    def work() -> int:
        with duckdb.connect(config=limits) as db:
            for table, paths in files.items():
                db.read_parquet(paths, hive_partitioning=False).create_view(table)
            found = db.execute("select source, sheet, line, kind from holdings semi join subjects using (kind, token)")
            return int(found.to_arrow_table().num_rows)

    return work


def make(workspace: Workspace, rows: int, strangers: float) -> None:
    """Write the lake: records in pieces, then the rows of the leak, every second record and at last the strangers."""
    writer, ours = workspace.lake.writer("bench", "leaked_rows", "1"), round(rows * (1 - strangers))
    with duckdb.connect() as db:
        for start in range(0, 2 * rows, AT_ONCE):
            stop = min(start + AT_ONCE, 2 * rows)
            kept = f"'{DATASET}' as dataset, i as ordinal, null::date as valid_to"
            writer.add("records", _asked(db, start, stop, f"{kept}, 'c' || i as subject, 0 as version, '' as segment"))
            for table, kinds in (("subjects", _WHOLE), ("subject_parts", _PARTS)):
                for kind, value in kinds.items():
                    since = "case when i % 10 = 0 then date '2026-01-05' end as valid_from"
                    columns = f"{kept}, {since}, '{kind}' as kind, md5('{kind}' || ({value})) as token"
                    writer.add(table, _asked(db, start, stop, columns))
        for start in range(0, rows, AT_ONCE):
            for kind in SHOWN:
                table = "holding_parts" if "~" in kind else "holdings"
                writer.add(table, _shown(db, start, min(start + AT_ONCE, rows), kind, ours))
    document: dict[str, Any] = {"source": FILE, "sheet": "", "role": "leak", "rows": rows, "persons": rows}
    writer.add("documents", pa.Table.from_pylist([document]))
    parts = writer.close()
    workspace.manifest.commit(Input("bench", "leaked_rows", 0, "", "bench", writer.rows, 0), parts)


def _shown(db: duckdb.DuckDBPyConnection, start: int, stop: int, kind: str, ours: int) -> pa.Table:
    value = (_WHOLE | _PARTS)[kind]
    token = f"md5('{kind}' || ({value}))"
    who = f"(select n, case when n < {ours} then 2 * n else {10**10} + n end as i from range({start}, {stop}) t(n))"
    columns = f"'{FILE}' as source, '' as sheet, n + 2 as line, null::varchar as holder, 'leak' as role"
    return db.execute(f"select {columns}, '{kind}' as kind, {token} as token from {who}").to_arrow_table()


def _asked(db: duckdb.DuckDBPyConnection, start: int, stop: int, columns: str) -> pa.Table:
    return db.execute(f"select {columns} from range({start}, {stop}) t(i)").to_arrow_table()


if __name__ == "__main__":
    main()

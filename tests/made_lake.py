"""Looks at a workspace from outside, with readers that are not the program's own."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from headwater.model.tables import SCHEMAS

EVENTS = ("access", "logons", "web", "flows", "files", "mail")


def counted_parts(workspace: Path) -> list[tuple[str, str]]:
    """Table and path of every part that the manifest counts."""
    with sqlite3.connect(workspace / "manifest.sqlite") as db:
        rows = db.execute("select tbl, file from parts order by tbl, file").fetchall()
    db.close()
    return [(str(table), str(file)) for table, file in rows]


def part_files(workspace: Path) -> set[str]:
    """Every file below the lake, whatever it is."""
    lake = workspace / "lake"
    return {f.relative_to(lake).as_posix() for f in lake.rglob("*") if f.is_file()}


def table(workspace: Path, name: str) -> pa.Table:
    """All counted rows of a table."""
    files = [workspace / "lake" / file for tbl, file in counted_parts(workspace) if tbl == name]
    parts = [pq.read_table(f, schema=SCHEMAS[name], partitioning=None) for f in files]
    return pa.concat_tables(parts) if parts else SCHEMAS[name].empty_table()


def tables(workspace: Path) -> Iterator[tuple[str, pa.Table]]:
    """Every table with its counted rows."""
    for name in SCHEMAS:
        yield name, table(workspace, name)


def lines(workspace: Path, name: str) -> Counter[tuple[str, int]]:
    """How often each line of an input stands in a table."""
    rows = table(workspace, name)
    return Counter(zip(rows.column("source").to_pylist(), rows.column("line").to_pylist(), strict=True))


def content(workspace: Path, *without: str) -> dict[str, list[str]]:
    """The rows of every table as text, in an order of their own: how they are cut into parts does not matter."""
    return {
        name: sorted(str(row) for row in rows.drop_columns([c for c in without if c in rows.column_names]).to_pylist())
        for name, rows in tables(workspace)
    }


def state(workspace: Path) -> tuple[list[tuple[object, ...]], dict[str, int]]:
    """Everything that the manifest says, and when each part was written."""
    with sqlite3.connect(workspace / "manifest.sqlite") as db:
        said = [
            (name, *row)
            for name in ("facts", "inputs", "parts", "rejected", "not_read", "counts")
            for row in sorted(db.execute(f"select * from {name}").fetchall(), key=str)
        ]
    db.close()
    return said, {f: (workspace / "lake" / f).stat().st_mtime_ns for f in sorted(part_files(workspace))}

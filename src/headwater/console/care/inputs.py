"""What lies in the lake and what is missing, by the manifest and small tables: no engine is asked, and nobody is kept out."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq

from headwater.casework.limits import WANT
from headwater.detection.detector import Detector
from headwater.model.errors import StoreError

_DAY = re.compile(r"/day=(\d{4}-\d\d-\d\d)/")


@dataclass(frozen=True, slots=True)
class Input:
    """One kind of input: how many rows of it lie in the lake, from when to when, and which detectors need it."""

    table: str
    rows: int
    days: int
    first: date | None
    last: date | None
    needed_by: tuple[str, ...]

    @property
    def missing(self) -> bool:
        """Whether nothing of it was read."""
        return self.rows == 0


def inputs(workspace: Path, detectors: Sequence[Detector]) -> tuple[Input, ...]:
    """Every kind of input that an answer may rest on, in a fixed order; all missing where nothing was read yet."""
    lying = _lying(workspace / "manifest.sqlite")
    return tuple(
        Input(
            table,
            *lying.get(table, (0, 0, None, None)),
            needed_by=tuple(sorted(d.id for d in detectors if table in d.needs)),
        )
        for table in WANT
    )


def people(workspace: Path, day: date) -> tuple[int, bool]:
    """For how many people a budget is on a day, as watching counts them, and whether a roster says so.

    Those of the roster who are in service then, each once however many rosters list him; where there is no roster, the accounts.
    """
    listed = _column_rows(workspace, "people", ["employee", "hired", "left"])
    if listed is None:
        accounts = _column_rows(workspace, "accounts", ["account"])
        return len({row["account"] for row in accounts or ()}), False
    last = {row["employee"]: row for row in listed}
    here = [
        row
        for row in last.values()
        if not ((row["hired"] and day < row["hired"]) or (row["left"] and day > row["left"]))
    ]
    return len(here), True


def _column_rows(workspace: Path, table: str, columns: list[str]) -> list[dict[str, Any]] | None:
    """Some columns of a small table of the lake, row by row; ``None`` where there is no row.

    :raises StoreError: where they cannot be read, as while a run writes them anew
    """
    parts = sorted(file for name, file, _ in _parts(workspace / "manifest.sqlite") if name == table)
    try:
        tables = [pq.read_table(workspace / "lake" / file, columns=columns, partitioning=None) for file in parts]
    except (OSError, pa.ArrowException) as error:
        raise StoreError(f"the table {table} cannot be read now", table) from error
    found = [row for each in tables for row in each.to_pylist()]
    return found or None


def _parts(file: Path) -> list[tuple[str, str, int]]:
    """Table, file and rows of every part that the manifest names."""
    if not file.exists():
        return []
    try:
        with closing(sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True, timeout=5)) as db:
            return db.execute("select tbl, file, rows from parts").fetchall()
    except sqlite3.DatabaseError as error:
        raise StoreError("the manifest cannot be read", file.name) from error


def _lying(file: Path) -> Mapping[str, tuple[int, int, date | None, date | None]]:
    found: dict[str, tuple[int, int, date | None, date | None]] = {}
    days: dict[str, set[str]] = {}
    for table, part, rows in _parts(file):
        before = found.get(table, (0, 0, None, None))
        found[table] = (before[0] + rows, 0, None, None)
        if hit := _DAY.search(part):
            days.setdefault(table, set()).add(hit[1])
    for table, seen in days.items():
        ordered = sorted(seen)
        found[table] = (
            found[table][0],
            len(ordered),
            date.fromisoformat(ordered[0]),
            date.fromisoformat(ordered[-1]),
        )
    return found

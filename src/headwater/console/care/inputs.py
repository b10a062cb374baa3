"""What lies in the lake and what is missing, by the manifest alone: no engine is asked, and nobody is kept out."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import quote

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


def people(workspace: Path) -> int:
    """How many people the roster lists, or how many accounts there are where there is no roster."""
    lying = _lying(workspace / "manifest.sqlite")
    return next((lying[table][0] for table in ("people", "accounts") if table in lying), 0)


def _lying(file: Path) -> Mapping[str, tuple[int, int, date | None, date | None]]:
    if not file.exists():
        return {}
    try:
        with closing(sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True, timeout=5)) as db:
            told = db.execute("select tbl, file, rows from parts").fetchall()
    except sqlite3.DatabaseError as error:
        raise StoreError("the manifest cannot be read", file.name) from error
    found: dict[str, tuple[int, int, date | None, date | None]] = {}
    days: dict[str, set[str]] = {}
    for table, part, rows in told:
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

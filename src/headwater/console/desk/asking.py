"""Asks a desk's table for rows: filtered, ordered, a page at a time from where the page before ended."""

from __future__ import annotations

import base64
import binascii
import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from headwater.console.desk.grams import sought
from headwater.console.desk.layout import Table
from headwater.console.desk.writing import unpacked
from headwater.model.errors import CaseError

COUNTED = 10_000
"""So many rows of a filtered list are counted; of more it is said that there are at least so many."""
COUNTED_WIDE = 1_000
"""As many where words that very many rows have are looked for row by row."""
NARROW = 20_000
"""A search with no more hits than that is worked out before the rows are ordered."""


@dataclass(frozen=True, slots=True)
class Between:
    """A filter for values from ``low`` to ``high``, both included; ``None`` leaves a side open."""

    low: str | float | None = None
    high: str | float | None = None


@dataclass(frozen=True, slots=True)
class Slice:
    """Some rows, the cursor of those after them, and how many there are; ``more``: at least so many."""

    rows: list[dict[str, Any]]
    next: str | None
    total: int
    more: bool = False


Where = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a table. ``where``: a column or a mark, with a value, a list of values or :class:`Between`."""

    table: Table
    q: str = ""
    where: Where | None = None
    sort: str = ""
    after: str | None = None
    limit: int = 50
    whole: bool = False

    def answer(self, db: sqlite3.Connection) -> Slice:
        """The rows.

        :raises CaseError: for a column that there is not, or a cursor that is none of this list
        """
        tests, values, most = self._tests(db)
        total, more = self._total(db, tests, values, most)
        steps, at = self._after()
        column, down = self._order()
        way = "desc" if down else "asc"
        order = f'"{column}" {way}, n {way}' if column else f"n {way}"
        told = " and ".join([*tests, *steps]) or "1"
        picked = f'"{column}"' if column else "n"
        sql = f"select n, brief, body, {picked} from {self.table.name} where {told} order by {order} limit ?"
        found = db.execute(sql, [*values, *at, self.limit + 1]).fetchall()
        last = found[self.limit - 1] if len(found) > self.limit else None
        rows = [self._row(brief, body) for _, brief, body, _ in found[: self.limit]]
        return Slice(rows, cursor(self.sort, last[3], last[0]) if last else None, total, more)

    def _row(self, brief: str, body: bytes | None) -> dict[str, Any]:
        made: dict[str, Any] = unpacked(body) if self.whole and body else json.loads(brief)
        return made

    def _order(self) -> tuple[str, bool]:
        name = self.sort.lstrip("-")
        if name and name not in self.table.columns:
            raise CaseError(f"{self.table.name} cannot be ordered by {name!r}")
        return name, self.sort.startswith("-")

    def _after(self) -> tuple[list[str], list[Any]]:
        """The test that leaves out what was shown; empty values come first upwards and last downwards."""
        if not self.after:
            return [], []
        (value, n), (column, down) = read_cursor(self.after, self.sort), self._order()
        sign = "<" if down else ">"
        if not column:
            return [f"n {sign} ?"], [n]
        quoted = f'"{column}"'
        if value is None:
            rest = "" if down else f" or {quoted} is not null"
            return [f"({quoted} is null and n {sign} ?{rest})"], [n]
        if down:
            return [f"(({quoted}, n) < (?, ?) or {quoted} is null)"], [value, n]
        return [f"({quoted}, n) > (?, ?)"], [value, n]

    def _tests(self, db: sqlite3.Connection) -> tuple[list[str], list[Any], int]:
        """Conditions, what stands in their places, and how many of the rows that fit are worth counting."""
        tests, values, most = [], [], COUNTED
        for name, wanted in (self.where or {}).items():
            test, given = self._test(name, wanted)
            tests.append(test)
            values += given
        if self.q.strip():
            test, given, most = self._search(db)
            tests.append(test)
            values += given
        return tests, values, most

    def _test(self, name: str, wanted: Any) -> tuple[str, list[Any]]:
        if name in self.table.marks:
            given = [wanted] if isinstance(wanted, str) else list(wanted)
            slots = ",".join("?" * len(given))
            return (
                f"n in (select n from marks where tbl = ? and key = ? and value in ({slots}))",
                [self.table.name, name, *given],
            )
        if name != "id" and name not in self.table.columns:
            raise CaseError(f"{self.table.name} cannot be filtered by {name!r}")
        if isinstance(wanted, Between):
            sides = [(">=", wanted.low), ("<=", wanted.high)]
            tests = [f'"{name}" {sign} ?' for sign, side in sides if side is not None]
            return " and ".join(tests) or "1", [side for _, side in sides if side is not None]
        if isinstance(wanted, Sequence) and not isinstance(wanted, str):
            return f'"{name}" in ({",".join("?" * len(wanted))})', list(wanted)
        return f'"{name}" is ?', [int(wanted) if isinstance(wanted, bool) else wanted]

    def _search(self, db: sqlite3.Connection) -> tuple[str, list[Any], int]:
        asked, words, _ = sought(self.q)
        if not words:
            return "0", [], COUNTED
        hits = "select d.row from search s join docs d on d.n = s.rowid where search match ? and d.tbl = ?"
        count = db.execute(f"select count(*) from ({hits} limit ?)", (asked, self.table.name, NARROW + 1)).fetchone()[0]
        if count <= NARROW:
            return f"n in ({hits})", [asked, self.table.name], COUNTED
        row = f"{self.table.name}.n"  # docs has an n of its own
        one = (
            f"select 1 from docs d join search s on s.rowid = d.n where d.tbl = ? and d.row = {row} and search match ?"
        )
        return f"exists ({one})", [self.table.name, asked], COUNTED_WIDE

    def _total(self, db: sqlite3.Connection, tests: list[str], values: list[Any], most: int) -> tuple[int, bool]:
        """How many rows there are: known beforehand for the whole and for one facet, else counted up to a bound."""
        known = self._known(db)
        if known is not None:
            return known, False
        told = f"select count(*) from (select 1 from {self.table.name} where {' and '.join(tests)} limit ?)"
        found = int(db.execute(told, [*values, most + 1]).fetchone()[0])
        return min(found, most), found > most

    def _known(self, db: sqlite3.Connection) -> int | None:
        where = self.where or {}
        if self.q.strip() or len(where) > 1:
            return None
        if not where:
            return int(db.execute("select rows from totals where tbl = ?", (self.table.name,)).fetchone()[0])
        ((name, wanted),) = where.items()
        if not isinstance(wanted, str) or name not in (*self.table.facets, *self.table.marks):
            return None
        told = "select rows from facets where tbl = ? and key = ? and value = ?"
        row = db.execute(told, (self.table.name, name, wanted)).fetchone()
        return int(row[0]) if row else 0


def cursor(sort: str, value: Any, n: int) -> str:
    """Where a page ended."""
    return base64.urlsafe_b64encode(json.dumps([sort, value, n]).encode()).decode().rstrip("=")


def read_cursor(text: str, sort: str) -> tuple[Any, int]:
    """What :func:`cursor` wrote, for the same order.

    :raises CaseError: where it is none, or of another order
    """
    try:
        told = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        ordered, value, n = told
        if ordered != sort or not isinstance(n, int) or not isinstance(value, str | int | float | None):
            raise ValueError(text)
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        raise CaseError("the cursor is none of this list in this order; begin again without it") from error
    return value, n

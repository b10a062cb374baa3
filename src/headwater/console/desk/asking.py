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
LARGEST = 2**63 - 1
"""The largest number that SQLite knows."""


@dataclass(frozen=True, slots=True)
class Between:
    """A filter for values from ``low`` to ``high``, both included; ``None`` leaves a side open."""

    low: str | float | None = None
    high: str | float | None = None


@dataclass(frozen=True, slots=True)
class Slice:
    """Some rows, the cursor of those after them, and how many there are; ``more``: at least so many.

    ``short``: words that were asked for and passed over, being too short to be sought.
    """

    rows: list[dict[str, Any]]
    next: str | None
    total: int
    more: bool = False
    short: tuple[str, ...] = ()


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

        :raises CaseError: for a column that there is not, or a cursor that is none of this list as it is now
        """
        asked, words, short = sought(self.q)
        tests, values, most = self._tests(db, asked if words else "")
        total, more = self._total(db, tests, values, most)
        edition = self._edition(db)
        steps, at = self._after(edition)
        few = bool(tests) and not more and most == COUNTED and total <= COUNTED
        found = db.execute(self._sql([*tests, *steps], few), [*values, *at, self.limit + 1]).fetchall()
        last = found[self.limit - 1] if len(found) > self.limit else None
        rows = [self._row(brief, body) for _, brief, body, _ in found[: self.limit]]
        beyond = cursor(self.sort, last[3], last[0], edition) if last else None
        return Slice(rows, beyond, total, more, short)

    def _sql(self, tests: Sequence[str], few: bool) -> str:
        """The query. Of few rows that fit, those are gathered first and then ordered (``+`` keeps the index of the order
        from being walked); of many, the index of the order is walked until a page is full.
        """
        column, down = self._order()
        name, told, way = self.table.name, " and ".join(tests) or "1", "desc" if down else "asc"
        keys = [f'"{column}"', "n"] if column else ["n"]
        order = ", ".join(f"{key} {way}" for key in keys)
        picked = f"select n, brief, body, {keys[0]} from {name}"
        if not few:
            return f"{picked} where {told} order by {order} limit ?"
        first = ", ".join(f"+{key} {way}" for key in keys)
        inner = f"select n from {self._source()} where {told} order by {first} limit ?"
        return f"{picked} where n in ({inner}) order by {order}"

    def _source(self) -> str:
        """The table, by the one index that holds all that is asked for, where there is one: no row need be looked at."""
        where, together = self.where or {}, self.table.together
        if where and not self.q.strip() and set(where) <= set(together):
            return f"{self.table.name} indexed by {self.table.name}_by_several"
        return self.table.name

    def _row(self, brief: str, body: bytes | None) -> dict[str, Any]:
        made: dict[str, Any] = unpacked(body) if self.whole and body else json.loads(brief)
        return made

    def _order(self) -> tuple[str, bool]:
        name = self.sort.lstrip("-")
        if name and name not in self.table.columns:
            raise CaseError(f"{self.table.name} cannot be ordered by {name!r}")
        return name, self.sort.startswith("-")

    def _edition(self, db: sqlite3.Connection) -> str:
        told = db.execute("select edition from totals where tbl = ?", (self.table.name,)).fetchone()
        return str(told[0])

    def _after(self, edition: str) -> tuple[list[str], list[Any]]:
        """The test that leaves out what was shown; empty values come first upwards and last downwards."""
        if not self.after:
            return [], []
        (value, n), (column, down) = read_cursor(self.after, self.sort, edition), self._order()
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

    def _tests(self, db: sqlite3.Connection, asked: str) -> tuple[list[str], list[Any], int]:
        """Conditions, what stands in their places, and how many of the rows that fit are worth counting."""
        tests, values, most = [], [], COUNTED
        for name, wanted in (self.where or {}).items():
            test, given = self._test(name, wanted)
            tests.append(test)
            values += given
        if asked:
            test, given, most = self._search(db, asked)
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

    def _search(self, db: sqlite3.Connection, asked: str) -> tuple[str, list[Any], int]:
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
        known = self._known(db, len(tests))
        if known is not None:
            return known, False
        told = f"select count(*) from (select 1 from {self._source()} where {' and '.join(tests)} limit ?)"
        found = int(db.execute(told, [*values, most + 1]).fetchone()[0])
        return min(found, most), found > most

    def _known(self, db: sqlite3.Connection, tests: int) -> int | None:
        where = self.where or {}
        if tests == 0:
            return int(db.execute("select rows from totals where tbl = ?", (self.table.name,)).fetchone()[0])
        if tests > 1 or len(where) != 1:
            return None
        ((name, wanted),) = where.items()
        if not isinstance(wanted, str) or name not in (*self.table.facets, *self.table.marks):
            return None
        told = "select rows from facets where tbl = ? and key = ? and value = ?"
        row = db.execute(told, (self.table.name, name, wanted)).fetchone()
        return int(row[0]) if row else 0


def cursor(sort: str, value: Any, n: int, edition: str) -> str:
    """Where a page ended, in which edition of the list: another answer may have other rows before and behind."""
    return base64.urlsafe_b64encode(json.dumps([sort, value, n, edition]).encode()).decode().rstrip("=")


def read_cursor(text: str, sort: str, edition: str) -> tuple[Any, int]:
    """What :func:`cursor` wrote, for the same order of the same list.

    :raises CaseError: where it is none, of another order, or of a list that has changed since
    """
    try:
        told = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        ordered, value, n, of = told
        if ordered != sort or not _is_number(n) or not (value is None or _is_number(value) or _is_text(value)):
            raise ValueError(text)
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        raise CaseError("the cursor is none of this list in this order; begin again without it") from error
    if of != edition:
        raise CaseError(
            "there is a newer answer since that page, and its rows are others; begin again without the cursor"
        )
    return value, n


def _is_number(value: Any) -> bool:
    """Whether it is a number that SQLite can be asked about."""
    return isinstance(value, int | float) and not isinstance(value, bool) and -LARGEST <= value <= LARGEST


def _is_text(value: Any) -> bool:
    """Whether it is a text that can be written as UTF-8."""
    return isinstance(value, str) and not any("\ud800" <= c <= "\udfff" for c in value)

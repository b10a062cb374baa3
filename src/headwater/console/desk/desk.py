"""A desk: what one answer says, ready to be shown, without the names of staff."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from headwater.console.desk.addresses import address
from headwater.console.desk.asking import Question, Slice, Where, cursor, read_cursor
from headwater.console.desk.grams import excerpt, sought, texts
from headwater.console.desk.layout import READ, TABLES, Table
from headwater.console.desk.pool import Pool
from headwater.console.desk.writing import unpacked
from headwater.console.errors import GoneError
from headwater.model.errors import CaseError
from headwater.store.casebook.revealing import Opened

T = TypeVar("T")
PSEUDONYM = re.compile(r"\b[SUD]-[0-9a-f]{10}\b")
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that a search found; ``href`` is its address below the case's."""

    kind: str
    id: str
    title: str
    excerpt: str
    href: str


@dataclass(frozen=True, slots=True)
class Hits:
    """What a search found, the cursor of what comes after, and words that were too short to be sought."""

    hits: list[Hit]
    next: str | None
    short: tuple[str, ...] = ()


class Desk:
    """The read model of one answer. Thread-safe; nothing in it changes."""

    def __init__(self, file: Path, names: Callable[[str, bytes], str]) -> None:
        self._pool = Pool(file)
        self._unseal = names
        self._remembered: dict[str, Any] = {}
        with self._pool.lent() as db:
            self._head: dict[str, str] = dict(db.execute("select name, value from head"))

    def __repr__(self) -> str:
        return f"Desk({self.version[:12]})"

    @property
    def version(self) -> str:
        """The SHA-256 of the answer, in hexadecimal digits."""
        return self._head["version"]

    @property
    def lang(self) -> str:
        """The language of the answer's sentences."""
        return self._head["lang"]

    def remembered(self, name: str, make: Callable[[], T]) -> T:
        """Something that follows from this desk alone, worked out once; whoever gets it must not change it."""
        if name not in self._remembered:
            self._remembered[name] = make()
        made: T = self._remembered[name]
        return made

    def part(self, name: str) -> Any:
        """A part of the answer as plain values: ``case``, ``tally``, ``network.counts``.

        Of a list that is a table its rows, whole; of a mapping of such lists what else it holds. Empty where there is none.
        """
        with self._pool.lent() as db:
            row = db.execute("select body from parts where name = ?", (name,)).fetchone()
            if row:
                return unpacked(row[0])
            table = next((t for t in READ if t.prefix == f"{name}.item"), None)
            if table:
                return [_whole(r) for r in db.execute(f"select brief, body from {table.name} order by n")]
            told = "select name, body from parts where substr(name, 1, ?) = ?"
            found = db.execute(told, (len(name) + 1, f"{name}.")).fetchall()
        return {inner.removeprefix(f"{name}."): unpacked(body) for inner, body in found} or []

    def one(self, table: str, id: str) -> dict[str, Any] | None:
        """One row whole, or ``None``."""
        name = _table(table).name
        with self._pool.lent() as db:
            told = f"select brief, body from {name} where id = ? order by n limit 1"
            row = db.execute(told, (id,)).fetchone()
        return _whole(row) if row else None

    def rows(
        self,
        table: str,
        q: str = "",
        where: Where | None = None,
        sort: str = "",
        after: str | None = None,
        limit: int = 50,
        whole: bool = False,
    ) -> Slice:
        """Some rows of a table, without what only their own pages show (``whole``: with it).

        :param where: columns and marks with a value, a list of values, or :class:`headwater.console.desk.asking.Between`
        :param sort: a column, downwards with ``-`` before it; the answer's own order where it is left out
        :param after: the cursor that the page before gave
        :raises CaseError: for a table, column or cursor that there is not
        """
        question = Question(_table(table), q, where, sort, after, limit, whole)
        with self._pool.lent() as db:
            return question.answer(db)

    def every(self, table: str, where: Where | None = None) -> Iterator[dict[str, Any]]:
        """All rows of a table that fit, whole, in the answer's order; some hundreds are held at once."""
        after = None
        while True:
            found = self.rows(table, where=where, after=after, limit=AT_ONCE, whole=True)
            yield from found.rows
            if (after := found.next) is None:
                return

    def facets(self, table: str, column: str) -> dict[str, int]:
        """The values of a column with few values, or of a mark, with how many rows have each; the commonest first."""
        known = _table(table)
        if column not in (*known.facets, *known.marks):
            raise CaseError(f"{table} is not counted by {column!r}")
        told = "select value, rows from facets where tbl = ? and key = ? order by rows desc, value"
        with self._pool.lent() as db:
            return dict(db.execute(told, (table, column)))

    def count(self, table: str) -> int:
        """How many rows a table has."""
        with self._pool.lent() as db:
            return int(db.execute("select rows from totals where tbl = ?", (_table(table).name,)).fetchone()[0])

    def search(self, q: str, limit: int = 50, after: str | None = None) -> Hits:
        """Everything that has all the words, each at least two Chinese characters or three letters long."""
        asked, words, short = sought(q)
        if not words:
            return Hits([], None, short)
        start = read_cursor(after, "search", self.version)[1] if after else 0
        told = "select rowid from search where search match ? and rowid > ? order by rowid limit ?"
        with self._pool.lent() as db:
            found = [n for (n,) in db.execute(told, (asked, start, limit + 1))]
            hits = []
            for n in found[:limit]:
                name, row, title = db.execute("select tbl, row, title from docs where n = ?", (n,)).fetchone()
                id_, brief, body = db.execute(f"select id, brief, body from {name} where n = ?", (row,)).fetchone()
                said = excerpt(_whole((brief, body)), words)
                hits.append(Hit(name, id_, title, said, address(name, id_)))
        beyond = cursor("search", None, found[limit - 1], self.version) if len(found) > limit else None
        return Hits(hits, beyond, short)

    def name_of(self, pseudonym: str, leave: Opened) -> str:
        """The name behind a pseudonym, for somebody who has leave for this very one.

        :raises CaseError: when the leave is for something else
        :raises GoneError: where there is no such pseudonym
        """
        if leave.thing != pseudonym:
            raise CaseError("this leave is for something else")
        return self._name(pseudonym)

    def names_in(self, table: str, id: str, leave: Opened) -> dict[str, str]:
        """The names behind every pseudonym of a row, for somebody who has leave for it (``incident:1``, ``finding:…``).

        :raises CaseError: when the leave is for something else
        :raises GoneError: where there is no such row
        """
        if leave.thing not in (f"{table.removesuffix('s')}:{id}", f"{table}:{id}"):
            raise CaseError("this leave is for something else")
        row = self.one(table, id)
        if row is None:
            raise GoneError("there is no such row in this answer")
        found = sorted({hit for text in texts(row) for hit in PSEUDONYM.findall(text)})
        with self._pool.lent() as db:
            slots = ",".join("?" * len(found))
            sealed = db.execute(f"select pseudonym, name from sealed where pseudonym in ({slots})", found).fetchall()
        return {pseudonym: self._unseal(pseudonym, name) for pseudonym, name in sealed}

    def _name(self, pseudonym: str) -> str:
        with self._pool.lent() as db:
            row = db.execute("select name from sealed where pseudonym = ?", (pseudonym,)).fetchone()
        if row is None:
            raise GoneError("there is no such pseudonym in this answer")
        return self._unseal(pseudonym, row[0])

    def close(self) -> None:
        """Let go of the file."""
        self._pool.close()


def _table(name: str) -> Table:
    if name not in TABLES:
        raise CaseError(f"there is no table {name!r}")
    return TABLES[name]


def _whole(row: tuple[str, bytes | None]) -> dict[str, Any]:
    made: dict[str, Any] = unpacked(row[1]) if row[1] else json.loads(row[0])
    return made

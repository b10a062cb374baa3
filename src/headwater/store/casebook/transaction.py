"""One transaction of the casebook: rows are read, added and changed with the entry of the log that says so.

What is sealed goes in and comes out as text; every row that is read has its signature checked, and a row that decides
who may do what (:meth:`Transaction.trusted`) is held against the log as well: an older copy of it is no use.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from headwater.model.errors import StoreError
from headwater.store.casebook import log, moments
from headwater.store.casebook.head import Head
from headwater.store.casebook.log import Entry, canonical
from headwater.store.casebook.sealing import Sealer
from headwater.store.casebook.tables import AUDIT, is_sealed

PURPOSE = "row"
ID_DIGITS = 8
_LARGEST = 2**53 - 1  # of RFC 8785

Row = dict[str, Any]


class Transaction:
    """Reads and writes that count together or not at all. Made by :meth:`Casebook.transaction`; used by one thread."""

    def __init__(
        self, connection: sa.Connection, sealer: Sealer, now: datetime, last: Head | None, *, own: bool = False
    ) -> None:
        self.connection = connection
        self.sealer = sealer
        self.now = moments.told(now)
        self.last = last
        """The head of the log; ``None`` where nothing may be written."""
        self.actor: str | None = None
        """Who is signed in, once that was asked: what he tries and may not is written to the log."""
        self.signed: dict[str, object] = {}
        """Users whose tickets were looked at in this transaction, by id: nobody else is believed to be somebody."""
        self.clock = self.now
        """The later of now and the log's last entry: a clock that was put back opens nothing again."""
        self.adopted = False
        """Whether somebody who may has said that this log is whole (on a machine that remembers no head)."""
        self.own = own
        """Whether the casebook is a workspace's own, and so of one case."""

    def add(
        self, table: sa.Table, values: Mapping[str, Any], actor: str, act: str, details: Mapping[str, Any] | None = None
    ) -> str:
        """Add a row and the entry of the log that says so, and give the row's id."""
        row_id = self._new_id(table)
        stored = self._stored(table, row_id, {"id": row_id, "at": self.now, **values})
        digest = row_digest(table, stored)
        self.connection.execute(table.insert().values(**stored, mac=self._mac(table, digest)))
        self.log(actor, act, stored.get("case_id"), (table.name, row_id, digest), details)
        return row_id

    def change(
        self,
        table: sa.Table,
        row_id: str,
        values: Mapping[str, Any],
        actor: str,
        act: str,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """Change a row, and write the entry of the log that says so."""
        known = self._checked(table, self._raw(table, table.c.id == row_id)[0])
        stored = {**known, **self._stored(table, row_id, values)}
        stored.pop("mac")
        digest = row_digest(table, stored)
        changed = {**{name: stored[name] for name in values}, "mac": self._mac(table, digest)}
        self.connection.execute(table.update().where(table.c.id == row_id).values(**changed))
        self.log(actor, act, stored.get("case_id"), (table.name, row_id, digest), details)

    def log(
        self,
        actor: str,
        act: str,
        case_id: str | None = None,
        row: tuple[str, str, str | None] | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> Entry:
        """Write one entry of the log: who did what, and to which row (table, id, digest)."""
        if self.last is None:
            raise StoreError("nothing is written in a reading of the casebook")
        kind, row_id, digest = row or (None, None, None)
        words = {
            "at": self.now,
            "actor": actor,
            "act": act,
            "case_id": case_id,
            "kind": kind,
            "row_id": row_id,
            "row_digest": digest,
            "details": canonical(dict(details or {})),
        }
        entry = log.made(self.sealer, self.last, words)
        self.connection.execute(AUDIT.insert().values(**log.plain(entry)))
        self.last = entry.head
        return entry

    def logged_rows(self, table: sa.Table, case_id: str) -> set[str]:
        """The ids of the rows of a table and case of which the log knows."""
        told = sa.select(AUDIT.c.row_id).where(AUDIT.c.kind == table.name, AUDIT.c.case_id == case_id).distinct()
        return {str(row_id) for row_id in self.connection.execute(told).scalars()}

    def told(self, table: sa.Table, case_id: str, act: str) -> dict[str, dict[str, Any]]:
        """What the log says besides of each row of a table and case at an act, by the row's id.

        :raises StoreError: where an entry was changed
        """
        same = (AUDIT.c.kind == table.name, AUDIT.c.case_id == case_id, AUDIT.c.act == act)
        found = [Entry(*row) for row in self.connection.execute(sa.select(AUDIT).where(*same).order_by(AUDIT.c.seq))]
        for entry in found:
            self._insist_whole(entry, f"{table.name}/{entry.row_id}")
        return {str(entry.row_id): json.loads(entry.details) for entry in found}

    def is_logged(self, act: str, case_id: str, details: Mapping[str, Any]) -> bool:
        """Whether the log has an entry of this act, case and details."""
        same = (AUDIT.c.act == act, AUDIT.c.case_id == case_id, AUDIT.c.details == canonical(dict(details)))
        return self.connection.execute(sa.select(AUDIT.c.seq).where(*same).limit(1)).first() is not None

    def rows(self, table: sa.Table, *where: sa.ColumnElement[bool]) -> list[Row]:
        """Rows in the order in which they were made, unsealed; their signatures are checked."""
        return [self._opened(table, self._checked(table, raw)) for raw in self._raw(table, *where)]

    def row(self, table: sa.Table, *where: sa.ColumnElement[bool]) -> Row | None:
        """The first of such rows, or ``None``."""
        found = self.rows(table, *where)
        return found[0] if found else None

    def trusted(self, table: sa.Table, *where: sa.ColumnElement[bool]) -> Row | None:
        """A row that decides who may do what: it must be as the log last knew it.

        :raises StoreError: when it was written past the program, or put back to what it was before
        """
        raws = self._raw(table, *where)
        if not raws:
            return None
        checked = self._checked(table, raws[0])
        self._insist_on_latest(table, checked)
        return self._opened(table, checked)

    def digest(self, table: sa.Table, row_id: str) -> str:
        """The digest of a row as it stands."""
        return row_digest(table, self._checked(table, self._raw(table, table.c.id == row_id)[0]))

    def _new_id(self, table: sa.Table) -> str:
        """An id that tells the order in which rows were made: the number of the entry that will speak of it."""
        if self.last is None:
            raise StoreError("nothing is written in a reading of the casebook")
        return f"{table.name[0].upper()}-{self.last.count + 1:0{ID_DIGITS}}"

    def _insist_on_latest(self, table: sa.Table, raw: Row) -> None:
        told = sa.select(AUDIT).where(AUDIT.c.kind == table.name, AUDIT.c.row_id == raw["id"])
        found = self.connection.execute(told.order_by(AUDIT.c.seq.desc()).limit(1)).first()
        place = f"{table.name}/{raw['id']}"
        if found is None:
            raise StoreError("the log knows nothing of this row: it was put in past the program", place)
        entry = Entry(*found)
        self._insist_whole(entry, place)
        if entry.row_digest != row_digest(table, raw):
            raise StoreError("is not as the log last knew it: it was changed past the program", place)

    def _insist_whole(self, entry: Entry, place: str) -> None:
        if log.fault(entry, Head(entry.seq - 1, entry.before), self.sealer):
            raise StoreError("the log was changed where it speaks of this row; see `headwater audit verify`", place)

    def _raw(self, table: sa.Table, *where: sa.ColumnElement[bool]) -> list[Row]:
        order = [table.c.at, table.c.id]
        return [dict(r) for r in self.connection.execute(sa.select(table).where(*where).order_by(*order)).mappings()]

    def _checked(self, table: sa.Table, raw: Row) -> Row:
        if not self.sealer.is_signed(f"{PURPOSE} of {table.name}", row_digest(table, raw), str(raw["mac"])):
            raise StoreError("was written or changed past the program", f"{table.name}/{raw['id']}")
        return raw

    def _mac(self, table: sa.Table, digest: str) -> str:
        return self.sealer.signature(f"{PURPOSE} of {table.name}", digest)

    def _stored(self, table: sa.Table, row_id: str, values: Mapping[str, Any]) -> Row:
        return {
            name: self.sealer.seal(value, table.name, name, row_id)
            if is_sealed(table.c[name]) and value is not None
            else value
            for name, value in values.items()
            if name in table.c
        }

    def _opened(self, table: sa.Table, raw: Row) -> Row:
        return {
            name: self.sealer.unseal(bytes(value), table.name, name, raw["id"])
            if is_sealed(table.c[name]) and value is not None
            else value
            for name, value in raw.items()
            if name != "mac"
        }


def row_digest(table: sa.Table, raw: Mapping[str, Any]) -> str:
    """The digest of a stored row: of all its values but its signature; what is empty does not count, so that a new column
    leaves the digests of older rows.
    """
    told: Row = {"table": table.name}
    for column in table.columns:
        value = raw.get(column.name)
        if value is not None and column.name != "mac":
            told[column.name] = _plain(value)
    return sha256(canonical(told).encode()).hexdigest()


def _plain(value: object) -> str | int:
    """A stored value as JSON; what is of another type than it should be, written past the program, is told apart."""
    if isinstance(value, bytes | bytearray | memoryview):
        return f"bytes {bytes(value).hex()}"
    known = isinstance(value, str) or (isinstance(value, int) and abs(value) <= _LARGEST)
    return value if known else f"{type(value).__name__} {value!r}"  # type: ignore[return-value]

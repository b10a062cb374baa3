"""The manifest: what was read, how far, and which part files of the lake count.

SQLite in the workspace. One transaction records an input together with the parts that it gave: a run that is killed
before it leaves parts that no row names, which nobody reads and the next run removes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from headwater.model.errors import StoreError
from headwater.model.exhibit import NotRead, Rejected
from headwater.store.places import Places

CHANGING = "changing"
"""The fact that a run is at work on the lake, or was cut there."""
_SCHEMA = """
create table if not exists facts (name text primary key, value text not null);
create table if not exists inputs (
  stage text not null, path text not null, size integer not null, sha256 text not null, reader text not null,
  rows integer not null, rejected integer not null, passed integer not null, offset integer not null,
  line integer not null, state text not null, primary key (stage, path));
create table if not exists parts (
  stage text not null, path text not null, tbl text not null, file text not null, rows integer not null,
  primary key (tbl, file));
create index if not exists parts_by_input on parts (stage, path);
create table if not exists rejected (stage text, input text, source text, line integer, reason text);
create index if not exists rejected_by_input on rejected (stage, input);
create table if not exists not_read (stage text, input text, path text, reason text, first_line text);
create index if not exists not_read_by_input on not_read (stage, input);
create table if not exists counts (stage text, input text, name text, value integer, primary key (stage, input, name));
"""


@dataclass(frozen=True, slots=True)
class Input:
    """One file that a stage has read: ``stage`` (ingest, scan …), and how far (``offset`` bytes, ``line`` lines)."""

    stage: str
    path: str
    size: int
    sha256: str
    reader: str
    rows: int
    rejected: int
    passed: int = 0
    offset: int = 0
    line: int = 0
    state: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One Parquet file of the lake that an input gave."""

    table: str
    file: str  # below the lake's root
    rows: int


class Manifest:
    """The record of a workspace's inputs and parts. Not shared between threads; processes queue on SQLite's lock.

    Paths are kept, and given, as ``places`` shows them; they may be asked for either way.
    """

    def __init__(self, file: Path, places: Places) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._places = places
        self._db = sqlite3.connect(file, isolation_level=None, timeout=60)
        try:
            self._db.execute("pragma journal_mode=wal")
            self._db.execute("pragma synchronous=full")
            self._db.executescript(_SCHEMA)
        except sqlite3.DatabaseError as error:
            self._db.close()
            raise StoreError(f"the manifest is damaged: {error}", str(file)) from error

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def fact(self, name: str) -> str | None:
        """A fact of the workspace (its format, its key's fingerprint), or ``None``."""
        row = self._db.execute("select value from facts where name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def set_fact(self, name: str, value: str) -> None:
        """Record a fact of the workspace."""
        self._db.execute("insert or replace into facts values (?, ?)", (name, value))

    def input(self, stage: str, path: str) -> Input | None:
        """What is known of a file that this stage has read."""
        at = (stage, self._places.shown(path))
        row = self._db.execute("select * from inputs where stage = ? and path = ?", at).fetchone()
        return None if row is None else Input(*row)

    def inputs(self, stage: str | None = None) -> list[Input]:
        """All files read, by stage and path."""
        where, values = ("where stage = ?", (stage,)) if stage else ("", ())
        return [Input(*row) for row in self._db.execute(f"select * from inputs {where} order by stage, path", values)]

    def parts(self, table: str) -> list[Part]:
        """The committed parts of a table, in order."""
        rows = self._db.execute("select tbl, file, rows from parts where tbl = ? order by file", (table,))
        return [Part(*row) for row in rows]

    def files(self) -> set[str]:
        """Every part file that counts."""
        return {row[0] for row in self._db.execute("select file from parts")}

    def commit(
        self,
        entry: Input,
        parts: Sequence[Part],
        rejected: Iterable[Rejected] = (),
        not_read: Iterable[NotRead] = (),
        counts: Iterable[tuple[str, int]] = (),
        *,
        keep: bool = False,
    ) -> None:
        """Record an input with all that it gave, in one transaction.

        What an earlier version of the same file gave is forgotten, unless ``keep`` says that this is the rest of a
        file that has grown.
        """
        with self.together():
            self._record(entry, parts, rejected, not_read, counts, keep)

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Say for as long as this lasts that what is recorded is not whole; said on where it was cut, until it ends well."""
        self.set_fact(CHANGING, "")
        yield
        self._db.execute("delete from facts where name = ?", (CHANGING,))

    @contextmanager
    def together(self) -> Iterator[None]:
        """Let all that is recorded and forgotten meanwhile count at once, or not at all."""
        if self._db.in_transaction:
            yield
            return
        self._db.execute("begin immediate")
        try:
            yield
            self._db.execute("commit")
        except BaseException:
            self._db.execute("rollback")
            raise

    def _record(
        self,
        entry: Input,
        parts: Sequence[Part],
        rejected: Iterable[Rejected],
        not_read: Iterable[NotRead],
        counts: Iterable[tuple[str, int]],
        keep: bool,
    ) -> None:
        shown = self._places.shown
        entry = replace(entry, path=shown(entry.path))
        at = (entry.stage, entry.path)
        if not keep:
            self._forget(*at)
        columns = [getattr(entry, name) for name in Input.__slots__]
        self._db.execute(f"insert or replace into inputs values ({','.join('?' * len(columns))})", columns)
        self._db.executemany("insert into parts values (?,?,?,?,?)", [(*at, p.table, p.file, p.rows) for p in parts])
        self._db.executemany(
            "insert into rejected values (?,?,?,?,?)", [(*at, shown(r.source), r.line, r.reason) for r in rejected]
        )
        self._db.executemany(
            "insert into not_read values (?,?,?,?,?)", [(*at, shown(n.path), n.reason, n.first_line) for n in not_read]
        )
        self._db.executemany(
            "insert into counts values (?,?,?,?) on conflict (stage, input, name) "
            "do update set value = value + excluded.value",
            [(*at, name, value) for name, value in counts],
        )

    def forget(self, stage: str, path: str) -> None:
        """Forget an input that is no longer in the case folder, with all that it gave."""
        with self.together():
            self._forget(stage, self._places.shown(path))

    def _forget(self, stage: str, path: str) -> None:
        self._db.execute("delete from inputs where stage = ? and path = ?", (stage, path))
        self._db.execute("delete from parts where stage = ? and path = ?", (stage, path))
        for table in ("rejected", "not_read", "counts"):
            self._db.execute(f"delete from {table} where stage = ? and input = ?", (stage, path))

    def rejected(self) -> list[Rejected]:
        """Lines set aside by any stage, by place."""
        rows = self._db.execute("select distinct source, line, reason from rejected order by source, line, reason")
        return [Rejected(*row) for row in rows]

    def not_read(self) -> list[NotRead]:
        """Files and archive members that nobody could read, by path."""
        return [
            NotRead(*row)
            for row in self._db.execute("select distinct path, reason, first_line from not_read order by 1, 2")
        ]

    def counts(self) -> dict[str, int]:
        """Named counts of all inputs, added up."""
        return dict(self._db.execute("select name, sum(value) from counts group by name order by name"))

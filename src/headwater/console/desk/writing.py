"""Writes the tables of a desk: rows brief and whole, columns to order by, marks to filter by, texts to search."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

from headwater.console.desk.grams import spread, texts
from headwater.console.desk.layout import TABLES, Row, Table

UNSOUGHT = frozenset({"sha256", "digest", "token", "time", "asked", "answered", "severity", "kind", "outcome", "code"})
"""Keys whose texts nobody searches for: codes, times, digests."""
RANK = {name: rank for rank, name in enumerate(TABLES, 1)}
"""A search names what weighs most first."""

HASHED = 64 << 20
"""Bytes of the search that are gathered before they are written out."""

FIXED = """
create table parts (name text primary key, body blob not null) without rowid;
create table marks (tbl text, key text, value text, n integer, primary key (tbl, key, value, n)) without rowid;
create table facets (tbl text, key text, value text, rows integer, primary key (tbl, key, value)) without rowid;
create table totals (tbl text primary key, rows integer, edition text not null) without rowid;
create table docs (n integer primary key, tbl text, row integer, title text);
create virtual table search using fts5(text, tokenize='trigram', content='');
create table sealed (pseudonym text primary key, name blob not null) without rowid;
create table head (name text primary key, value text) without rowid;
"""


class Writer:
    """Fills one desk. Rows of a table that come later are found later in a search."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        db.executescript(FIXED)
        db.execute(f"insert into search (search, rank) values ('hashsize', {HASHED})")
        for table in TABLES.values():
            columns = "".join(f', "{name}"' for name in table.columns)
            db.execute(f"create table {table.name} (n integer primary key, id text, brief text, body blob{columns})")
        db.execute("begin")  # the script before it has ended any other
        self._docs = dict.fromkeys(TABLES, 0)
        self._editions = {name: blake2b(digest_size=6) for name in TABLES}

    def part(self, name: str, value: Any) -> None:
        """Keep a part whole; one that comes again replaces it."""
        self._db.execute("insert or replace into parts values (?, ?)", (name, packed(value)))

    def rows(self, table: Table, rows: Iterable[Row]) -> int:
        """Add rows to a table and to the search; how many."""
        count = 0
        for row in rows:
            self._row(table, row)
            count += 1
        return count

    def _row(self, table: Table, row: Row) -> None:
        id_, brief = table.id(row), table.brief(row)
        short = _json(brief)
        body = None if brief == row else packed(row)
        values = [take(row) for take in table.columns.values()]
        self._editions[table.name].update(repr((id_, values)).encode("utf-8", "surrogatepass"))
        marks = ",".join("?" * (4 + len(values)))
        made = self._db.execute(f"insert into {table.name} values ({marks})", (None, id_, short, body, *values))
        n = made.lastrowid
        found = [(table.name, mark, value, n) for mark, take in table.marks.items() for value in take(row)]
        if found:
            self._db.executemany("insert or ignore into marks values (?, ?, ?, ?)", found)
        self._doc(table, row, n)

    def _doc(self, table: Table, row: Row, n: int | None) -> None:
        if not table.address:
            return
        title = table.title(row)
        self._docs[table.name] += 1
        doc = (RANK[table.name] << 40) + self._docs[table.name]
        self._db.execute("insert into docs values (?, ?, ?, ?)", (doc, table.name, n, title))
        text = "\n".join(dict.fromkeys([title, *texts(row, UNSOUGHT)]))
        self._db.execute("insert into search (rowid, text) values (?, ?)", (doc, spread(text)))

    def counted(self, table: str, mark: str) -> dict[str, int]:
        """How many rows of a table bear each value of a mark, as far as they are written."""
        told = "select value, count(*) from marks where tbl = ? and key = ? group by value"
        return dict(self._db.execute(told, (table, mark)))

    def name(self, pseudonym: str, sealed: bytes) -> None:
        """Keep the sealed name behind a pseudonym."""
        self._db.execute("insert or replace into sealed values (?, ?)", (pseudonym, sealed))

    def end(self, **head: str) -> None:
        """Count, index, and write down what this desk is."""
        for table in TABLES.values():
            self._count(table)
            self._index(table)
        self._db.execute("create index docs_by_row on docs (tbl, row)")
        self._db.execute("insert into search (search) values ('optimize')")
        self._db.executemany("insert into head values (?, ?)", head.items())
        self._db.execute("analyze")
        self._db.commit()

    def _count(self, table: Table) -> None:
        edition = self._editions[table.name].hexdigest()
        self._db.execute(f"insert into totals select ?, count(*), ? from {table.name}", (table.name, edition))
        for facet in table.facets:
            told = f"""insert into facets select ?, ?, coalesce("{facet}", ''), count(*) from {table.name} group by 3"""
            self._db.execute(told, (table.name, facet))
        told = "insert or ignore into facets select tbl, key, value, count(*) from marks where tbl = ? group by 1, 2, 3"
        self._db.execute(told, (table.name,))

    def _index(self, table: Table) -> None:
        self._db.execute(f"create index {table.name}_by_id on {table.name} (id)")
        for column in table.columns:
            self._db.execute(f'create index {table.name}_by_{column} on {table.name} ("{column}", n)')
        if table.together:
            columns = ", ".join(f'"{column}"' for column in table.together)
            self._db.execute(f"create index {table.name}_by_several on {table.name} ({columns})")


def packed(value: Any) -> bytes:
    """A value as compressed JSON."""
    return zlib.compress(_json(value).encode("utf-8", "surrogatepass"), 1)


def unpacked(body: bytes) -> Any:
    """What :func:`packed` packed."""
    return json.loads(zlib.decompress(body).decode("utf-8", "surrogatepass"))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))

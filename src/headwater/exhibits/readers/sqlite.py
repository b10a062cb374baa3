"""SQLite databases: every table, read only and out of reach of whatever the file asks for; deleted rows where they are wanted."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from headwater.exhibits.batches import sheets_of, text_of
from headwater.exhibits.contents import Content, Enclosed, Given
from headwater.exhibits.deleted_rows import deleted_rows
from headwater.exhibits.member import Member
from headwater.exhibits.sheets import Sheet
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead

_MAGIC = b"SQLite format 3\0"
_COPY = 1 << 20
_FETCH = 2048
_WAL_AT = 18
_LONGEST = 1 << 28
_FILES = (
    b"PK\x03\x04",
    b"%PDF-",
    b"\xff\xd8\xff",
    b"\x89PNG\r\n",
    b"\xd0\xcf\x11\xe0",
    b"\x1f\x8b\x08",
    b"bplist00",
    _MAGIC,
)
_DAMAGED = "is damaged: rows may be missing"


class _Sqlite:
    """Reads SQLite databases."""

    name = "sqlite"

    def fits(self, head: bytes, member: Member) -> bool:
        """A database says so in its first sixteen bytes."""
        return head.startswith(_MAGIC)

    def read(self, member: Member, given: Given) -> Iterator[Content]:
        """Give every table in batches; views show what the tables hold, and are left out."""
        with member.open() as stream:
            head = stream.read(100)
        if len(head) == 100 and head[_WAL_AT] == 2:
            yield from _log_beside(member)
        with _place(member) as place:
            widths = set[int]()
            for content in _tables(member, place):
                if isinstance(content, Sheet):
                    widths.add(len(content.columns))
                yield content
        if given.deleted:
            yield from deleted_rows(member, frozenset(widths))


READER = _Sqlite()


def _log_beside(member: Member) -> Iterator[NotRead]:
    """Rows that were written last stand in a log beside the database until they are moved into it."""
    log = Path(f"{member.file}-wal") if member.file else None
    if log is None or (log.exists() and log.stat().st_size):
        where = "beside it" if log else "that was beside it, if there was one,"
        yield NotRead(member.path, f"the rows that stand only in the write-ahead log (-wal) {where} were not read")


@contextmanager
def _place(member: Member) -> Iterator[str]:
    """Where SQLite can open the bytes: the file on the disk, or a copy of what was packed, which goes at once.

    SQLite opens files by name only; nobody but the user can read the copy.
    """
    if member.file is not None:
        yield str(member.file)
        return
    with tempfile.NamedTemporaryFile(prefix="headwater-") as copy, member.open() as stream:
        while chunk := stream.read(_COPY):
            copy.write(chunk)
        copy.flush()
        yield copy.name


def _tables(member: Member, place: str) -> Iterator[Content]:
    try:
        base = sqlite3.connect(f"file:{quote(place)}?mode=ro&immutable=1", uri=True, isolation_level=None)
    except sqlite3.Error as error:
        raise UnreadableError("the database cannot be opened", member.path) from error
    try:
        for name, kind, words in _listed(base, member):
            if kind == "virtual" or words.upper().startswith("CREATE VIRTUAL"):
                continue  # what it shows is kept in tables of its own
            yield from _table(base, member, name)
    finally:
        base.close()


def _bind(base: sqlite3.Connection) -> None:
    base.text_factory = bytes
    base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
    for pragma in ("trusted_schema=OFF", "cell_size_check=ON", "mmap_size=0", "cache_size=-16000", "query_only=ON"):
        base.execute(f"PRAGMA {pragma}")


def _listed(base: sqlite3.Connection, member: Member) -> list[tuple[str, str, str]]:
    try:
        _bind(base)
        rows = base.execute("SELECT name, type, sql FROM sqlite_master WHERE type = 'table' ORDER BY rowid").fetchall()
    except sqlite3.Error as error:
        raise UnreadableError("the database is damaged or encrypted", member.path) from error
    named = [tuple(_text(cell) or "" for cell in row) for row in rows]
    return [(name, kind, words) for name, kind, words in named if not name.startswith("sqlite_")]


def _table(base: sqlite3.Connection, member: Member, name: str) -> Iterator[Content]:
    quoted = '"' + name.replace('"', '""') + '"'
    try:
        cursor = base.execute(f"SELECT * FROM {quoted}")
    except (sqlite3.Error, UnicodeError):
        yield NotRead(f"{member.path}#{name}", "the table cannot be read: it is damaged, or needs an extension")
        return
    columns = [str(each[0]) for each in cursor.description]
    files: list[Enclosed] = []
    fault: list[str] = []
    for sheet in sheets_of(name, columns, _rows(cursor, name, member.size or 1 << 40, files, fault)):
        yield sheet
        yield from files
        files.clear()
    if fault:
        yield NotRead(f"{member.path}#{name}", fault[0])


def _rows(
    cursor: sqlite3.Cursor, name: str, most: int, files: list[Enclosed], fault: list[str]
) -> Iterator[tuple[int, list[str | None]]]:
    """The rows by number. A row takes up a byte at least: more rows than bytes come of a tree that is bent into a ring."""
    number = 0
    try:
        while rows := cursor.fetchmany(_FETCH):
            for row in rows:
                number += 1
                cells = [
                    _text(cell) if not isinstance(cell, bytes) else _cell(cell, name, number, files) for cell in row
                ]
                yield number, cells
            if number > most:
                fault.append(_DAMAGED)
                return
    except (sqlite3.Error, UnicodeError, OverflowError):
        fault.append(_DAMAGED)


def _cell(data: bytes, name: str, number: int, files: list[Enclosed]) -> str | None:
    if len(data) > 16 and data.startswith(_FILES):
        files.append(Enclosed(f"{name}.{number}", data))
        return None
    try:
        return data.decode("utf-8") if b"\0" not in data else text_of(data)
    except UnicodeDecodeError:
        return text_of(data)


def _text(cell: Any) -> str | None:
    if cell is None:
        return None
    if isinstance(cell, bytes):
        return text_of(cell) if cell else None
    return repr(cell).removesuffix(".0") if isinstance(cell, float) else str(cell)

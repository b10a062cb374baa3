"""Dumps of databases as SQL text: rows of ``INSERT`` and of PostgreSQL's ``COPY`` become tables, all other lines stay text.

MySQL, PostgreSQL, SQL Server, Oracle and SQLite write them; the lines are those of the dump.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from headwater.exhibits.contents import Content, Given, Passage
from headwater.exhibits.encodings import HEAD, encoding_of
from headwater.exhibits.member import Member
from headwater.exhibits.sql_statements import Created, Inserted, pieces
from headwater.exhibits.sql_tables import Tables
from headwater.exhibits.text import lines
from headwater.model.exhibit import NotRead

_CUSTOM = b"PGDMP"
_LONGEST = 1 << 26
_TOGETHER = 4096
_MYSQL = re.compile(rb"MySQL|MariaDB|/\*!\d{5}|`|\\\\'")
_STATEMENT = re.compile(
    rb"^\s*(?:INSERT\s+(?:IGNORE\s+|ALL\s+)?(?:INTO\s+)?[^\s;]+[^;]{0,4000}?\bVALUES\b|REPLACE\s+INTO\s+\S+"
    rb"|COPY\s+\S+[^;\n]{0,4000}?\bFROM\s+stdin;)",
    re.I | re.M,
)
_OPENING = re.compile(
    rb"^\s*(?:-- (?:MySQL dump|PostgreSQL database dump|MariaDB dump|Dumping data|phpMyAdmin)|/\*!\d{5}|CREATE TABLE\s"
    rb"|SET IDENTITY_INSERT|PRAGMA foreign_keys)",
    re.I | re.M,
)


class _Dump:
    """Reads dumps as SQL text."""

    name = "sqldump"

    def fits(self, head: bytes, member: Member) -> bool:
        """A statement of a dump stands at the start of a line within the first 64 KB."""
        if head.startswith(_CUSTOM):
            return True
        encoding = encoding_of(head)
        if encoding is None:
            return False
        text = head.decode(encoding, "replace").encode() if encoding.startswith("utf-16") else head
        return bool(_STATEMENT.search(text) or (_OPENING.search(text) and member.path.lower().endswith(".sql")))

    def read(self, member: Member, given: Given) -> Iterator[Content]:
        """Give each table in batches, as its rows come, and what is no row as text."""
        with member.open() as stream:
            head = stream.read(HEAD)
        if head.startswith(_CUSTOM):
            yield NotRead(member.path, "is a dump of pg_dump in its custom format: restore it, or dump it as plain SQL")
            return
        yield from _read(member, head)


READER = _Dump()


def _read(member: Member, head: bytes) -> Iterator[Content]:
    tables, rest, first, refused = Tables(), list[str](), 1, list[int]()
    backslash = bool(_MYSQL.search(head))
    for piece in pieces(_numbered(member, encoding_of(head) or "utf-8", refused), backslash=backslash):
        if isinstance(piece, Inserted):
            yield from tables.add(piece)
        elif isinstance(piece, Created):
            tables.create(piece)
        else:
            if rest and (piece.line != first + len(rest) or len(rest) >= _TOGETHER):
                yield Passage("", tuple(rest), first)
                rest = []
            first = first if rest else piece.line
            rest.append(piece.text)
    if rest:
        yield Passage("", tuple(rest), first)
    yield from tables.finish()
    if refused:
        yield NotRead(
            member.path, f"{len(refused):,} lines are too long or no text and were set aside, the first is {refused[0]}"
        )


def _numbered(member: Member, encoding: str, refused: list[int]) -> Iterator[tuple[int, str]]:
    with member.open() as stream:
        for batch in lines(stream, encoding, line_bytes=_LONGEST):
            refused += [line for line, _ in batch.rejected]
            yield from enumerate(batch.text, start=batch.first)

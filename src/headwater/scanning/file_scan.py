"""One file while its pieces are scanned: its tables, each judged as a whole, its texts, and what of it could not be read."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa

from headwater.exhibits.contents import Passage
from headwater.exhibits.member import Member
from headwater.exhibits.sheets import Sheet, joined
from headwater.model.exhibit import NotRead
from headwater.model.tables import SCHEMAS
from headwater.scanning.holdings import SCHEMA, Place
from headwater.scanning.layout import SCHEMA as COLUMNS
from headwater.scanning.parts import SCHEMA as PARTS
from headwater.scanning.persons import persons
from headwater.scanning.scanner import Found, Scanner

WHOLE = 1 << 32
"""Bytes of cells up to which the batches of a table are judged and described together; what comes after is judged by itself."""
_CHUNK = 1 << 20
_SET_ASIDE = "{} lines could not be read, the first of them line {}: {}"


@dataclass(frozen=True, slots=True)
class Scanned:
    """What came of one file: tables as the lake has them, and what could not be read of it."""

    holdings: pa.Table
    documents: pa.Table
    not_read: tuple[NotRead, ...] = ()
    parts: pa.Table = field(default_factory=PARTS.empty_table)
    columns: pa.Table = field(default_factory=COLUMNS.empty_table)


@dataclass(slots=True)
class _Document:
    """One table or text of a file. ``header`` is ``None`` for a text, ``last`` is the last line so far, ``told`` the last number of a row.

    What is ``hidden`` in a text (properties, links) counts as a document only if something was found in it.
    """

    sheet: str
    header: tuple[str, ...] | None
    rows: int = 0
    last: int = 0
    told: int = 0
    hidden: bool = False
    found: list[Found] = field(default_factory=list)

    def numbered(self, lines: pa.Array) -> pa.Array:
        """Number the rows that go on with these lines: by their lines, or by their order where several stand on one, as in JSON."""
        told = np.asarray(lines)
        if not len(told):
            return lines
        if told[0] <= self.told or (told[1:] <= told[:-1]).any():
            told = np.arange(self.told + 1, self.told + 1 + len(told))
        self.told = int(told[-1])
        return pa.array(told, pa.int64())


@dataclass(slots=True)
class FileScan:
    """Takes the pieces of one file in their order; ``role`` is seized, leak or chat, ``holder`` whose file it is."""

    scanner: Scanner
    member: Member
    role: str
    holder: str | None
    whole: int = WHOLE
    _documents: dict[str, _Document] = field(default_factory=dict)
    _waiting: list[Sheet] = field(default_factory=list, repr=False)
    _not_read: list[NotRead] = field(default_factory=list)

    def take(self, content: Sheet | Passage | NotRead) -> None:
        """Take one piece; tables of the same name that follow each other are one."""
        if isinstance(content, NotRead):
            self._not_read.append(content)
            return
        if self._waiting and not _goes_on(self._waiting[-1], content):
            self._table()
        if isinstance(content, Sheet):
            self._waiting.append(content)
            if sum(sheet.rows.nbytes for sheet in self._waiting) > self.whole:
                self._table()
        elif content.lines:
            self._text(content)

    def scanned(self) -> Scanned:
        """Give what came of the file when all its pieces were taken."""
        self._table()
        fault = self.member.fault
        if fault and fault not in {n.reason for n in self._not_read}:
            self._not_read.append(NotRead(self.member.path, fault))
        digest = _digest(self.member)
        found = {name: _as_one(document.found) for name, document in self._documents.items()}
        told = [
            name for name, document in self._documents.items() if not document.hidden or found[name].holdings.num_rows
        ]
        rows = [self._row(self._documents[name], found[name], digest) for name in told]
        everything = _as_one(list(found.values()))
        return Scanned(
            everything.holdings,
            pa.Table.from_pylist(rows, SCHEMAS["documents"]),
            tuple(self._not_read),
            everything.parts,
            everything.columns,
        )

    def _row(self, document: _Document, found: Found, digest: str) -> dict[str, object]:
        return {
            "source": self.member.path,
            "sheet": document.sheet,
            "holder": self.holder,
            "role": self.role,
            "rows": document.rows,
            "persons": persons(found.holdings).count,
            "sha256": digest,
        }

    def _table(self) -> None:
        """Scan the table that was waited for."""
        if not self._waiting:
            return
        sheet, self._waiting = joined(self._waiting), []
        document = self._document(sheet.name, sheet.columns, sheet.lines)
        sheet = replace(sheet, lines=document.numbered(sheet.lines))
        found = self.scanner.sheet(sheet, Place(self.member.path, document.sheet, self.holder, self.role))
        document.found.append(replace(found, columns=COLUMNS.empty_table()) if document.found else found)
        document.rows += sheet.rows.num_rows
        if sheet.rejected:
            line, reason = sheet.rejected[0]
            self._not_read.append(NotRead(self.member.path, _SET_ASIDE.format(len(sheet.rejected), line, reason)))

    def _text(self, passage: Passage) -> None:
        numbers = pa.array(range(passage.first_line, passage.first_line + len(passage.lines)), pa.int64())
        document = self._document(passage.name, None, numbers)
        document.hidden = passage.hidden
        place = Place(self.member.path, document.sheet, self.holder, self.role)
        document.found.append(self.scanner.texts(pa.array(passage.lines, pa.string()), numbers, place))
        document.rows += sum(1 for line in passage.lines if line)

    def _document(self, name: str, header: tuple[str, ...] | None, lines: pa.Array) -> _Document:
        """The document that goes on with these lines. One of the same name that does not is told apart by a number."""
        number, sheet = 1, name
        first, last = (lines[0].as_py(), lines[-1].as_py()) if len(lines) else (None, 0)
        while (known := self._documents.get(sheet)) is not None:
            if known.header == header and (first is None or first > known.last):
                break
            number += 1
            sheet = f"{name}#{number}"
        document = self._documents.setdefault(sheet, _Document(sheet, header))
        document.last = max(document.last, last)
        return document


def _goes_on(table: Sheet, content: Sheet | Passage) -> bool:
    """Whether a piece is the next batch of a table: later batches may have more columns, where rows were longer than the header."""
    return (
        isinstance(content, Sheet)
        and (content.name, content.header, content.hidden) == (table.name, table.header, table.hidden)
        and all(a == b for a, b in zip(table.columns, content.columns, strict=False))
    )


def _as_one(parts: Sequence[Found]) -> Found:
    return Found(
        pa.concat_tables([SCHEMA.empty_table(), *(p.holdings for p in parts)]).combine_chunks(),
        pa.concat_tables([PARTS.empty_table(), *(p.parts for p in parts)]).combine_chunks(),
        pa.concat_tables([COLUMNS.empty_table(), *(p.columns for p in parts)]).combine_chunks(),
    )


def _digest(member: Member) -> str:
    state = hashlib.sha256()
    with member.open() as stream:
        while chunk := stream.read(_CHUNK):
            state.update(chunk)
    return state.hexdigest()

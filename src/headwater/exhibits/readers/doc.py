"""Word documents of 1993 to 2003 (.doc, .dot): text, tables, notes, comments, hidden and deleted text, enclosed files."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from headwater.exhibits.contents import Content, Given, Passage
from headwater.exhibits.document_table import table_contents
from headwater.exhibits.encodings import encoding_of
from headwater.exhibits.locked import is_locked
from headwater.exhibits.member import Member
from headwater.exhibits.ole import Compound, compound, has_stream
from headwater.exhibits.ole_objects import objects, pictures
from headwater.exhibits.passages import Lines, passages
from headwater.exhibits.sheets import Sheet
from headwater.exhibits.word_binary import (
    DELETED,
    FIRST_97,
    HIDDEN,
    IN_TABLE,
    ROW_END,
    Array,
    Head,
    Letters,
    letters,
)
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead

_PARAGRAPH, _CELL, _PAGE = 0x0D, 0x07, 0x0C
_FIELD, _SHOWN, _FIELD_END = 0x13, 0x14, 0x15


class Doc:
    """Reads Word documents in the compound format."""

    name = "doc"

    def fits(self, head: bytes, member: Member) -> bool:
        """Tell by the stream that holds the text; an encrypted document belongs to another reader."""
        if not has_stream(head, member, "WordDocument"):
            return False
        with member.open() as stream:
            return is_locked(io.BytesIO(stream.read())) is not True

    def read(self, member: Member, given: Given) -> Iterator[Content]:
        """Give the parts of the text, then the objects and pictures."""
        with compound(member) as file:
            main = file.read("WordDocument")
            try:
                yield from _text(file, Head(main))
            except UnreadableError as error:
                yield NotRead(f"{member.path}#body", str(error))
            yield from objects(file, member.path)
            for stream in ("Data", "WordDocument"):
                if file.has(stream):
                    yield from pictures(file.read(stream), stream)


def _text(file: Compound, head: Head) -> Iterator[Content]:
    if head.encrypted:
        raise UnreadableError("is encrypted")
    if head.version < FIRST_97:
        data = head.data[head.long(0x18) : head.long(0x1C)]
        text = data.decode(encoding_of(data[:65536]) or "cp1252", "replace").replace("\x07", "\t")
        yield from passages("", text.split("\r"))
        return
    for part in letters(head, file.read(head.table)):
        yield from _Part(part).read()


@dataclass(slots=True)
class _Part:
    """Cuts one part of the text into paragraphs, and those in tables into rows and cells."""

    letters: Letters
    _rows: list[list[str]] = field(default_factory=list)
    _cells: list[str] = field(default_factory=list)
    _cell: list[str] = field(default_factory=list)
    _tables: int = 0

    def read(self) -> Iterator[Sheet | Passage]:
        units, marks = self.letters.units, _with_fields(self.letters.units, self.letters.marks)
        names = (self._named("hidden text"), self._named("deleted text"))
        shown, hidden, deleted = Lines(self.letters.part), Lines(names[0], hidden=True), Lines(names[1], hidden=True)
        start = 0
        ends = np.flatnonzero((units == _PARAGRAPH) | (units == _CELL) | (units == _PAGE))
        for end in [*ends.tolist(), len(units)]:
            text, said = units[start:end], marks[start:end]
            start = end + 1
            for mark, lines in ((HIDDEN, hidden), (DELETED, deleted)):
                if (said & mark).any():
                    yield from lines.add(_string(text[(said & mark) != 0]))
            line = _string(text[(said & (HIDDEN | DELETED)) == 0])
            ending = int(units[end]) if end < len(units) else _PARAGRAPH
            if ending == _CELL:
                self._end_cell(line, row=bool(marks[end] & ROW_END))
            elif (self._rows or self._cells) and end < len(units) and marks[end] & IN_TABLE:
                self._cell.append(line)
            else:
                yield from self._end_table()
                yield from shown.add(line)
        yield from self._end_table()
        for lines in (shown, hidden, deleted):
            yield from lines.end()

    def _named(self, name: str) -> str:
        return f"{self.letters.part} {name}".strip()

    def _end_cell(self, line: str, *, row: bool) -> None:
        if row:
            self._rows.append(self._cells)
            self._cells = []
        else:
            self._cells.append("\n".join([*self._cell, line]))
        self._cell = []

    def _end_table(self) -> Iterator[Sheet | Passage]:
        rest = [*self._cells, "\n".join(self._cell)] if self._cell else self._cells
        rows = [*self._rows, rest] if rest else self._rows
        self._rows, self._cells, self._cell = [], [], []
        if rows:
            self._tables += 1
            yield from table_contents(self._named(f"table {self._tables}"), rows)


def _with_fields(units: Array, marks: Array) -> Array:
    """The instruction of a field stands between its begin and what it shows: nobody sees it."""
    change = np.select([units == _FIELD, (units == _SHOWN) | (units == _FIELD_END)], [1, -1], 0)
    hidden, depth = marks.copy(), 0
    bounds = [*np.flatnonzero(change).tolist(), len(units)]
    for place, after in pairwise(bounds):
        if units[place] == _FIELD:
            depth += 1
            hidden[place:after] |= HIDDEN
        else:
            depth = 0
    return hidden


def _string(units: Array) -> str:
    text: str = units.astype("<u2").tobytes().decode("utf-16-le", "replace")
    return text.replace("\x1e", "-").replace("\x0b", "\n").replace("\xa0", " ")


READER = Doc()

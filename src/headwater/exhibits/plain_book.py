"""Reads the sheets of an XLSX that is written as spreadsheet programs write them, several times as fast as a reader of every workbook.

Whatever is out of the ordinary (other encodings, prefixes, comments in the XML, days before 1900, styles that may or may not be of a day)
is said to be so, and left to that reader.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from headwater.exhibits import sheet_cells, sheet_columns
from headwater.exhibits.limits import Budget, LimitError
from headwater.exhibits.markup import attribute, parsed
from headwater.exhibits.office_package import Parts
from headwater.exhibits.sheet_styles import styles_of
from headwater.exhibits.sheet_values import NotPlainError, day_text, number_text, text_of, texts_of
from headwater.exhibits.streams import FAULTS
from headwater.exhibits.zips import open_zip
from headwater.model.errors import UnreadableError

_BOOK = "xl/workbook.xml"
_READ = 1 << 22
_MOST_CELLS = 1 << 26
_SHORTEST_TEXT, _SHORTEST_CELL = len("<si/>"), len("<c><v>1</v></c>")
_OTHER_ENCODING = re.compile(rb"""\A\s*<\?xml[^>]*encoding=["'](?!(?i:utf-8)["'])""")
Bytes = np.ndarray[Any, np.dtype[np.uint8]]


@dataclass(frozen=True, slots=True)
class Listed:
    """A sheet as the workbook lists it: its name, whether it is hidden, and the part that holds it."""

    name: str
    hidden: bool
    part: str


@dataclass(slots=True)
class PlainBook:
    """An opened workbook: its sheets, the classes of its styles, and its texts, which are read when a sheet asks for them."""

    parts: Parts
    sheets: tuple[Listed, ...]
    styles: Bytes
    texts: str | None
    _shared: tuple[Bytes, Any, Any] | None = field(default=None, repr=False)

    def shared(self) -> tuple[Bytes, Any, Any]:
        """The texts that sheets share, one after another, where each begins, and where it ends."""
        if self._shared is None:
            nothing = np.zeros(0, np.int64)
            self._shared = _shared(_read(self.parts, self.texts)) if self.texts else (_bytes(b""), nothing, nothing)
        return self._shared


def plain_book(stream: Any, budget: Budget) -> PlainBook | None:
    """Open a workbook, or give ``None`` where it is not a plain one."""
    try:
        parts = Parts(open_zip(stream, budget.limits), budget)
        return _opened(parts) if _BOOK in parts.names else None
    except LimitError:
        raise
    except (UnreadableError, NotPlainError, *FAULTS):
        return None


def _opened(parts: Parts) -> PlainBook | None:
    root = parsed(parts.read(_BOOK))
    targets = {r.id: r for r in parts.relations(_BOOK) if not r.outside and r.target in set(parts.names)}
    dated = next((attribute(each, "date1904") for each in root.iter("{*}workbookPr")), "")
    listed = []
    for sheet in root.iter("{*}sheet"):
        found = [targets[value] for key, value in sheet.attrib.items() if key.endswith("}id") and value in targets]
        if dated not in ("", "0", "false") or not found or found[0].kind != "worksheet":
            return None
        hidden = attribute(sheet, "state") not in ("", "visible")
        listed.append(Listed(attribute(sheet, "name"), hidden, found[0].target))
    styles, texts = (next(iter(parts.targets(_BOOK, kind)), None) for kind in ("styles", "sharedStrings"))
    return PlainBook(parts, tuple(listed), styles_of(parts.read(styles)) if styles else _bytes(b""), texts)


def grid_of(book: PlainBook, sheet: Listed) -> pa.Table | None:
    """Every cell of a sheet as a text, from row 1 and the first column that is filled, or ``None`` where it is not a plain one.

    :raises LimitError: if it unpacks to more than it may
    """
    try:
        return _grid(book, _read(book.parts, sheet.part))
    except LimitError:
        raise
    except (NotPlainError, UnreadableError, pa.ArrowInvalid, *FAULTS):
        return None


def _bytes(data: bytes) -> Bytes:
    return np.frombuffer(data, np.uint8)


def _read(parts: Parts, name: str) -> bytes:
    """A part as a whole, which is text in UTF-8."""
    chunks = []
    with parts.archive.open(name) as stream:
        while chunk := stream.read(_READ):
            parts.budget.spend(len(chunk))
            chunks.append(chunk)
    data = b"".join(chunks).removeprefix(b"\xef\xbb\xbf")
    if _OTHER_ENCODING.match(data):
        raise NotPlainError
    return data


def _between(data: bytes, name: bytes) -> tuple[int, int]:
    """Where the content of an element begins and ends, around which there are no comments and no texts of their own kind."""
    begin, end = data.find(b"<" + name), data.rfind(b"</" + name + b">")
    start = data.find(b">", begin) + 1
    if begin < 0 or not start or data[begin + len(name) + 1 : begin + len(name) + 2] not in (b">", b"/", b" "):
        raise NotPlainError
    if data[start - 2 : start] == b"/>":
        end = start
    if end < start or data.find(b"<!", 0, start) >= 0 or data.find(b"<!", end) >= 0 or data.find(b"<" + name, end) >= 0:
        raise NotPlainError
    return start, end


def _shared(data: bytes) -> tuple[Bytes, Any, Any]:
    start, end = _between(data, b"sst")
    buffer = _bytes(data)
    count, kinds, begins, ends = sheet_cells.entries(buffer, start, end, (end - start) // _SHORTEST_TEXT + 1)
    if count == sheet_cells.NOT_PLAIN:
        raise NotPlainError
    odd = np.flatnonzero(kinds != sheet_cells.TEXT)
    if not len(odd):
        return buffer, begins, ends
    made = [_odd(data[begins[n] : ends[n]], int(kinds[n])) for n in odd.tolist()]
    return _with(buffer, made, begins, ends, odd)


def _with(buffer: Bytes, made: Sequence[bytes], begins: Any, ends: Any, places: Any) -> tuple[Bytes, Any, Any]:
    """The buffer with other texts behind it, and the places of those whose texts they are."""
    sizes = np.array([len(each) for each in made], np.int64)
    ends[places] = len(buffer) + np.cumsum(sizes)
    begins[places] = ends[places] - sizes
    return np.concatenate((buffer, _bytes(b"".join(made)))), begins, ends


def _odd(data: bytes, kind: int) -> bytes:
    return text_of(data) if kind == sheet_cells.ESCAPED else texts_of(data)


def _grid(book: PlainBook, data: bytes) -> pa.Table:
    start, end = _between(data, b"sheetData")
    sheet = _bytes(data)
    count, *found = sheet_cells.cells(sheet, start, end, book.styles, (end - start) // _SHORTEST_CELL + 1)
    if count == sheet_cells.NOT_PLAIN:
        raise NotPlainError
    return _table(book, sheet, data, found) if count else pa.table({})


def _table(book: PlainBook, sheet: Bytes, data: bytes, found: Sequence[Any]) -> pa.Table:
    rows, columns, kinds, begins, ends = found
    left, height, width = int(columns.min()), int(rows.max()) + 1, int(columns.max()) - int(columns.min()) + 1
    if height * width > _MOST_CELLS:
        raise NotPlainError
    sources = (kinds == sheet_cells.SHARED).astype(np.uint8)
    shared, firsts, lasts = book.shared() if sources.any() else (sheet[:0], begins, ends)
    of_shared = np.flatnonzero(sources)
    index = begins[of_shared]
    if len(index) and int(index.max()) >= len(firsts):
        raise NotPlainError
    begins[of_shared], ends[of_shared] = firsts[index], lasts[index]
    odd = np.flatnonzero((kinds != sheet_cells.SHARED) & (kinds != sheet_cells.TEXT))
    others, begins, ends = _with(sheet[:0], _made(data, kinds, begins, ends, odd), begins, ends, odd)
    sources[odd] = 2
    places = sheet_columns.placed(rows, columns, left, height, width)
    made = [_column(each, sources, begins, ends, (sheet, shared, others)) for each in places]
    return pa.table(made, names=[str(place + 1) for place in range(width)])


def _made(data: bytes, kinds: Any, begins: Any, ends: Any, odd: Any) -> list[bytes]:
    """The texts of cells that do not stand in the sheet as they read."""
    known: dict[tuple[int, bytes], bytes] = {}
    made = []
    for kind, begin, end in zip(kinds[odd].tolist(), begins[odd].tolist(), ends[odd].tolist(), strict=True):
        key = kind, data[begin:end]
        if key not in known:
            known[key] = _READ_AS[kind](key[1])
        made.append(known[key])
    return made


_READ_AS: dict[int, Callable[[bytes], bytes]] = {
    sheet_cells.ESCAPED: text_of,
    sheet_cells.RICH: texts_of,
    sheet_cells.NUMBER: number_text,
    sheet_cells.DATE: day_text,
    sheet_cells.TRUE: lambda _: b"true",
    sheet_cells.FALSE: lambda _: b"false",
}


def _column(places: Any, sources: Any, begins: Any, ends: Any, buffers: tuple[Bytes, Bytes, Bytes]) -> pa.Array:
    offsets = sheet_columns.lengths(places, begins, ends)
    if offsets[-1] >= 1 << 31:
        raise NotPlainError
    texts = sheet_columns.gathered(places, offsets, sources, begins, *buffers)
    filled = np.packbits(offsets[1:] > offsets[:-1], bitorder="little")
    parts = [pa.py_buffer(filled), pa.py_buffer(offsets.astype(np.int32)), pa.py_buffer(texts)]
    made = pa.Array.from_buffers(pa.string(), len(places), parts)
    made.validate(full=True)
    return made

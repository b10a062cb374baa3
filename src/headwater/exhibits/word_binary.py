"""Word documents of 1997 to 2003: which characters they hold, in the order of the text, and what is said of each.

The layout is that of [MS-DOC]: a piece table says where the text lies in the stream, and pages of formats ("FKP") say of
stretches of the stream, not of the text, what is hidden, deleted or in a table. Everything is worked out over arrays.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

import numpy as np

from headwater.model.errors import UnreadableError

Array = np.ndarray[tuple[int], np.dtype[np.int64]]

HIDDEN, DELETED, IN_TABLE, ROW_END = 1, 2, 4, 8
"""What is said of a character; the last two of the mark that ends a paragraph."""

FIRST_97 = 0xC1
"""Versions below this keep their text in one stretch of eight-bit characters."""

_MOST = 1 << 28
_ENCRYPTED, _SECOND_TABLE = 0x0100, 0x0200
_CHARACTER = {0x083C: HIDDEN, 0x0800: DELETED}
_PARAGRAPH = {0x2416: IN_TABLE, 0x2417: ROW_END, 0x244B: IN_TABLE, 0x244C: ROW_END}
_OPERAND = (1, 1, 2, 4, 2, 2, -1, 3)
_PARTS = (("", 0x4C), ("footnotes", 0x50), ("headers and footers", 0x54), ("macros", 0x58), ("comments", 0x5C),
          ("endnotes", 0x60), ("text boxes", 0x64), ("text boxes of headers", 0x68))  # fmt: skip
_CP1252 = np.array([ord(bytes([b]).decode("cp1252", "replace")) for b in range(256)], dtype=np.uint16)


@dataclass(frozen=True, slots=True)
class Letters:
    """The characters of one part as UTF-16 units, and the marks of each."""

    part: str
    units: Array = field(repr=False)
    marks: Array = field(repr=False)


@dataclass(frozen=True, slots=True)
class Head:
    """The head of the document: where everything lies."""

    data: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.data) < 0x60 or self.data[:2] not in (b"\xec\xa5", b"\xdc\xa5"):
            raise UnreadableError("is no Word document, or a damaged one")

    @property
    def version(self) -> int:
        """The version of the layout."""
        return self.short(2)

    @property
    def table(self) -> str:
        """The name of the stream that holds the tables."""
        return "1Table" if self.short(0x0A) & _SECOND_TABLE else "0Table"

    @property
    def encrypted(self) -> bool:
        """Whether the text is encrypted."""
        return bool(self.short(0x0A) & _ENCRYPTED)

    def short(self, place: int) -> int:
        """A number of two bytes."""
        return int.from_bytes(self.data[place : place + 2], "little")

    def long(self, place: int) -> int:
        """A number of four bytes."""
        return int.from_bytes(self.data[place : place + 4], "little")


def letters(head: Head, table: bytes) -> Iterator[Letters]:
    """Give the parts of a document of 1997 or later.

    :raises UnreadableError: if the piece table cannot be read
    """
    units, places = _text(head, table)
    marks = np.zeros(len(units), dtype=np.int64)
    for place, known, width in ((0xFA, _CHARACTER, 1), (0x102, _PARAGRAPH, 13)):
        _mark(marks, places, _stretches(head, table, place, known, width))
    start = 0
    for part, place in _PARTS:
        end = min(start + head.long(place), len(units))
        if end > start:
            yield Letters(part, units[start:end], marks[start:end])
        start = end
    if start < len(units):
        yield Letters("further text", units[start:], marks[start:])


def _text(head: Head, table: bytes) -> tuple[Array, Array]:
    """The characters in their order, and the place of each in the stream."""
    first, pieces = _pieces(head, table)
    stream = np.frombuffer(head.data, dtype=np.uint8)
    units, places, total = [], [], 0
    for number, raw in enumerate(pieces):
        count = min(first[number + 1] - first[number], len(stream))
        narrow, offset = bool(raw & 0x40000000), raw & 0x3FFFFFFF
        start, width = (offset // 2, 1) if narrow else (offset, 2)
        block = stream[start : start + max(count, 0) * width]
        block = block[: len(block) // width * width]
        total += len(block)
        if total > _MOST:
            raise UnreadableError(f"its text is more than {_MOST:,} bytes")
        units.append(_CP1252[block] if narrow else block.copy().view("<u2"))
        places.append(start + width * np.arange(len(units[-1]), dtype=np.int64))
    if not units:
        raise UnreadableError("its table of text pieces is empty")
    return np.concatenate(units).astype(np.int64), np.concatenate(places)


def _pieces(head: Head, table: bytes) -> tuple[list[int], list[int]]:
    start, size = head.long(0x1A2), head.long(0x1A6)
    data = table[start : start + size]
    place = 0
    while data[place : place + 1] == b"\x01":
        place += 3 + int.from_bytes(data[place + 1 : place + 3], "little")
    if data[place : place + 1] != b"\x02":
        raise UnreadableError("its table of text pieces is damaged")
    data = data[place + 5 : place + 5 + int.from_bytes(data[place + 1 : place + 5], "little")]
    count = (len(data) - 4) // 12
    if count < 1:
        raise UnreadableError("its table of text pieces is empty")
    first = list(struct.unpack_from(f"<{count + 1}I", data))
    return first, [struct.unpack_from("<I", data, 4 * (count + 1) + 8 * n + 2)[0] for n in range(count)]


def _stretches(head: Head, table: bytes, place: int, known: dict[int, int], width: int) -> list[tuple[int, int, int]]:
    """Stretches of the stream with what the pages of formats say of them; damaged pages say nothing."""
    data = table[head.long(place) : head.long(place) + head.long(place + 4)]
    count = max((len(data) - 4) // 8, 0)
    found: list[tuple[int, int, int]] = []
    for number in range(count):
        page = (struct.unpack_from("<I", data, 4 * (count + 1) + 4 * number)[0] & 0x3FFFFF) * 512
        block = head.data[page : page + 512]
        if len(block) == 512:
            found += _page(block, known, width)
    return sorted(found)


def _page(block: bytes, known: dict[int, int], width: int) -> Iterator[tuple[int, int, int]]:
    runs = block[511]
    if 4 * (runs + 1) + width * runs > 511:
        return
    bounds = struct.unpack_from(f"<{runs + 1}I", block)
    for run in range(runs):
        at = 2 * block[4 * (runs + 1) + width * run]
        if not at:
            continue
        size, skip = block[at], 1
        if width > 1:  # a paragraph: its length counts pairs of bytes, and the number of its style stands before
            size, skip = (2 * block[at + 1], 4) if not size and at + 1 < 512 else (2 * size - 1, 3)
            size -= 2
        marks = _marks(block[at + skip : at + skip + max(size, 0)], known)
        if marks and bounds[run] < bounds[run + 1]:
            yield bounds[run], bounds[run + 1], marks


def _marks(formats: bytes, known: dict[int, int]) -> int:
    marks, place = 0, 0
    while place + 3 <= len(formats):
        code = int.from_bytes(formats[place : place + 2], "little")
        size = _OPERAND[code >> 13]
        if code in known and formats[place + 2] & 1:
            marks |= known[code]
        place += 2 + (1 + formats[place + 2] if size < 0 else size)
    return marks


def _mark(marks: Array, places: Array, stretches: list[tuple[int, int, int]]) -> None:
    if not stretches:
        return
    starts, ends, said = (np.array(column, dtype=np.int64) for column in zip(*stretches, strict=True))
    at = np.searchsorted(starts, places, side="right") - 1
    inside = (at >= 0) & (places < ends[np.maximum(at, 0)])
    marks |= cast(Array, np.where(inside, said[np.maximum(at, 0)], 0))

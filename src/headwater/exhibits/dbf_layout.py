"""How a dBase or FoxPro table is laid out: its columns, its records, its code page, and the file beside it that holds long texts."""

from __future__ import annotations

import datetime
import struct
from dataclasses import dataclass, field
from typing import BinaryIO

from headwater.exhibits.encodings import encoding_of

_VERSIONS = frozenset({0x02, 0x03, 0x04, 0x05, 0x30, 0x31, 0x32, 0x43, 0x63, 0x83, 0x8B, 0x8E, 0xCB, 0xE5, 0xF5, 0xFB})
_FIELD = 32
_PAGES = {
    0x01: "cp437", 0x02: "cp850", 0x03: "cp1252", 0x57: "cp1252", 0x58: "cp1252", 0x4D: "gb18030", 0x7A: "gb18030",
    0x4E: "cp949", 0x79: "cp949", 0x4F: "cp950", 0x78: "cp950", 0x13: "cp932", 0x7B: "cp932", 0x65: "cp866", 0xC9: "cp1251",
}  # fmt: skip
_DAY_ZERO = 1721425  # the Julian day of 1 January 1
_LONGEST_MEMO = 1 << 26


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its raw name, its type letter, where its bytes begin in a record, and how many they are."""

    name: bytes
    kind: str
    start: int
    size: int


@dataclass(frozen=True, slots=True)
class Layout:
    """The head of a table."""

    version: int
    records: int
    start: int
    size: int
    page: str | None
    columns: tuple[Column, ...]


def layout_of(head: bytes) -> Layout | None:
    """Read the head of a table, or ``None`` where it does not add up: then it is none."""
    if len(head) < 65 or head[0] not in _VERSIONS or not (1 <= head[2] <= 12 and 1 <= head[3] <= 31):
        return None
    records, start, size = struct.unpack_from("<LHH", head, 4)
    columns, place, at = [], 1, 32
    while at + _FIELD <= min(len(head), start) and head[at] != 0x0D:
        name, kind, length = head[at : at + 11].split(b"\0")[0], chr(head[at + 11]), head[at + 16]
        if kind == "C":
            length += head[at + 17] << 8  # long texts have their upper byte where decimals stand
        if not name or not kind.isprintable() or (name[0] < 0x21):
            return None
        columns.append(Column(name, kind, place, length))
        place, at = place + length, at + _FIELD
    if not columns or place != size or start < at:
        return None
    return Layout(head[0], records, start, size, _PAGES.get(head[29]), tuple(columns))


def page_of(layout: Layout, sample: bytes) -> str:
    """The encoding of the texts: what the head says, or where it says nothing, what the records look like."""
    names = b"\n".join(column.name for column in layout.columns)
    texts = names + b"\n" + sample.replace(b"\0", b" ")
    found = encoding_of(texts)
    if found in ("gb18030", "utf-8") and not texts.isascii():
        return found
    return layout.page or "gb18030"


@dataclass(frozen=True, slots=True)
class Memo:
    """The file beside a table that holds its long texts, as dBase (``.dbt``) or FoxPro (``.fpt``) writes it."""

    stream: BinaryIO = field(repr=False)
    fox: bool
    block: int

    def text(self, number: int) -> bytes:
        """The bytes of the text in that block; none where it is damaged."""
        if number <= 0:
            return b""
        self.stream.seek(number * self.block)
        head = self.stream.read(8)
        if len(head) < 8:
            return b""
        if self.fox:
            return self.stream.read(min(struct.unpack_from(">L", head, 4)[0], _LONGEST_MEMO))
        if head[:4] == b"\xff\xff\x08\x00":
            return self.stream.read(min(max(0, struct.unpack_from("<L", head, 4)[0] - 8), _LONGEST_MEMO))
        self.stream.seek(number * self.block)
        return self.stream.read(1 << 16).split(b"\x1a")[0]


def memo_in(stream: BinaryIO, *, fox: bool) -> Memo:
    """Read the head of such a file."""
    head = stream.read(32)
    size = struct.unpack_from(">H" if fox else "<H", head, 6 if fox else 20)[0] if len(head) >= 32 else 0
    return Memo(stream, fox, size or (64 if fox else 512))


def moment(raw: bytes) -> str | None:
    """A date with time: the Julian day and the milliseconds since midnight."""
    day, passed = struct.unpack("<LL", raw)
    if not 0 < day - _DAY_ZERO + 1 <= datetime.date.max.toordinal() or passed >= 86_400_000:
        return None
    when = datetime.datetime.combine(datetime.date.fromordinal(day - _DAY_ZERO), datetime.time())
    return (when + datetime.timedelta(seconds=passed // 1000)).isoformat(" ") if day > _DAY_ZERO else None

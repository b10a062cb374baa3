"""Properties of Outlook's messages ([MS-OXMSG]) by their numbers, and its packed rich text ([MS-OXRTFCP])."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from headwater.exhibits.mail_words import decoded
from headwater.exhibits.ole import Compound, Path
from headwater.model.errors import UnreadableError

_STREAM = re.compile(r"__substg1\.0_([0-9A-Fa-f]{4})([0-9A-Fa-f]{4})")
_WIDE, _NARROW, _BINARY, _TIME, _LONG = 0x001F, 0x001E, 0x0102, 0x0040, 0x0003
_PAGES = {
    65001: "utf-8",
    936: "gb18030",
    54936: "gb18030",
    950: "big5",
    932: "cp932",
    20127: "utf-8",
    1200: "utf-16-le",
}
_CODE_PAGES = (0x3FDE, 0x3FFD)
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_MOST_RTF = 256 << 20
_DICTIONARY = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbol"
    rb"ArialTimes New RomanCourier{\colortbl\red0\green0\blue0" + b"\r\n" + rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)


@dataclass(slots=True)
class Properties:
    """The properties of one message, recipient or attachment, read when they are asked for."""

    file: Compound
    at: Path
    head: int  # bytes before the fixed properties
    _places: dict[tuple[int, int], Path] = field(default_factory=dict)
    _fixed: dict[int, tuple[int, bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for path in self.file.below(*self.at):
            if found := _STREAM.fullmatch(path[-1]):
                self._places.setdefault((int(found[1], 16), int(found[2], 16)), path)
        try:
            data = self.file.read(*self.at, "__properties_version1.0")
        except UnreadableError:
            return
        for place in range(self.head, len(data) - 15, 16):
            kind, number = (
                int.from_bytes(data[place : place + 2], "little"),
                int.from_bytes(data[place + 2 : place + 4], "little"),
            )
            self._fixed.setdefault(number, (kind, data[place + 8 : place + 16]))

    def text(self, *numbers: int) -> str:
        """The first of these properties that holds a text."""
        for number in numbers:
            for kind in (_WIDE, _NARROW):
                if (number, kind) in self._places and (text := self._text(number, kind)):
                    return text
        return ""

    def _text(self, number: int, kind: int) -> str:
        try:
            data = self.file.read(*self._places[number, kind])
        except UnreadableError:
            return ""
        text = data.decode("utf-16-le", "replace") if kind == _WIDE else decoded(data, self.charset())
        return text.rstrip("\0")

    def texts(self) -> Iterator[tuple[int, str]]:
        """Every property that holds a text, with its number."""
        for number, kind in self._places:
            if kind in (_WIDE, _NARROW):
                yield number, self._text(number, kind)

    def binary(self, number: int) -> bytes:
        """A property that holds bytes; empty where there is none."""
        path = self._places.get((number, _BINARY))
        return self.file.read(*path) if path else b""

    def object(self, number: int) -> Path | None:
        """The storage of a property that is an object."""
        return self._places.get((number, 0x000D))

    def charset(self) -> str | None:
        """The charset of texts that are not Unicode, where it is told."""
        pages = [self.number(number) for number in _CODE_PAGES]
        return next((_PAGES.get(page, f"cp{page}") for page in pages if page), None)

    def number(self, number: int) -> int:
        """A property that is a whole number; 0 where there is none."""
        kind, data = self._fixed.get(number, (0, b""))
        return int.from_bytes(data[:4], "little") if kind == _LONG else 0

    def time(self, *numbers: int) -> str:
        """The first of these properties that is a time, in UTC."""
        for number in numbers:
            kind, data = self._fixed.get(number, (0, b""))
            ticks = int.from_bytes(data, "little")
            if kind == _TIME and 0 < ticks < 1 << 61:
                return (_EPOCH + timedelta(microseconds=ticks // 10)).isoformat(sep=" ", timespec="seconds")
        return ""


def unpacked_rtf(data: bytes) -> bytes:
    """Unpack the rich text of a message, as far as it can be unpacked.

    :raises UnreadableError: if it is larger than may be
    """
    if len(data) < 16:
        return b""
    size, kind = int.from_bytes(data[4:8], "little"), data[8:12]
    if kind == b"MELA":
        return data[16 : 16 + size]
    if kind != b"LZFu":
        return b""
    if size > _MOST_RTF:
        raise UnreadableError(f"its rich text unpacks to more than {_MOST_RTF:,} bytes")
    out, place, ring = bytearray(_DICTIONARY), 16, len(_DICTIONARY)
    while place < len(data) and len(out) - ring < size:
        flags, place = data[place], place + 1
        for bit in range(8):
            if place >= len(data):
                break
            if not flags >> bit & 1:
                out.append(data[place])
                place += 1
                continue
            code, place = int.from_bytes(data[place : place + 2], "big"), place + 2
            offset, length = code >> 4, (code & 0xF) + 2
            if offset == len(out) % 4096:
                return bytes(out[ring : ring + size])
            start = len(out) - (len(out) - offset) % 4096
            if start < 0:
                return bytes(out[ring : ring + size])
            for step in range(length):
                out.append(out[start + step])
    return bytes(out[ring : ring + size])

"""Texts as batches of numbered lines: bounded in memory, whatever the file holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from headwater.exhibits.encodings import encoding_of
from headwater.exhibits.recoded import line_of

__all__ = ["BATCH_BYTES", "LINE_BYTES", "Batch", "encoding_of", "lines"]

BATCH_BYTES = 4 << 20
LINE_BYTES = 1 << 20
_BOM = "\ufeff"
_TOO_LONG = "the line is longer than {:,} bytes"
_NO_TEXT = "the line is not {}"


@dataclass(frozen=True, slots=True)
class Batch:
    """Consecutive lines without their line ends; ``first`` is the 1-based number of the first.

    A line that was set aside is empty in ``text`` and named in ``rejected`` with its number and the reason.
    ``end_offset`` is the place in the stream behind these lines. ``complete`` is false for one batch at most, the last:
    it holds the one line that has no line end, which may be unfinished.
    """

    first: int
    text: list[str] = field(repr=False)
    end_offset: int
    complete: bool = True
    rejected: tuple[tuple[int, str], ...] = ()


def lines(
    stream: BinaryIO,
    encoding: str,
    first_line: int = 1,
    batch_bytes: int = BATCH_BYTES,
    line_bytes: int = LINE_BYTES,
) -> Iterator[Batch]:
    r"""Give the lines of a stream from where it stands, in batches of about ``batch_bytes``.

    Lines end with ``\n`` or ``\r\n``. Zero bytes and a byte order mark are dropped. A line that is longer than
    ``line_bytes``, or that the encoding cannot read, is set aside; it takes up no memory.
    """
    cutter = _Cutter(_Decoder(encoding, line_bytes), first_line, stream.tell())
    while block := stream.read(batch_bytes):
        yield from cutter.feed(block)
    yield from cutter.finish()


@dataclass(slots=True)
class _Decoder:
    """Turns the bytes of whole lines into texts."""

    encoding: str
    line_bytes: int

    @property
    def newline(self) -> bytes:
        return "\n".encode(self.encoding)

    def decode(self, data: bytes) -> tuple[list[str], list[tuple[int, str]]]:
        """Lines of ``data`` and, by place, those that were set aside. ``data`` has no line end at its end."""
        try:
            texts = _split(data.decode(self.encoding))
        except UnicodeDecodeError:
            return self._one_by_one(data)
        if max(map(len, texts)) <= self.line_bytes:
            return texts, []
        return self._cut(texts)

    def _cut(self, texts: list[str]) -> tuple[list[str], list[tuple[int, str]]]:
        long = [place for place, text in enumerate(texts) if len(text) > self.line_bytes]
        for place in long:
            texts[place] = ""
        return texts, [(place, _TOO_LONG.format(self.line_bytes)) for place in long]

    def _one_by_one(self, data: bytes) -> tuple[list[str], list[tuple[int, str]]]:
        texts: list[str] = []
        bad: list[tuple[int, str]] = []
        for place, line in enumerate(self._split_bytes(data)):
            text = self._line(line)
            if text is None or len(text) > self.line_bytes:
                reason = _NO_TEXT.format(self.encoding) if text is None else _TOO_LONG.format(self.line_bytes)
                bad.append((place, reason))
            texts.append(text if text is not None and len(text) <= self.line_bytes else "")
        return texts, bad

    def _split_bytes(self, data: bytes) -> list[bytes]:
        width = len(self.newline)
        if width == 1:
            return data.split(b"\n")
        found, start = [], 0
        while (place := self.find(data, start)) >= 0:
            found.append(data[start:place])
            start = place + width
        return [*found, data[start:]]

    def _line(self, line: bytes) -> str | None:
        text = line_of(line, self.encoding)
        return None if text is None else _split(text)[0]

    def find(self, data: bytes, start: int) -> int:
        """Place of the next line end, at a whole character; -1 if there is none."""
        width, place = len(self.newline), data.find(self.newline, start)
        while place >= 0 and place % width:
            place = data.find(self.newline, place + 1)
        return place

    def rfind(self, data: bytes) -> int:
        """Place of the last line end, at a whole character; -1 if there is none."""
        width, place = len(self.newline), data.rfind(self.newline)
        while place >= 0 and place % width:
            place = data.rfind(self.newline, 0, place + width - 1)
        return place


def _split(text: str) -> list[str]:
    if "\r" in text:
        text = text.replace("\r\n", "\n")
        text = text.removesuffix("\r")
    if "\0" in text:
        text = text.replace("\0", "")
    return text.split("\n")


class _Cutter:
    """Cuts blocks into lines; keeps the unfinished last line between blocks, unless it is too long to be kept."""

    def __init__(self, decoder: _Decoder, first_line: int, offset: int) -> None:
        self._decoder, self._line, self._offset = decoder, first_line, offset
        self._at_start = offset == 0
        self._rest = b""
        self._dropped = 0  # bytes of a line too long that are not kept

    def feed(self, block: bytes) -> Iterator[Batch]:
        data = self._rest + block
        if self._dropped:
            end = self._decoder.find(data, 0)
            if end < 0:
                self._drop(data)
                return
            yield self._too_long(end + len(self._decoder.newline))
            data = data[end + len(self._decoder.newline) :]
        end = self._decoder.rfind(data)
        if end >= 0:
            yield self._batch(data[:end], end + len(self._decoder.newline))
            data = data[end + len(self._decoder.newline) :]
        self._rest = data
        if len(data) > self._decoder.line_bytes * 4:
            self._drop(data)

    def _drop(self, data: bytes) -> None:
        """Forget the bytes of a line, but for those of a character that is not complete yet."""
        keep = len(data) % len(self._decoder.newline)
        self._dropped += len(data) - keep
        self._rest = data[len(data) - keep :]

    def _too_long(self, size: int) -> Batch:
        self._offset += self._dropped + size
        self._dropped = 0
        self._line += 1
        self._at_start = False
        bad = (self._line - 1, _TOO_LONG.format(self._decoder.line_bytes))
        return Batch(self._line - 1, [""], self._offset, rejected=(bad,))

    def _batch(self, data: bytes, size: int, *, complete: bool = True) -> Batch:
        texts, bad = self._decoder.decode(data)
        if self._at_start:
            texts[0] = texts[0].removeprefix(_BOM)
            self._at_start = False
        first = self._line
        self._line += len(texts)
        self._offset += size
        return Batch(first, texts, self._offset, complete, tuple((first + place, reason) for place, reason in bad))

    def finish(self) -> Iterator[Batch]:
        if self._dropped:
            yield self._too_long(len(self._rest))
        elif self._rest:
            yield self._batch(self._rest, len(self._rest), complete=False)

"""A text in any encoding as one in UTF-8, line by line where its lines are in two: no byte that cannot be read goes by unsaid."""

from __future__ import annotations

import codecs
import io
import re
from typing import BinaryIO, cast

from headwater.exhibits.encodings import plausible_chinese

BLOCK_BYTES = 4 << 20
_LONGEST = 16 << 20
_UNSURE = "holds bytes that are not {}; what else stands in it was read"
_UNREAD = re.compile("\ufffd")
_CHINESE_UTF8 = re.compile(rb"(?:[\xe3-\xe9\xef][\x80-\xbf]{2}){2}")
_WIDE = ("utf-16", "utf-32")


def line_of(line: bytes, encoding: str) -> str | None:
    """A line in the encoding of its text, or in the other one of Chinese texts where it is surely that; ``None`` where it is in neither.

    >>> line_of("张三".encode("gb18030"), "utf-8"), line_of("张三".encode(), "gb18030"), line_of(b"a\\xff", "utf-8")
    ('张三', '张三', None)
    """
    encodings = [encoding]
    if encoding == "utf-8" and plausible_chinese(line):
        encodings.append("gb18030")  # logs that two programs write to are in two encodings
    elif encoding == "gb18030":
        # a line in UTF-8 mostly decodes as GB18030 as well, to characters that nobody writes
        encodings.insert(1 if plausible_chinese(line) else 0, "utf-8")
    for each in encodings:
        try:
            return line.decode(each)
        except UnicodeDecodeError:
            continue
    return None


class Utf8Stream(io.RawIOBase):
    """The text without a mark and without zero bytes. What cannot be read becomes U+FFFD, and its line is one of ``faults``."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        super().__init__()
        self.faults: list[tuple[int, str]] = []
        self._stream = stream
        self._encoding = codecs.lookup(encoding).name
        self._reason = _UNSURE.format(self._encoding)
        self._decoder = codecs.getincrementaldecoder(encoding)("replace") if self._encoding.startswith(_WIDE) else None
        self._torn = b""  # of a line whose end is not there yet
        self._rest, self._started, self._line, self._given = b"", False, 1, 0

    def readable(self) -> bool:
        """It can be read."""
        return True

    def tell(self) -> int:
        """How many bytes were given."""
        return self._given

    def readinto(self, buffer: object) -> int:
        """Fill a buffer with what comes next."""
        view = memoryview(cast(bytearray, buffer)).cast("B")
        while not self._rest:
            block = self._stream.read(BLOCK_BYTES)
            self._rest = self._wide(block) if self._decoder else self._narrow(block)
            if not block:
                break
        count = min(len(view), len(self._rest))
        view[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        self._given += count
        return count

    def _narrow(self, block: bytes) -> bytes:
        """Whole lines, in an encoding whose line ends are one byte."""
        data = self._torn + block
        end = data.rfind(b"\n") + 1 if block else len(data)
        if not end and len(data) > _LONGEST:
            end = len(data)
        data, self._torn = data[:end], data[end:]
        if not self._started and data:
            self._started, data = True, data.removeprefix(codecs.BOM_UTF8)
        data = self._recoded(data.replace(b"\0", b"") if b"\0" in data else data)
        self._line += data.count(b"\n")
        return data

    def _recoded(self, data: bytes) -> bytes:
        try:
            text = data.decode(self._encoding)
        except UnicodeDecodeError:
            return self._by_line(data)
        if self._encoding == "utf-8":
            return data
        if self._encoding == "gb18030" and _CHINESE_UTF8.search(data):
            return self._by_line(data)
        return text.encode("utf-8", "replace")

    def _by_line(self, data: bytes) -> bytes:
        made = []
        for number, line in enumerate(data.split(b"\n"), start=self._line):
            text = line_of(line, self._encoding)
            if text is None:
                text = line.decode(self._encoding, "replace")
                self._fault(number)
            made.append(text.encode("utf-8", "replace"))
        return b"\n".join(made)

    def _wide(self, block: bytes) -> bytes:
        assert self._decoder
        text = self._decoder.decode(block, final=not block)
        if text and not self._started:
            self._started, text = True, text.removeprefix("\ufeff")
        last = 0
        for found in _UNREAD.finditer(text):
            self._line += text.count("\n", last, found.start())
            last = found.start()
            self._fault(self._line)
        self._line += text.count("\n", last)
        return text.replace("\0", "").encode("utf-8", "replace")

    def _fault(self, number: int) -> None:
        if not self.faults or self.faults[-1][0] != number:
            self.faults.append((number, self._reason))

"""Packed files as ordinary binary streams: bounded in memory, seekable, counted, and never raising half-way.

A fault (a tear, a wrong checksum, a limit) ends the stream like the end of a file and is noted on its meter: what was
read before it still counts, and whoever reads on is told afterwards.
"""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator
from typing import BinaryIO, cast

import zstandard

from headwater.exhibits.limits import Meter
from headwater.model.errors import UnreadableError

FAULTS = (
    zlib.error,
    zstandard.ZstdError,
    lzma.LZMAError,
    zipfile.BadZipFile,
    UnreadableError,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    struct.error,
)
"""What the unpackers raise when the data is not what it claims to be."""

_BUFFER = 1 << 18


def fault_of(error: BaseException) -> str:
    """Say a fault in words, without anything from inside the file."""
    if isinstance(error, UnreadableError):
        return str(error)
    if isinstance(error, zipfile.BadZipFile) and "CRC" in str(error):
        return "the packed data is damaged: its checksum differs"
    if isinstance(error, EOFError):
        return "the packed data ends early: it is torn off"
    if isinstance(error, OSError) and error.strerror:
        return f"cannot be read: {error.strerror}"
    return "the packed data is damaged"


class ChunkStream(io.RawIOBase):
    """Chunks that a function can give again and again, as a stream; seeking back starts over."""

    def __init__(self, chunks: Callable[[], Iterator[bytes]], meter: Meter) -> None:
        super().__init__()
        self._chunks, self._meter = chunks, meter
        self._source: Iterator[bytes] | None = None
        self._rest = memoryview(b"")
        self._position = 0

    def readable(self) -> bool:
        """Say yes."""
        return True

    def seekable(self) -> bool:
        """Say yes."""
        return True

    def tell(self) -> int:
        """Give the place in the unpacked data."""
        return self._position

    def readinto(self, buffer: object) -> int:
        """Fill the buffer with what comes next; 0 at the end and after a fault."""
        view = memoryview(cast(bytearray, buffer)).cast("B")
        while not self._rest:
            chunk = self._next()
            if chunk is None:
                return 0
            self._rest = memoryview(chunk)
        count = min(len(view), len(self._rest))
        view[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        self._position += count
        return count

    def _next(self) -> bytes | None:
        if self._source is None:
            self._source = self._chunks()
        try:
            chunk = next(self._source, None)
            if chunk is not None:
                self._meter.reach(self._position + len(chunk))
        except FAULTS as error:
            self._meter.fault = fault_of(error)
            self._stop()
            self._source = iter(())
            return None
        return chunk

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place; going back unpacks again from the start."""
        target = {io.SEEK_SET: 0, io.SEEK_CUR: self._position}.get(whence, 0) + offset
        if whence == io.SEEK_END:
            self._skip(None)
            target = self._position + offset
        if target < self._position:
            self._restart()
        self._skip(target - self._position)
        return self._position

    def _skip(self, count: int | None) -> None:
        scratch = bytearray(_BUFFER)
        while count is None or count > 0:
            want = len(scratch) if count is None else min(count, len(scratch))
            got = self.readinto(memoryview(scratch)[:want])
            if not got:
                return
            count = None if count is None else count - got

    def _restart(self) -> None:
        self._stop()
        self._source, self._rest, self._position = None, memoryview(b""), 0

    def _stop(self) -> None:
        if isinstance(self._source, Generator):
            self._source.close()

    def close(self) -> None:
        """Close what the chunks are read from."""
        self._stop()
        super().close()


class Slice(io.RawIOBase):
    """A stretch of a larger file as a stream of its own. Closing it closes the larger file only if it owns it."""

    def __init__(self, whole: BinaryIO, start: int, length: int, *, owned: bool) -> None:
        super().__init__()
        self._whole, self._start, self._length, self._owned = whole, start, length, owned
        self._position = 0

    def readable(self) -> bool:
        """Say yes."""
        return True

    def seekable(self) -> bool:
        """Say yes."""
        return True

    def tell(self) -> int:
        """Give the place in the stretch."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place in the stretch."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._length}[whence]
        self._position = max(0, base + offset)
        return self._position

    def readinto(self, buffer: object) -> int:
        """Fill the buffer with what comes next; 0 at the end."""
        view = memoryview(cast(bytearray, buffer)).cast("B")
        want = min(len(view), max(0, self._length - self._position))
        self._whole.seek(self._start + self._position)
        data = self._whole.read(want)
        view[: len(data)] = data
        self._position += len(data)
        return len(data)

    def close(self) -> None:
        """Close the larger file if it is owned."""
        if self._owned:
            self._whole.close()
        super().close()


def buffered(raw: io.RawIOBase) -> BinaryIO:
    """Give a raw stream the usual methods of a binary file."""
    return cast(BinaryIO, io.BufferedReader(raw, _BUFFER))

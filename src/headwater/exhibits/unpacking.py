"""Compressed files as a stream of chunks: gzip, zstd, bzip2 and xz, several streams after each other included.

What comes before a tear is given before the tear is reported.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Generator, Iterator, Mapping
from types import MappingProxyType
from typing import BinaryIO, Protocol

import zstandard

from headwater.model.errors import UnreadableError

_READ = 1 << 16
_ROOM = 1 << 18
_ZSTD_PIECE = 1 << 10  # one piece can unfold to 32 MB at most
_WINDOW = 1 << 27
_XZ_MEMORY = 1 << 28


class TornError(UnreadableError):
    """The packed data ends before its end, or goes on after it with something else."""


class _Codec(Protocol):
    """One compressed stream, in the manner of :class:`bz2.BZ2Decompressor`."""

    @property
    def eof(self) -> bool: ...

    @property
    def needs_input(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Gzip:
    """A gzip member with a bound on what one call gives."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)
        self._tail = b""

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self._tail

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        data, before = self._tail + data, self._inner.copy()
        try:
            given = self._inner.decompress(data, max(max_length, 0))
        except zlib.error as error:
            raise _Damaged(_until_fault(before, data)) from error
        self._tail = self._inner.unconsumed_tail
        return given


class _Damaged(Exception):  # noqa: N818 - carries good bytes out, never leaves this module
    """Damaged data: what came before the damage."""

    def __init__(self, good: bytes) -> None:
        super().__init__()
        self.good = good


def _until_fault(inner: zlib._Decompress, data: bytes) -> bytes:
    good = bytearray()
    try:
        for place in range(len(data)):
            good += inner.decompress(data[place : place + 1])
    except zlib.error:
        pass
    return bytes(good)


class _Zstd:
    """A zstd frame, fed in small pieces because its decoder has no bound on what one call gives."""

    def __init__(self) -> None:
        self._inner = zstandard.ZstdDecompressor(max_window_size=_WINDOW).decompressobj()
        self._queue = b""

    @property
    def eof(self) -> bool:
        return bool(self._inner.eof)

    @property
    def needs_input(self) -> bool:
        return not self._queue

    @property
    def unused_data(self) -> bytes:
        return bytes(self._inner.unused_data) + self._queue

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        given, size, queue = [], 0, self._queue + data
        while queue and not self._inner.eof and size < max_length:
            piece, queue = queue[:_ZSTD_PIECE], queue[_ZSTD_PIECE:]
            given.append(self._inner.decompress(piece))
            size += len(given[-1])
        self._queue = queue
        return b"".join(given)


_CODECS: Mapping[str, Callable[[], _Codec]] = MappingProxyType(
    {
        "gzip": _Gzip,
        "zstd": _Zstd,
        "bzip2": bz2.BZ2Decompressor,
        "xz": lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY),
    }
)
_MAGIC = {"gzip": b"\x1f\x8b", "zstd": b"", "bzip2": b"BZh", "xz": b"\xfd7z"}


def unpacked(packing: str, stream: BinaryIO) -> Iterator[bytes]:
    """Give the content of a compressed stream in chunks of at most some megabytes.

    :raises TornError: after the last good chunk, if the data ends early or something else follows it
    """
    rest = b""
    while rest := rest or stream.read(_READ):
        rest = yield from _one_stream(_CODECS[packing](), rest, stream)
        rest = (rest or stream.read(_READ)).lstrip(b"\0")
        if rest and not _MAGIC[packing].startswith(rest[:2]) and not rest.startswith(_MAGIC[packing]):
            raise TornError(f"something that is not {packing} follows the packed data")


def _one_stream(codec: _Codec, data: bytes, stream: BinaryIO) -> Generator[bytes, None, bytes]:
    """Give one stream's content; returns what was read beyond its end."""
    while True:
        try:
            given = codec.decompress(data, _ROOM)
        except _Damaged as damage:
            yield damage.good
            raise TornError("the packed data is damaged") from damage
        if given:
            yield given
        if codec.eof:
            return codec.unused_data
        data = stream.read(_READ) if codec.needs_input else b""
        if codec.needs_input and not data:
            raise TornError("the packed data ends early: it is torn off")

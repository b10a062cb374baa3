"""Files in the compound format of old Office (OLE): streams by their names, read with every damage bounded."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

import olefile

from headwater.exhibits.member import Member
from headwater.model.errors import UnreadableError

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LARGEST = 512 << 20
"""A stream of more bytes is not read: it would not fit into memory."""

_FAULTS = (OSError, ValueError, IndexError, KeyError, TypeError, AttributeError, AssertionError, struct.error,
           RecursionError, OverflowError, MemoryError)  # fmt: skip
Path = tuple[str, ...]


class Compound:
    """An opened compound file; its names are found without regard to case."""

    def __init__(self, file: olefile.OleFileIO) -> None:
        self._file = file
        self.streams: tuple[Path, ...] = tuple(tuple(p) for p in file.listdir(streams=True, storages=False))
        self.storages: tuple[Path, ...] = tuple(tuple(p) for p in file.listdir(streams=False, storages=True))

    def has(self, *path: str) -> bool:
        """Tell whether there is such a stream."""
        wanted = tuple(p.lower() for p in path)
        return any(tuple(p.lower() for p in each) == wanted for each in self.streams)

    def read(self, *path: str) -> bytes:
        """Give a stream as far as it can be read.

        :raises UnreadableError: if it is missing, damaged or larger than may be
        """
        try:
            if self._file.get_size(list(path)) > LARGEST:
                raise UnreadableError(f"a part of it is more than {LARGEST:,} bytes")
            data: bytes = self._file.openstream(list(path)).read()
        except _FAULTS as error:
            raise UnreadableError("a part of it is missing or damaged") from error
        return data

    def below(self, *path: str) -> list[Path]:
        """The streams and storages right below a storage, by their whole paths."""
        return [p for p in (*self.streams, *self.storages) if p[:-1] == path]


@contextmanager
def compound(member: Member) -> Iterator[Compound]:
    """Open a compound file.

    :raises UnreadableError: if its directory is damaged: chains that run in circles are
    """
    with member.open() as stream, compound_in(stream) as opened:
        yield opened


@contextmanager
def compound_in(stream: BinaryIO) -> Iterator[Compound]:
    """Open a compound file that a stream gives.

    :raises UnreadableError: if its directory is damaged: chains that run in circles are
    """
    try:
        file = olefile.OleFileIO(stream, raise_defects=olefile.DEFECT_FATAL)
        opened = Compound(file)
    except _FAULTS as error:
        raise UnreadableError("is damaged: its directory cannot be read") from error
    try:
        yield opened
    finally:
        file.close()


def has_stream(head: bytes, member: Member, *names: str) -> bool:
    """Tell whether a file is a compound file with one of these streams at its top."""
    if not head.startswith(MAGIC):
        return False
    try:
        with compound(member) as file:
            return any(file.has(name) for name in names)
    except (UnreadableError, OSError):
        return False

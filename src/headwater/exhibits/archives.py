"""Archives that libarchive reads: 7z, RAR, CAB, ISO 9660, LHA, cpio and ar (Debian's packages), file after file in their order.

The library is the system's own; where it is missing, that is the reason given. It runs in a process of its own, which a broken
archive may end. Nothing is ever written to a path.
"""

from __future__ import annotations

import json
import shutil
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO

from headwater.exhibits.archive_child import DAMAGED, ENCRYPTED
from headwater.exhibits.names import shown
from headwater.model.errors import UnreadableError

__all__ = ["ENCRYPTED", "FORMATS", "NO_PASSWORD", "EncryptedError", "Entry", "entries"]

FORMATS = {
    "7z": "7zip",
    "rar4": "rar",
    "rar5": "rar5",
    "cab": "cab",
    "iso": "iso9660",
    "lha": "lha",
    "cpio": "cpio",
    "ar": "ar",
}
"""What :func:`headwater.exhibits.magic.packing` calls them, and what libarchive does."""

NO_PASSWORD = f"{ENCRYPTED}, and no given password opens it"

_START = "import sys; sys.path[:] = {path!r}; from headwater.exhibits.archive_child import main; main({form!r}, {file})"
_FRAME = 5
_LARGEST = 1 << 22
_COPY = 1 << 20


class EncryptedError(UnreadableError):
    """Not even the names in the archive can be read without a password."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in an archive; ``fault`` says why it cannot be read, if it cannot. Read ``chunks`` before the next entry is asked for."""

    name: str
    size: int | None
    fault: str | None
    chunks: Callable[[], Iterator[bytes]] = field(repr=False)


def entries(kind: str, stream: BinaryIO) -> Iterator[Entry]:
    """Give the files of an archive in its order; folders are left out.

    :raises EncryptedError: if the names themselves are encrypted
    :raises UnreadableError: where the archive is damaged, and where libarchive is missing
    """
    with _child(FORMATS[kind], stream) as frames:
        source = _Frames(frames)
        while (told := source.entry()) is not None:
            raw, size, fault = told
            yield Entry(shown(bytes.fromhex(raw)), size, fault, source.content)


class _Frames:
    """What the process tells, frame by frame."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._next: tuple[bytes, bytes] | None = None

    def entry(self) -> tuple[str, int | None, str | None] | None:
        """The next file; what was not read of the one before is passed over."""
        while True:
            letter, data = self._take()
            if letter == b"E":
                raw, size, fault = json.loads(data)
                return raw, size, fault
            if letter == b"Z":
                return None
            if letter == b"X":
                secret, reason = json.loads(data)
                raise EncryptedError(reason) if secret else UnreadableError(reason)

    def content(self) -> Iterator[bytes]:
        """The content of the file that was given last."""
        while True:
            letter, data = self._take()
            if letter == b"D":
                yield data
            elif letter == b"F":
                raise UnreadableError(json.loads(data)[1])
            else:
                self._next = (letter, data)
                return

    def _take(self) -> tuple[bytes, bytes]:
        if self._next is not None:
            taken, self._next = self._next, None
            return taken
        head = self._stream.read(_FRAME)
        size = struct.unpack_from("<L", head, 1)[0] if len(head) == _FRAME else _LARGEST + 1
        data = self._stream.read(size) if size <= _LARGEST else b""
        if size > _LARGEST or len(data) < size:
            self._next = (b"X", json.dumps([False, DAMAGED]).encode())
            raise UnreadableError("the archive is so damaged that the library that reads it broke off")
        return head[:1], data


@contextmanager
def _child(form: str, stream: BinaryIO) -> Iterator[BinaryIO]:
    with _numbered(stream) as file:
        path = [place for place in sys.path if place]  # the current folder holds exhibits: nothing in it is ever run
        program = subprocess.Popen(
            [sys.executable, "-P", "-c", _START.format(path=path, form=form, file=file)],
            pass_fds=[file], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        assert program.stdout
        try:
            yield program.stdout  # type: ignore[misc]
        finally:
            program.kill()
            program.wait()
            program.stdout.close()


@contextmanager
def _numbered(stream: BinaryIO) -> Iterator[int]:
    """The number of an open file with the archive: its own, or that of an unnamed copy where it lies in memory only."""
    number = _number(stream)
    if number is not None:
        yield number
        return
    with tempfile.TemporaryFile() as copy:
        stream.seek(0)
        shutil.copyfileobj(stream, copy, _COPY)
        copy.flush()
        yield copy.fileno()


def _number(stream: BinaryIO) -> int | None:
    if isinstance(stream, tempfile.SpooledTemporaryFile):
        return None
    try:
        return stream.fileno()
    except OSError:
        return None

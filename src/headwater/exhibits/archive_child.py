"""The process of its own in which libarchive reads an archive: a hostile one may break the library, and takes nothing else with it.

What it finds goes to its standard output in frames: a letter, four bytes of length, and so many bytes. ``E`` is a file
(its name, size and fault as JSON), ``D`` some of its content, ``F`` why its content ends early, ``X`` why the archive does
(as JSON: whether by encryption, and the reason), ``Z`` its good end.
"""

from __future__ import annotations

import ctypes
import json
import logging
import os
import signal
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, BinaryIO

ENCRYPTED = "is encrypted"
DAMAGED = "the archive is damaged or torn off: files may be missing"
ABSENT = "needs the system library libarchive 3 (Debian: libarchive13), which is not there"

_BLOCK = 1 << 18
_PATIENCE = 120
_MEMORY = 4 << 30
_REGULAR, _FOLDER, _LINK = 0o100000, 0o040000, 0o120000
_SECRET = ("ncrypt", "assphrase", "assword", "Crypto")
_METHOD = ("nsupported", "not supported")


def main(form: str, file: int) -> None:
    """Read the archive that is open under that number, of the form that libarchive calls so."""
    _bounded()
    out = _Out(os.fdopen(os.dup(1), "wb", buffering=_BLOCK))
    os.dup2(2, 1)
    try:
        import libarchive
    except (ImportError, OSError, AttributeError, TypeError):
        out.told("X", [False, ABSENT])
        return
    logging.getLogger("libarchive").setLevel(logging.CRITICAL)
    ffi = libarchive.ffi
    ffi.ffi("entry_is_data_encrypted", [ffi.c_archive_entry_p], ffi.c_int)
    ffi.ffi("read_set_options", [ffi.c_archive_p, ffi.c_char_p], ffi.c_int)
    try:
        with _opened(libarchive, form, file) as archive:
            for entry in archive:
                _entry(libarchive, entry, out)
    except libarchive.ArchiveError as error:
        secret, reason = _reason(str(error))
        out.told("X", [secret, reason if secret else DAMAGED])
        return
    out.frame("Z", b"")


def _bounded() -> None:
    """No more memory than a dictionary of 7z takes at most, where the system can hold one to it."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class _Out:
    """Writes frames; between two of them only so much time may pass."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._alarm(_PATIENCE)

    def frame(self, letter: str, data: bytes) -> None:
        self._alarm(0)  # who reads them may take as long as he likes
        self._stream.write(letter.encode() + struct.pack("<L", len(data)) + data)
        if letter != "D":
            self._stream.flush()
        self._alarm(_PATIENCE)

    def told(self, letter: str, what: object) -> None:
        self.frame(letter, json.dumps(what).encode())

    def _alarm(self, seconds: int) -> None:
        if hasattr(signal, "alarm"):
            signal.alarm(seconds)


def _entry(library: Any, entry: Any, out: _Out) -> None:
    ffi, pointer = library.ffi, entry._entry_p
    kind = ffi.entry_filetype(pointer)
    if kind == _FOLDER:
        return
    fault = None
    if ffi.entry_symlink(pointer) or ffi.entry_hardlink(pointer) or kind == _LINK:
        fault = "is a link inside the archive"
    elif kind not in (_REGULAR, 0):
        fault = "is no ordinary file"
    elif ffi.entry_is_data_encrypted(pointer):
        fault = ENCRYPTED
    wide = ffi.entry_pathname_w(pointer)
    raw = str(wide).encode("utf-8", "backslashreplace") if wide else ffi.entry_pathname(pointer) or b"unnamed"
    out.told("E", [raw.hex(), entry.size, fault])
    if fault is None:
        try:
            for block in entry.get_blocks(_BLOCK):
                out.frame("D", block)
        except library.ArchiveError as error:
            out.told("F", _reason(str(error)))


def _reason(message: str) -> tuple[bool, str]:
    """Whether it is encryption, and why. The library's words hold names now and then: what they mean is said anew."""
    if any(word in message for word in _SECRET):
        return True, ENCRYPTED
    if any(word in message for word in _METHOD):
        return False, "is packed by a method that is not supported"
    return False, "the packed data is damaged or ends early"


@contextmanager
def _opened(library: Any, form: str, file: int) -> Iterator[Iterator[Any]]:
    source, ffi = _Source(file), library.ffi
    block = ctypes.create_string_buffer(_BLOCK)

    def read(_archive: object, _context: object, place: Any) -> int:
        ctypes.cast(place, ctypes.POINTER(ctypes.c_void_p))[0] = ctypes.cast(block, ctypes.c_void_p)
        return source.readinto(block)

    read_callback = ffi.READ_CALLBACK(read)
    seek_callback = ffi.SEEK_CALLBACK(lambda _archive, _context, offset, whence: source.seek(offset, whence))
    with library.read.new_archive_read(form, "none") as archive:
        if form == "lha":  # its names carry no encoding, and one that is no UTF-8 would end the reading
            ffi.read_set_options(archive, b"lha:hdrcharset=GB18030")
        ffi.read_set_seek_callback(archive, seek_callback)
        ffi.read_open(archive, None, ffi.NO_OPEN_CB, read_callback, ffi.NO_CLOSE_CB)
        yield iter(library.read.ArchiveRead(archive))


class _Source:
    """The open file, read by places: the process that gave it has a place of its own in it."""

    def __init__(self, file: int) -> None:
        self._file, self._place, self._size = file, 0, os.fstat(file).st_size

    def readinto(self, buffer: Any) -> int:
        try:
            data = os.pread(self._file, len(buffer), self._place)
        except OSError:
            return -1
        buffer[: len(data)] = data
        self._place += len(data)
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        self._place = max(0, offset + {0: 0, 1: self._place, 2: self._size}[whence])
        return self._place


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))

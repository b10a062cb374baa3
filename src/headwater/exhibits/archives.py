"""Archives that libarchive reads: 7z, RAR, CAB, ISO 9660, LHA, cpio and ar (Debian's packages), file after file in their order.

The library is the system's own; where it is missing, that is the reason given. Nothing is ever written to a path.
"""

from __future__ import annotations

import ctypes
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType
from typing import Any, BinaryIO

from headwater.exhibits.names import shown
from headwater.exhibits.streams import fault_of
from headwater.model.errors import UnreadableError

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

ENCRYPTED = "is encrypted"
NO_PASSWORD = "is encrypted, and no given password opens it"
_DAMAGED = "the archive is damaged or torn off: files may be missing"
_ABSENT = "needs the system library libarchive 3 (Debian: libarchive13), which is not there"
_BLOCK = 1 << 18
_REGULAR, _FOLDER, _LINK = 0o100000, 0o040000, 0o120000
_SECRET = ("ncrypt", "assphrase", "assword", "Crypto")
_METHOD = ("nsupported", "not supported")


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
    library = _library()
    with _opened(library, kind, stream) as archive:
        while True:
            entry = _next(library, archive)
            if entry is None:
                return
            if library.ffi.entry_filetype(entry._entry_p) != _FOLDER:
                yield _described(library, entry)


def _described(library: ModuleType, entry: Any) -> Entry:
    kind = library.ffi.entry_filetype(entry._entry_p)
    fault = None
    if library.ffi.entry_symlink(entry._entry_p) or library.ffi.entry_hardlink(entry._entry_p) or kind == _LINK:
        fault = "is a link inside the archive"
    elif kind not in (_REGULAR, 0):
        fault = "is no ordinary file"
    elif library.ffi.entry_is_data_encrypted(entry._entry_p):
        fault = ENCRYPTED
    return Entry(_name(library, entry), entry.size, fault, lambda: _content(library, entry))


def _content(library: ModuleType, entry: Any) -> Iterator[bytes]:
    try:
        yield from entry.get_blocks(_BLOCK)
    except library.ArchiveError as error:
        raise _reason(str(error)) from error


def _reason(message: str) -> UnreadableError:
    """The library's words hold names now and then: what they mean is said anew."""
    if any(word in message for word in _SECRET):
        return EncryptedError(ENCRYPTED)
    if any(word in message for word in _METHOD):
        return UnreadableError("is packed by a method that is not supported")
    return UnreadableError("the packed data is damaged or ends early")


def _next(library: ModuleType, archive: Any) -> Any:
    try:
        return next(archive, None)
    except library.ArchiveError as error:
        reason = _reason(str(error))
        raise reason if isinstance(reason, EncryptedError) else UnreadableError(_DAMAGED) from error


@contextmanager
def _opened(library: ModuleType, kind: str, stream: BinaryIO) -> Iterator[Iterator[Any]]:
    source, ffi = _Source(stream), library.ffi
    block = ctypes.create_string_buffer(_BLOCK)

    def read(_archive: object, _context: object, place: Any) -> int:
        ctypes.cast(place, ctypes.POINTER(ctypes.c_void_p))[0] = ctypes.cast(block, ctypes.c_void_p)
        return source.readinto(block)

    read_callback = ffi.READ_CALLBACK(read)
    seek_callback = ffi.SEEK_CALLBACK(lambda _archive, _context, offset, whence: source.seek(offset, whence))
    try:
        with library.read.new_archive_read(FORMATS[kind], "none") as archive:
            if kind == "lha":  # its names carry no encoding, and one that is no UTF-8 would end the reading
                ffi.read_set_options(archive, b"lha:hdrcharset=GB18030")
            ffi.read_set_seek_callback(archive, seek_callback)
            ffi.read_open(archive, None, ffi.NO_OPEN_CB, read_callback, ffi.NO_CLOSE_CB)
            yield iter(library.read.ArchiveRead(archive))
    except library.ArchiveError as error:
        raise _reason(str(error)) from error
    if source.error:
        raise UnreadableError(fault_of(source.error))


def _name(library: ModuleType, entry: Any) -> str:
    wide = library.ffi.entry_pathname_w(entry._entry_p)
    if wide:
        return shown(str(wide).encode("utf-8", "backslashreplace"))
    return shown(library.ffi.entry_pathname(entry._entry_p) or b"unnamed")


class _Source:
    """A stream from its start, as the library wants it: an error may not pass through its own code, so it is kept for later."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._place = 0
        self.error: OSError | None = None

    def readinto(self, buffer: Any) -> int:
        try:
            self._stream.seek(self._place)
            data = self._stream.read(len(buffer))
        except OSError as error:
            self.error = error
            return 0
        buffer[: len(data)] = data
        self._place += len(data)
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        try:
            if whence == 1:
                offset, whence = offset + self._place, 0
            self._place = self._stream.seek(max(offset, 0) if whence == 0 else offset, whence)
        except (OSError, ValueError) as error:
            self.error = error if isinstance(error, OSError) else None
        return self._place


@cache
def _library() -> ModuleType:
    try:
        import libarchive
    except (ImportError, OSError, AttributeError, TypeError) as error:
        raise UnreadableError(_ABSENT) from error
    logging.getLogger("libarchive").setLevel(logging.CRITICAL)  # its warnings hold names from inside of archives
    ffi = libarchive.ffi
    ffi.ffi("entry_is_data_encrypted", [ffi.c_archive_entry_p], ffi.c_int)
    ffi.ffi("read_set_options", [ffi.c_archive_p, ffi.c_char_p], ffi.c_int)
    module: ModuleType = libarchive
    return module

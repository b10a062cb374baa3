"""Zip archives: which files lie inside, under which names, and which of them can be read."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import BinaryIO

from headwater.exhibits import zip_locks
from headwater.exhibits.archives import ENCRYPTED, NO_PASSWORD, EncryptedError
from headwater.exhibits.limits import LimitError, Limits
from headwater.exhibits.names import shown, shown_all
from headwater.model.errors import UnreadableError

PARTS_MISSING = "is the last of {} parts: it can be read once they are joined (.z01 to .z{:02d}, .zip)"
_READ = 1 << 16
_ENTRY = 400  # bytes of directory that one file may take on average
_UTF8_NAME, _ENCRYPTED = 0x800, 0x1
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA}
_UNICODE_NAME = 0x7075
_OFFICE = frozenset({"[Content_Types].xml", "mimetype"})
_END = b"PK\x05\x06"
_END_SIZE, _END_REACH = 22, 22 + 65535


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in a zip archive; ``fault`` says why it cannot be read, if it cannot."""

    name: str
    info: zipfile.ZipInfo
    fault: str | None


def open_zip(stream: BinaryIO, limits: Limits, parts: Sequence[int] = ()) -> zipfile.ZipFile:
    """Read the directory of a zip archive; it must not be larger than the number of files allows.

    ``parts`` are the sizes of the files that it was split into, which the stream gives one after another.
    """
    directory = _check_directory(stream, limits, is_split=len(parts) > 0)
    try:
        archive = zipfile.ZipFile(stream)
        if directory and parts:
            _place(archive, directory, parts)
        return archive
    except (zipfile.BadZipFile, struct.error, ValueError, OSError, EOFError, NotImplementedError) as error:
        raise UnreadableError("the archive is damaged or torn off: its directory cannot be read") from error


def _check_directory(stream: BinaryIO, limits: Limits, *, is_split: bool) -> int:
    """Check the directory's size; where it says that it begins, if the archive is in several parts."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - _END_REACH))
    tail = stream.read(_END_REACH)
    place = tail.rfind(_END)
    if place < 0 or len(tail) - place < _END_SIZE:
        raise UnreadableError("the archive is torn off: its directory is missing")
    (disk,) = struct.unpack_from("<H", tail, place + 4)
    if 0 < disk < 0xFFFF and not is_split:
        raise UnreadableError(PARTS_MISSING.format(disk + 1, disk))
    (directory,) = struct.unpack_from("<L", tail, place + 12)
    if directory != 0xFFFFFFFF and directory > limits.members * _ENTRY:
        raise LimitError(f"holds more than {limits.members:,} files")
    if directory == 0xFFFFFFFF and size > limits.members * _ENTRY:
        _check_large_directory(tail[:place], limits)
    return int(struct.unpack_from("<L", tail, place + 16)[0]) if 0 < disk < 0xFFFF else 0


def _place(archive: zipfile.ZipFile, directory: int, parts: Sequence[int]) -> None:
    """Tell where each file begins in the parts after one another: a split archive counts from the start of its part."""
    starts = [0, *accumulate(parts)]
    before = archive.start_dir - directory
    for info in archive.infolist():
        if info.volume >= len(parts):
            raise UnreadableError("the archive is damaged: its directory cannot be read")
        info.header_offset += starts[info.volume] - before
        if hasattr(info, "_end_offset"):  # by which overlaps are told, reckoned from the wrong places
            info._end_offset = None


def _check_large_directory(tail: bytes, limits: Limits) -> None:
    place = tail.rfind(b"PK\x06\x06")
    if place < 0 or len(tail) - place < 48:
        raise UnreadableError("the archive is damaged: its directory cannot be read")
    (directory,) = struct.unpack_from("<Q", tail, place + 40)
    if directory > limits.members * _ENTRY:
        raise LimitError(f"holds more than {limits.members:,} files")


def is_office(archive: zipfile.ZipFile) -> bool:
    """Tell whether the archive is an office document: a file of its own, not a box of files."""
    return not _OFFICE.isdisjoint(archive.NameToInfo)


def entries(archive: zipfile.ZipFile) -> Iterator[Entry]:
    """Give the files of the archive in its order; folders are left out."""
    infos = [info for info in archive.infolist() if info.filename[-1:] not in ("", "/")]  # a damaged name may be empty
    for info, name in zip(infos, _names(infos), strict=True):
        yield Entry(name, info, _fault(info))


def content(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """Give the unpacked content of one file in chunks; raises when the data is damaged."""
    with archive.open(info) as stream:
        while chunk := stream.read(_READ):
            yield chunk


def reading(
    archive: zipfile.ZipFile, stream: BinaryIO, info: zipfile.ZipInfo, passwords: Sequence[str]
) -> Callable[[], Iterator[bytes]]:
    """Give what gives the unpacked content of one file, encrypted or not, again and again.

    :raises EncryptedError: if no password opens it, or its cipher is not known
    """
    if not info.flag_bits & _ENCRYPTED:
        return lambda: content(archive, info)
    try:
        locked = zip_locks.located(stream, info)
    except UnreadableError as error:
        raise EncryptedError(str(error)) from error
    secret = zip_locks.fitting(stream, locked, passwords)
    if secret is None:
        raise EncryptedError(NO_PASSWORD)
    return lambda: zip_locks.opened(stream, locked, secret)


def _fault(info: zipfile.ZipInfo) -> str | None:
    if info.flag_bits & _ENCRYPTED:
        return ENCRYPTED
    if info.compress_type not in _METHODS:
        return f"is packed by method {info.compress_type}, which is not supported yet"
    return None


def _names(infos: Sequence[zipfile.ZipInfo]) -> list[str]:
    """The names; those that are not said to be UTF-8 come from one hand and share an encoding."""
    marked = [_marked_name(info) for info in infos]
    guessed = iter(shown_all([_raw_name(info) for info, name in zip(infos, marked, strict=True) if name is None]))
    return [shown(name) if name is not None else next(guessed) for name in marked]


def _marked_name(info: zipfile.ZipInfo) -> bytes | None:
    return _raw_name(info) if info.flag_bits & _UTF8_NAME else _unicode_name(info)


def _raw_name(info: zipfile.ZipInfo) -> bytes:
    return info.orig_filename.encode("utf-8" if info.flag_bits & _UTF8_NAME else "cp437", "surrogateescape")


def _unicode_name(info: zipfile.ZipInfo) -> bytes | None:
    """The name in UTF-8 that Info-ZIP keeps beside one in another encoding, if it belongs to this one."""
    extra, raw = info.extra, _raw_name(info)
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        body, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == _UNICODE_NAME and len(body) > 5 and struct.unpack_from("<L", body, 1)[0] == zlib.crc32(raw):
            return body[5:]
    return None

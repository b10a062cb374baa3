"""Tar archives: which files lie inside and where; nothing is ever written out to a path."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from headwater.exhibits.names import shown

_NAME_LIMIT = 1 << 16
_NAMING = {
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
}


@dataclass(frozen=True, slots=True)
class Stretch:
    """A file in a tar archive: where its bytes lie; ``fault`` says why it cannot be read, or not to its end."""

    name: str
    start: int
    size: int
    fault: str | None = None
    readable: bool = True


class _Header(tarfile.TarInfo):
    """A header that refuses names of many megabytes, which would be read into memory."""

    def _proc_member(self, archive: tarfile.TarFile) -> tarfile.TarInfo:
        if self.type in _NAMING and self.size > _NAME_LIMIT:
            raise tarfile.InvalidHeaderError("a name is too long")  # type: ignore[attr-defined]
        return super()._proc_member(archive)  # type: ignore[misc, no-any-return]


def stretches(stream: BinaryIO) -> Iterator[Stretch]:
    """Give the files of a tar archive in its order; a last one without a name says that the archive is torn."""
    whole = stream.seek(0, 2)
    stream.seek(0)
    try:
        with tarfile.open(
            fileobj=stream, mode="r:", tarinfo=_Header, encoding="utf-8", errors="surrogateescape"
        ) as archive:
            while (info := archive.next()) is not None:
                archive.members.clear()  # type: ignore[attr-defined]  # else they are kept for every file
                if not info.isdir():
                    yield _stretch(info, whole)
            end = archive.offset
    except (tarfile.TarError, ValueError, OSError, EOFError, OverflowError):
        yield Stretch("", 0, 0, "the archive is damaged", readable=False)
        return
    if not _ends_well(stream, end, whole):
        yield Stretch("", 0, 0, "the archive is damaged or torn off: files may be missing", readable=False)


def _stretch(info: tarfile.TarInfo, whole: int) -> Stretch:
    name = shown(info.name.encode("utf-8", "surrogateescape"))
    if info.issym() or info.islnk():
        return Stretch(name, 0, 0, "is a link inside the archive", readable=False)
    if not info.isreg() or info.sparse is not None:
        return Stretch(name, 0, 0, "is no ordinary file", readable=False)
    torn = info.offset_data + info.size > whole
    return Stretch(
        name,
        info.offset_data,
        min(info.size, max(0, whole - info.offset_data)),
        "the archive ends inside this file: it is torn off" if torn else None,
    )


def _ends_well(stream: BinaryIO, end: int, whole: int) -> bool:
    """Tell whether the archive ends with its closing block of zeros, or at least between two files."""
    if end >= whole:
        return True
    stream.seek(end)
    block = stream.read(tarfile.BLOCKSIZE)
    return not any(block)

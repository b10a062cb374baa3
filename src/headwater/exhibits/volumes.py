"""Archives in several files: those that were only cut (``.001``, ``.002`` …) are joined, of others it is said which part is missing."""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, cast

from headwater.exhibits.magic import COMPRESSED, HEAD, packing
from headwater.exhibits.streams import buffered

_CUT = re.compile(r"(?P<name>.+)\.(?P<number>\d{3})", re.S)
_PART = re.compile(r"(?P<name>.+\.part)(?P<number>\d{1,4})(?P<end>\.rar)", re.I | re.S)
_OLD = re.compile(r"(?P<name>.+\.)r(?P<number>\d{2})", re.I | re.S)
_RAR4_VOLUME, _RAR5_VOLUME = 0x01, 0x01


def cut_parts(first: Path) -> list[Path]:
    """The files that an archive was cut into, if this is the first of several; they lie beside it."""
    found = _CUT.fullmatch(first.name)
    if found is None or int(found["number"]) != 1:
        return []
    parts = [first]
    while (after := first.with_name(f"{found['name']}.{len(parts) + 1:03d}")).is_file():
        parts.append(after)
    return parts if len(parts) > 1 and _was_cut(parts) else []


def first_of(file: Path) -> Path | None:
    """The first part of the archive that this file is a later part of, if that lies beside it and is an archive."""
    found = _CUT.fullmatch(file.name)
    if found is None or int(found["number"]) < 2:
        return None
    first = file.with_name(f"{found['name']}.001")
    return first if first.is_file() and file in cut_parts(first) else None


def _was_cut(parts: Sequence[Path]) -> bool:
    """The first part begins as an archive, and no other begins as anything packed: logs are numbered like this as well."""
    kinds = []
    for part in parts[:2]:
        with part.open("rb") as stream:
            kinds.append(packing(stream.read(HEAD)))
    return kinds[0] is not None and kinds[0] not in COMPRESSED and kinds[1] is None


def following(name: str) -> str | None:
    """The name of the part that follows the one of this name.

    >>> following("a.part09.rar"), following("a.rar"), following("a.r07"), following("a.7z.001"), following("a.7z")
    ('a.part10.rar', 'a.r00', 'a.r08', 'a.7z.002', None)
    """
    if found := _PART.fullmatch(name):
        return f"{found['name']}{int(found['number']) + 1:0{len(found['number'])}d}{found['end']}"
    if found := _CUT.fullmatch(name):
        return f"{found['name']}.{int(found['number']) + 1:03d}"
    if found := _OLD.fullmatch(name):
        return f"{found['name']}r{int(found['number']) + 1:02d}"
    return f"{name[:-3]}r00" if name.lower().endswith(".rar") else None


def is_rar_volume(kind: str, stream: BinaryIO) -> bool:
    """Whether a RAR archive says of itself that it is one part of several."""
    stream.seek(7 if kind == "rar4" else 8)
    head = stream.read(32)
    if kind == "rar4":
        return len(head) >= 5 and head[2] == 0x73 and bool(struct.unpack_from("<H", head, 3)[0] & _RAR4_VOLUME)
    # checksum (4 bytes), then numbers of seven bits a byte: size, type, flags, [size of the extra], flags of the archive
    numbers, value, shift = [], 0, 0
    for byte in head[4:]:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            numbers.append(value)
            value = shift = 0
    at = 4 if len(numbers) > 2 and numbers[2] & 1 else 3
    return len(numbers) > at and numbers[1] == 1 and bool(numbers[at] & _RAR5_VOLUME)


def joined(parts: Sequence[Path]) -> BinaryIO:
    """Several files as one stream."""
    return buffered(_Joined(parts))


class _Joined(io.RawIOBase):
    def __init__(self, parts: Sequence[Path]) -> None:
        super().__init__()
        self._parts = [part.open("rb") for part in parts]
        self._sizes = [part.seek(0, io.SEEK_END) for part in self._parts]
        self._place = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._place = max(0, offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: sum(self._sizes)}[whence])
        return self._place

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast(bytearray, buffer)).cast("B")
        before = 0
        for part, size in zip(self._parts, self._sizes, strict=True):
            if self._place < before + size:
                part.seek(self._place - before)
                data = part.read(len(view))
                view[: len(data)] = data
                self._place += len(data)
                return len(data)
            before += size
        return 0

    def close(self) -> None:
        for part in self._parts:
            part.close()
        super().close()

"""Archives in several files: parts that lie beside each other are joined, and it is said which part is missing.

Those that were cut (``.001``, ``.002`` …), volumes of RAR (``.part1.rar`` …, or ``.rar``, ``.r00`` …), split ZIPs (``.z01`` …, ``.zip``).
"""

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
_LATER = re.compile(r"(?P<name>.+\.)[r-z](?P<number>\d{2})", re.I | re.S)
_OLD_LAST = re.compile(r"(?P<name>.+\.)(?P<letter>[r-y])99", re.I | re.S)
_SPLIT = re.compile(r"(?P<name>.+\.)(?P<letter>z)(?P<number>\d{2,3})", re.I | re.S)
_RAR4_VOLUME, _RAR5_VOLUME = 0x01, 0x01
_RAR = ("rar4", "rar5")
_RAR_ENDS = re.compile(rb"\x03\x05\x04([\x00\x01])|\x7b([\x00-\xff])\x40", re.S)
_TAIL = 64
_ZIP_END, _ZIP_END_REACH = b"PK\x05\x06", 22 + 65535
_MOST_PARTS = 10_000


def parts_of(file: Path) -> list[Path]:
    """The files that an archive lies in, in their order, if this is the one by which it is opened and others lie beside it."""
    return cut_parts(file) or _rar_parts(file) or _zip_parts(file)


def _kind(file: Path) -> str | None:
    with file.open("rb") as stream:
        return packing(stream.read(HEAD))


def _rar_parts(first: Path) -> list[Path]:
    found = _PART.fullmatch(first.name)
    if not first.name.lower().endswith(".rar") or (found is not None and int(found["number"]) != 1):
        return []
    kind = _kind(first)
    with first.open("rb") as stream:
        if kind not in _RAR or not is_rar_volume(kind, stream):
            return []
    parts, name = [first], following(first.name)
    while name and len(parts) < _MOST_PARTS and (after := first.with_name(name)).is_file() and _kind(after) == kind:
        parts.append(after)
        name = following(name)
    return parts if len(parts) > 1 else []


def goes_on(last: Path) -> bool:
    """Whether a part of a RAR archive says at its end that another follows it."""
    with last.open("rb") as stream:
        stream.seek(max(stream.seek(0, io.SEEK_END) - _TAIL, 0))
        ends = list(_RAR_ENDS.finditer(stream.read()))
    return bool(ends) and bool((ends[-1][1] or ends[-1][2])[0] & 1)


def _zip_parts(last: Path) -> list[Path]:
    """The parts of a split ZIP: that of its directory comes last."""
    count = parts_before(last)
    letter = "z" if last.name.endswith("p") else "Z"
    parts = [last.with_name(f"{last.name[:-3]}{letter}{number:02d}") for number in range(1, count + 1)]
    return [*parts, last] if 0 < count < _MOST_PARTS and all(part.is_file() for part in parts) else []


def parts_before(last: Path) -> int:
    """How many parts go before this one, if it is the last of a split ZIP."""
    if not last.name.lower().endswith(".zip"):
        return 0
    with last.open("rb") as stream:
        stream.seek(max(stream.seek(0, io.SEEK_END) - _ZIP_END_REACH, 0))
        tail = stream.read()
    place = tail.rfind(_ZIP_END)
    count = int(struct.unpack_from("<H", tail, place + 4)[0]) if 0 <= place <= len(tail) - 22 else 0
    return count if count < 0xFFFF else 0


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
    """The part by which the archive is opened that this file is another part of, if that lies beside it."""
    for name in _firsts(file.name):
        first = file.with_name(name)
        if first != file and first.is_file() and file in parts_of(first):
            return first
    return None


def _firsts(name: str) -> list[str]:
    if (found := _CUT.fullmatch(name)) and int(found["number"]) > 1:
        return [f"{found['name']}.001"]
    if found := _PART.fullmatch(name):
        return [f"{found['name']}{1:0{len(found['number'])}d}{found['end']}"] if int(found["number"]) > 1 else []
    if found := _SPLIT.fullmatch(name):
        rar = "rar" if found["letter"] == "z" else "RAR"  # after .r99 to .y99 comes .z00
        return [f"{found['name']}{'zip' if found['letter'] == 'z' else 'ZIP'}", f"{found['name']}{rar}"]
    if found := _LATER.fullmatch(name):
        return [f"{found['name']}{'rar' if name[-3].islower() else 'RAR'}"]
    return []


def _was_cut(parts: Sequence[Path]) -> bool:
    """The first part begins as an archive, and no other begins as anything packed: logs are numbered like this as well."""
    kinds = []
    for part in parts[:2]:
        with part.open("rb") as stream:
            kinds.append(packing(stream.read(HEAD)))
    return kinds[0] is not None and kinds[0] not in COMPRESSED and kinds[1] is None


def following(name: str) -> str | None:
    """The name of the part that follows the one of this name.

    >>> following("a.part09.rar"), following("a.rar"), following("a.r07"), following("a.r99"), following("a.7z.001"), following("a.7z")
    ('a.part10.rar', 'a.r00', 'a.r08', 'a.s00', 'a.7z.002', None)
    """
    if found := _PART.fullmatch(name):
        return f"{found['name']}{int(found['number']) + 1:0{len(found['number'])}d}{found['end']}"
    if found := _CUT.fullmatch(name):
        return f"{found['name']}.{int(found['number']) + 1:03d}"
    if found := _OLD_LAST.fullmatch(name):
        return f"{found['name']}{chr(ord(found['letter']) + 1)}00"
    if found := _LATER.fullmatch(name):
        return f"{name[:-2]}{int(found['number']) + 1:02d}"
    return f"{name[:-3]}{name[-3]}00" if name.lower().endswith(".rar") else None


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

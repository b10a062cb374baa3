"""Opens an exhibit: itself if it is a plain file, else all the files that are packed in it, however deep.

What a file is, is told by its first bytes. Nothing is written to a path; an archive inside an archive is laid aside in
an unnamed temporary file. What cannot be opened is said with its reason, in place.
"""

from __future__ import annotations

import tempfile
import weakref
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from headwater.exhibits import tars, zips
from headwater.exhibits.limits import Budget, LimitError, Limits, Meter
from headwater.exhibits.magic import COMPRESSED, HEAD, packing
from headwater.exhibits.member import Member
from headwater.exhibits.names import leads_out
from headwater.exhibits.streams import ChunkStream, Slice, buffered, fault_of
from headwater.exhibits.unpacking import unpacked
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import Exhibit, NotRead

_IN_MEMORY = 1 << 23
_COPY = 1 << 20


def members(exhibit: Exhibit, limits: Limits | None = None) -> Iterator[Member | NotRead]:
    """Give every file that an exhibit holds, and a reason for each that cannot be read.

    Read a member before asking for the next: if it turns out to be torn or damaged while being read, the next thing
    given is a :class:`NotRead` that says so (:attr:`Member.fault` says it as well).
    """
    budget = Budget(limits or Limits(), exhibit.size)
    first = _Packed(exhibit.path, exhibit, exhibit.size, exhibit.file, lambda: exhibit.file.open("rb"), Meter(budget))
    try:
        yield from _expand(first, 0)
    except LimitError as error:
        yield NotRead(exhibit.path, f"{error}; the rest of it was not opened")


@dataclass(frozen=True, slots=True)
class _Packed:
    """Something that may be packed: how it is opened, and the meter that counts its bytes."""

    path: str
    exhibit: Exhibit
    size: int | None
    file: Path | None
    opener: Callable[[], BinaryIO]
    meter: Meter

    def inside(self, name: str | None, size: int | None, opener: Callable[[], BinaryIO], meter: Meter) -> _Packed:
        """What lies inside under that name; a compressed file is cited without a name of its own."""
        return _Packed(f"{self.path}!{name}" if name else self.path, self.exhibit, size, None, opener, meter)

    def member(self) -> Member:
        """It is a file to be read."""
        return Member(self.path, self.exhibit, self.size, self.file, self.opener, self.meter)


def _expand(packed: _Packed, depth: int) -> Iterator[Member | NotRead]:
    try:
        with packed.opener() as stream:
            kind = packing(stream.read(HEAD))
    except OSError as error:
        yield NotRead(packed.path, fault_of(error))
        return
    if kind in ("7z", "rar"):
        yield NotRead(packed.path, f"{kind} archives are not supported yet")
    elif kind is not None and depth >= packed.meter.budget.limits.depth:
        yield NotRead(packed.path, f"lies in more than {depth} archives inside each other")
    elif kind in COMPRESSED:
        yield from _expand(_unpacking(packed, kind), depth + 1)
    elif kind in ("zip", "tar"):
        yield from _archive(packed, kind, depth)
    else:
        yield from _read(packed)


def _read(packed: _Packed) -> Iterator[Member | NotRead]:
    packed.meter.budget.admit()
    if not packed.meter.fault or packed.meter.reached:
        yield packed.member()
    if packed.meter.fault:
        yield NotRead(packed.path, packed.meter.fault)


def _unpacking(packed: _Packed, kind: str) -> _Packed:
    meter = Meter(packed.meter.budget)

    def chunks() -> Iterator[bytes]:
        with packed.opener() as stream:
            yield from unpacked(kind, stream)

    return packed.inside(None, None, lambda: buffered(ChunkStream(chunks, meter)), meter)


def _archive(packed: _Packed, kind: str, depth: int) -> Iterator[Member | NotRead]:
    try:
        stream = _seekable(packed)
    except UnreadableError as error:
        yield NotRead(packed.path, str(error))
        return
    if packed.meter.fault:
        yield NotRead(packed.path, packed.meter.fault)
    try:
        yield from _zip(packed, stream, depth) if kind == "zip" else _tar(packed, stream, depth)
    except (zipfile.BadZipFile, UnreadableError) as error:
        if isinstance(error, LimitError) and depth > 0:
            raise
        yield NotRead(packed.path, fault_of(error))


class _Held:
    """An open file that is closed when nothing that reads from it is left."""

    __slots__ = ("__weakref__", "stream")

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        weakref.finalize(self, stream.close)


def _seekable(packed: _Packed) -> _Held:
    """The packed file itself if it lies on the disk, else a temporary copy of it."""
    if packed.file is not None:
        return _Held(packed.opener())
    copy = _Held(cast(BinaryIO, tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)))  # noqa: SIM115
    limit = packed.meter.budget.limits.nested
    with packed.opener() as stream:
        while chunk := stream.read(_COPY):
            copy.stream.write(chunk)
            if copy.stream.tell() > limit:
                raise UnreadableError(f"is an archive of more than {limit:,} bytes inside an archive")
    return copy


def _zip(packed: _Packed, held: _Held, depth: int) -> Iterator[Member | NotRead]:
    archive = zips.open_zip(held.stream, packed.meter.budget.limits)
    if zips.is_office(archive):
        yield from _read(packed)
        return
    unique = _Unique()
    for entry in zips.entries(archive):
        name = unique(entry.name)
        fault = _OUTSIDE if leads_out(entry.name) else entry.fault
        if fault:
            packed.meter.budget.admit()
            yield NotRead(f"{packed.path}!{name}", fault)
            continue
        yield from _expand(_zip_entry(packed, name, held, archive, entry.info), depth + 1)


_OUTSIDE = "its name leads out of the archive"


def _zip_entry(packed: _Packed, name: str, held: _Held, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> _Packed:
    meter = Meter(packed.meter.budget)

    def chunks() -> Iterator[bytes]:
        assert held.stream  # keeps the archive open as long as this can be called
        yield from zips.content(archive, info)

    return packed.inside(name, info.file_size, lambda: buffered(ChunkStream(chunks, meter)), meter)


def _tar(packed: _Packed, held: _Held, depth: int) -> Iterator[Member | NotRead]:
    unique = _Unique()
    for found in tars.stretches(held.stream):
        name = unique(found.name) if found.name else None
        fault = _OUTSIDE if leads_out(found.name) and found.name else found.fault
        if not found.readable or (fault == _OUTSIDE):
            packed.meter.budget.admit()
            yield NotRead(f"{packed.path}!{name}" if name else packed.path, fault or "cannot be read")
            continue
        yield from _expand(_tar_entry(packed, name, held, found), depth + 1)


def _tar_entry(packed: _Packed, name: str | None, held: _Held, found: tars.Stretch) -> _Packed:
    meter = Meter(packed.meter.budget, fault=found.fault)
    meter.reach(found.size)

    def opener() -> BinaryIO:
        return buffered(_HeldSlice(held, found.start, found.size))

    return packed.inside(name, found.size, opener, meter)


class _HeldSlice(Slice):
    """A stretch of a held file, which stays open as long as the stretch does."""

    def __init__(self, held: _Held, start: int, length: int) -> None:
        super().__init__(held.stream, start, length, owned=False)
        self._held = held


class _Unique:
    """Tells files of the same name in one archive apart."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def __call__(self, name: str) -> str:
        self._seen[name] += 1
        return name if self._seen[name] == 1 else f"{name}#{self._seen[name]}"

"""Opens an exhibit: itself if it is a plain file, else all the files that are packed in it, however deep.

What a file is, is told by its first bytes. Nothing is written to a path; an archive inside an archive is laid aside in
an unnamed temporary file. What cannot be opened is said with its reason, in place.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import BinaryIO

from headwater.exhibits import archives, rars, sevenzips, tars, volumes, zips
from headwater.exhibits.held import Aside, Held, HeldSlice, unnamed
from headwater.exhibits.limits import Budget, LimitError, Limits, Meter
from headwater.exhibits.magic import COMPRESSED, HEAD, packing
from headwater.exhibits.member import Member
from headwater.exhibits.names import leads_out
from headwater.exhibits.streams import ChunkStream, buffered, fault_of
from headwater.exhibits.unpacking import unpacked
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import Exhibit, NotRead

_COPY = 1 << 20


def members(
    exhibit: Exhibit, limits: Limits | None = None, passwords: Sequence[str] = ()
) -> Iterator[Member | NotRead]:
    """Give every file that an exhibit holds, and a reason for each that cannot be read.

    ``passwords`` are tried, in their order, on what is encrypted. Read a member before asking for the next: if it turns
    out to be torn or damaged while being read, the next thing given is a :class:`NotRead` that says so
    (:attr:`Member.fault` says it as well).
    """
    budget = Budget(limits or Limits(), exhibit.size)
    first = Packed(
        exhibit.path,
        exhibit,
        exhibit.size,
        exhibit.file,
        lambda: exhibit.file.open("rb"),
        Meter(budget),
        tuple(passwords),
    )
    yield from expanded(first, 0)


def expanded(first: Packed, depth: int) -> Iterator[Member | NotRead]:
    """Give what a file holds that lies in ``depth`` archives already; a limit ends it with a reason."""
    try:
        yield from _expand(first, depth)
    except LimitError as error:
        yield NotRead(first.path, f"{error}; the rest of it was not opened")


@dataclass(frozen=True, slots=True)
class Packed:
    """Something that may be packed: how it is opened, and the meter that counts its bytes."""

    path: str
    exhibit: Exhibit
    size: int | None
    file: Path | None
    opener: Callable[[], BinaryIO] = field(repr=False)
    meter: Meter = field(repr=False)
    passwords: tuple[str, ...] = field(default=(), repr=False)
    parts: tuple[Path, ...] = ()

    def inside(self, name: str | None, size: int | None, opener: Callable[[], BinaryIO], meter: Meter) -> Packed:
        """What lies inside under that name; a compressed file is cited without a name of its own."""
        return Packed(
            f"{self.path}!{name}" if name else self.path, self.exhibit, size, None, opener, meter, self.passwords
        )

    def member(self) -> Member:
        """It is a file to be read."""
        return Member(self.path, self.exhibit, self.size, self.file, self.opener, self.meter)


def _expand(packed: Packed, depth: int) -> Iterator[Member | NotRead]:
    if packed.file is not None and (parts := volumes.parts_of(packed.file)):
        packed = replace(packed, file=None, size=None, opener=lambda: volumes.joined(parts), parts=tuple(parts))
    elif packed.file is not None and (first := volumes.first_of(packed.file)):
        yield NotRead(packed.path, f"is a later part of {first.name}, and read with it")
        return
    try:
        with packed.opener() as stream:
            kind = packing(stream.read(HEAD))
    except OSError as error:
        yield NotRead(packed.path, fault_of(error))
        return
    if kind is not None and depth >= packed.meter.budget.limits.depth:
        yield NotRead(packed.path, f"lies in more than {depth} archives inside each other")
    elif kind in COMPRESSED:
        yield from _expand(_unpacking(packed, kind), depth + 1)
    elif kind is not None:
        yield from _archive(packed, kind, depth)
    else:
        if packed.file is not None and (before := volumes.parts_before(packed.file)):
            yield NotRead(packed.path, zips.PARTS_MISSING.format(before + 1, before))
        yield from _read(packed)


def _read(packed: Packed) -> Iterator[Member | NotRead]:
    packed.meter.budget.admit()
    if not packed.meter.fault or packed.meter.reached:
        yield packed.member()
    if packed.meter.fault:
        yield NotRead(packed.path, packed.meter.fault)


def _unpacking(packed: Packed, kind: str) -> Packed:
    meter = Meter(packed.meter.budget)

    def chunks() -> Iterator[bytes]:
        with packed.opener() as stream:
            yield from unpacked(kind, stream)

    return packed.inside(None, None, lambda: buffered(ChunkStream(chunks, meter)), meter)


def _archive(packed: Packed, kind: str, depth: int) -> Iterator[Member | NotRead]:
    try:
        stream = _seekable(packed)
    except UnreadableError as error:
        yield NotRead(packed.path, str(error))
        return
    if packed.meter.fault:
        yield NotRead(packed.path, packed.meter.fault)
    try:
        yield from _OPENERS.get(kind, partial(_in_order, kind))(packed, stream, depth)
    except (zipfile.BadZipFile, UnreadableError) as error:
        if isinstance(error, LimitError) and depth > 0:
            raise
        yield NotRead(packed.path, fault_of(error))


def _seekable(packed: Packed) -> Held:
    """The packed file itself if it lies on the disk, else a temporary copy of it."""
    if packed.file is not None:
        return Held(packed.opener())
    copy = unnamed()
    limit = packed.meter.budget.limits.nested
    with packed.opener() as stream:
        while chunk := stream.read(_COPY):
            copy.stream.write(chunk)
            if copy.stream.tell() > limit:
                raise UnreadableError(f"is an archive of more than {limit:,} bytes inside an archive")
    return copy


def _zip(packed: Packed, held: Held, depth: int) -> Iterator[Member | NotRead]:
    archive = zips.open_zip(held.stream, packed.meter.budget.limits, [part.stat().st_size for part in packed.parts])
    if zips.is_office(archive):
        yield from _read(packed)
        return
    unique = _Unique()
    for entry in zips.entries(archive):
        name = unique(entry.name)
        fault = _OUTSIDE if leads_out(entry.name) else entry.fault
        if fault is None or (fault == archives.ENCRYPTED and packed.passwords):
            try:
                yield from _expand(_zip_entry(packed, name, held, archive, entry.info), depth + 1)
                continue
            except archives.EncryptedError as error:
                fault = str(error)
        packed.meter.budget.admit()
        yield NotRead(f"{packed.path}!{name}", fault)


_OUTSIDE = "its name leads out of the archive"


def _zip_entry(packed: Packed, name: str, held: Held, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Packed:
    meter = Meter(packed.meter.budget)
    content = zips.reading(archive, held.stream, info, packed.passwords)

    def chunks() -> Iterator[bytes]:
        assert held.stream  # keeps the archive open as long as this can be called
        yield from content()

    return packed.inside(name, info.file_size, lambda: buffered(ChunkStream(chunks, meter)), meter)


def _in_order(kind: str, packed: Packed, held: Held, depth: int) -> Iterator[Member | NotRead]:
    """The files of an archive that is unpacked from its start to its end; those that need a password come last."""
    aside, unique, locked = Aside(), _Unique(), dict[str, str]()
    is_part = kind.startswith("rar") and volumes.is_rar_volume(kind, held.stream)
    if is_part and (not packed.parts or volumes.goes_on(packed.parts[-1])):
        yield NotRead(packed.path, _volume(packed))
    try:
        secret = iter(rars.encrypted_in_rar5(held.stream)) if kind == "rar5" else iter(())
        for entry in archives.entries(kind, held.stream):
            name = unique(entry.name)
            fault = _OUTSIDE if leads_out(entry.name) else entry.fault
            if next(secret, False) and fault is None:
                fault = archives.ENCRYPTED
            if fault == archives.ENCRYPTED:
                locked[name] = entry.name
            elif fault:
                packed.meter.budget.admit()
                yield NotRead(f"{packed.path}!{name}", fault)
            else:
                meter = Meter(packed.meter.budget)
                kept = aside.keep(entry.chunks(), meter)
                yield from _expand(_stretch(packed, name, meter, *kept), depth + 1)
    except archives.EncryptedError:
        yield from _unlocked(kind, packed, held, depth, None)
    if locked:
        yield from _unlocked(kind, packed, held, depth, locked)


def _volume(packed: Packed) -> str:
    name = packed.parts[-1].name if packed.parts else PurePosixPath(packed.path.rpartition("!")[2]).name
    after = volumes.following(name)
    there = packed.file is not None and after is not None and packed.file.with_name(after).exists()
    missing = "" if there or after is None else f", and {after} is not there"
    return f"is one part of an archive in several: files that go on in another part are not read whole{missing}"


def _unlocked(
    kind: str, packed: Packed, held: Held, depth: int, locked: Mapping[str, str] | None
) -> Iterator[Member | NotRead]:
    """The encrypted files of an archive (all of them if ``None``), where a password opens them."""
    try:
        only = frozenset(locked.values()) if locked is not None else None
        unlock = _rar_files if kind.startswith("rar") else _seven_zip_files
        for name, meter, kept in unlock(packed, held, only):
            yield from _expand(_stretch(packed, name, meter, *kept), depth + 1)
    except LimitError:
        raise
    except UnreadableError as error:
        for path in [f"{packed.path}!{name}" for name in locked or ()] or [packed.path]:
            yield NotRead(path, str(error))


_Kept = tuple[str, Meter, tuple[Held, int, int]]


def _seven_zip_files(packed: Packed, held: Held, only: frozenset[str] | None) -> Iterator[_Kept]:
    for file in sevenzips.with_password(held.stream, packed.passwords, packed.meter.budget, only):
        yield file.name, file.meter, (file.held, file.start, file.length)


def _rar_files(packed: Packed, held: Held, only: frozenset[str] | None) -> Iterator[_Kept]:
    password, files = rars.with_password(held.stream, packed.passwords)
    aside = Aside()
    for file in files:
        if not leads_out(file.name) and (file.encrypted if only is not None else True):
            meter = Meter(packed.meter.budget)
            yield file.name, meter, aside.keep(rars.content(held.stream, password, file), meter)


def _stretch(packed: Packed, name: str, meter: Meter, held: Held, start: int, length: int) -> Packed:
    return packed.inside(name, length, lambda: buffered(HeldSlice(held, start, length)), meter)


def _tar(packed: Packed, held: Held, depth: int) -> Iterator[Member | NotRead]:
    unique = _Unique()
    for found in tars.stretches(held.stream):
        name = unique(found.name) if found.name else None
        fault = _OUTSIDE if leads_out(found.name) and found.name else found.fault
        if not found.readable or (fault == _OUTSIDE):
            packed.meter.budget.admit()
            yield NotRead(f"{packed.path}!{name}" if name else packed.path, fault or "cannot be read")
            continue
        yield from _expand(_tar_entry(packed, name, held, found), depth + 1)


def _tar_entry(packed: Packed, name: str | None, held: Held, found: tars.Stretch) -> Packed:
    meter = Meter(packed.meter.budget, fault=found.fault)
    meter.reach(found.size)

    def opener() -> BinaryIO:
        return buffered(HeldSlice(held, found.start, found.size))

    return packed.inside(name, found.size, opener, meter)


_OPENERS: Mapping[str, Callable[[Packed, Held, int], Iterator[Member | NotRead]]] = MappingProxyType(
    {"zip": _zip, "tar": _tar}
)


class _Unique:
    """Tells files of the same name in one archive apart."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def __call__(self, name: str) -> str:
        self._seen[name] += 1
        return name if self._seen[name] == 1 else f"{name}#{self._seen[name]}"

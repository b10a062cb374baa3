"""An office document as the zip archive that it is: its parts, and how they point to each other."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import BinaryIO

from headwater.exhibits.limits import Budget, Limits
from headwater.exhibits.markup import attribute, parsed
from headwater.exhibits.streams import FAULTS, fault_of
from headwater.exhibits.zips import content, open_zip
from headwater.model.errors import UnreadableError

LIMITS = Limits(total=2 << 30, ratio=200.0, ratio_from=1 << 28, members=20_000)
"""What a document may unpack to."""

LARGEST = 256 << 20
"""A picture or file inside a document of more bytes is not opened."""


@dataclass(frozen=True, slots=True)
class Relation:
    """That one part points to another, or to an address outside."""

    id: str
    kind: str
    target: str
    outside: bool


@dataclass(frozen=True)
class Parts:
    """An opened office document."""

    archive: zipfile.ZipFile
    budget: Budget
    _rels: dict[str, tuple[Relation, ...]] = field(default_factory=dict)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of all parts, in the order of the archive."""
        return tuple(dict.fromkeys(i.filename for i in self.archive.infolist() if i.filename[-1:] not in ("", "/")))

    def stream(self, name: str) -> BinaryIO:
        """A part as a stream that counts what comes out of it."""
        info = self.archive.NameToInfo.get(name)
        if info is None:
            raise UnreadableError("a part of it is missing")
        if info.flag_bits & 0x1:
            raise UnreadableError("is encrypted")
        return io.BufferedReader(_Counted(content(self.archive, info), self.budget.spend), 1 << 16)

    def read(self, name: str, most: int = LARGEST) -> bytes:
        """A part as a whole."""
        with self.stream(name) as stream:
            data = stream.read(most + 1)
        if len(data) > most:
            raise UnreadableError(f"is more than {most:,} bytes")
        return data

    def relations(self, name: str) -> tuple[Relation, ...]:
        """Where a part points to; nothing where that cannot be read."""
        if name not in self._rels:
            folder, file = posixpath.split(name)
            try:
                root = parsed(self.read(f"{folder}/_rels/{file}.rels" if folder else f"_rels/{file}.rels"))
                self._rels[name] = tuple(_relation(each, folder) for each in root)
            except UnreadableError:
                self._rels[name] = ()
        return self._rels[name]

    def targets(self, name: str, kind: str) -> list[str]:
        """The parts that a part points to as ``kind`` (``comments``, ``notesSlide``), those that there are."""
        known = set(self.names)
        return [r.target for r in self.relations(name) if r.kind == kind and not r.outside and r.target in known]

    def addresses(self) -> Iterator[str]:
        """The addresses outside that any part points to: links, which who reads the document does not see."""
        seen: dict[str, None] = {}
        for name in [n for n in self.names if not n.endswith(".rels")]:
            seen.update(dict.fromkeys(r.target for r in self.relations(name) if r.outside and r.kind == "hyperlink"))
        yield from seen


def _relation(element: object, folder: str) -> Relation:
    outside = attribute(element, "TargetMode") == "External"
    target = attribute(element, "Target")
    if not outside:
        target = posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")
    return Relation(attribute(element, "Id"), attribute(element, "Type").rpartition("/")[2], target, outside)


class _Counted(io.RawIOBase):
    """Chunks as a stream; every fault of unpacking becomes an :class:`UnreadableError`."""

    def __init__(self, chunks: Iterator[bytes], spend: Callable[[int], None]) -> None:
        super().__init__()
        self._chunks, self._spend, self._rest = chunks, spend, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        try:
            while not self._rest:
                self._rest = next(self._chunks)
        except StopIteration:
            return 0
        except FAULTS as error:
            raise UnreadableError(fault_of(error)) from error
        count = min(len(view), len(self._rest))
        view[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        self._spend(count)
        return count


def open_parts(stream: BinaryIO) -> Parts:
    """Open an office document.

    :raises UnreadableError: if its directory cannot be read
    """
    return Parts(open_zip(stream, LIMITS), Budget(LIMITS, stream.seek(0, 2)))

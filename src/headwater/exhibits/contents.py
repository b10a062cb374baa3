"""What a document holds: tables, running text, and files of its own. Each format is one module of :mod:`headwater.exhibits.readers`.

A third party adds a format by an entry point of the group ``headwater.readers``. A reader that cannot be loaded is listed with its
reason, not swallowed.
"""

from __future__ import annotations

import importlib
import logging
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Protocol

from headwater.exhibits.encodings import HEAD
from headwater.exhibits.member import Member
from headwater.exhibits.sheets import Sheet
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead

_log = logging.getLogger(__name__)
_PACKAGE = "headwater.exhibits.readers"  # by its name: the readers import what is defined here


@dataclass(frozen=True, slots=True)
class Passage:
    """Running text of a document: lines, the first of which has the 1-based number ``first_line`` within its part.

    ``name`` says which part it is (``page 3``, ``comments``, ``slide 2 notes``); it is empty for the body of a document of one part.
    ``hidden`` says that who opens the document does not see it.
    """

    name: str
    lines: tuple[str, ...] = field(repr=False)
    first_line: int = 1
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file within a document: an attachment, a picture, an embedded workbook. It is opened like any other."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Given:
    """What the user gave for reading.

    ``passwords`` are tried on what is encrypted, in their order. ``pictures`` says whether text in pictures is read, and ``deleted``
    whether deleted rows and slack space are.
    """

    passwords: tuple[str, ...] = field(default=(), repr=False)
    pictures: bool = True
    deleted: bool = False


Content = Sheet | Passage | Enclosed | NotRead


class Reader(Protocol):
    """What the module of one format offers, as ``READER`` or as functions of the module itself."""

    name: str

    def fits(self, head: bytes, member: Member) -> bool:
        """Tell from the first bytes (up to 64 KB), and only where these leave it open from the rest, whether the file is of this format."""
        ...

    def read(self, member: Member, given: Given) -> Iterator[Content]:
        """Give everything the file holds, and a :class:`NotRead` with the reason for each part that cannot be read.

        Raises only :class:`~headwater.model.errors.UnreadableError`, and OSError of the stream. Libraries' errors become these.
        """
        ...


@cache
def readers() -> tuple[tuple[Reader, ...], tuple[tuple[str, str], ...]]:
    """Every reader, by module and by entry point, and the reasons of those that cannot be loaded."""
    made: list[Reader] = []
    broken: list[tuple[str, str]] = []
    sources: list[tuple[str, EntryPoint | None]] = [
        (f"{_PACKAGE}.{m.name}", None) for m in pkgutil.iter_modules(importlib.import_module(_PACKAGE).__path__)
    ]
    sources += [(e.name, e) for e in entry_points(group="headwater.readers")]
    for name, entry in sorted(sources, key=lambda s: s[0]):
        try:
            thing: Any = entry.load() if entry is not None else importlib.import_module(name)
            made.append(thing.READER)
        except Exception as error:  # a plug-in may fail in any way; it is listed and the others go on
            _log.warning("reader %s cannot be loaded: %s", name, type(error).__name__)
            broken.append((name, f"{type(error).__name__}: {error}"))
    return tuple(made), tuple(broken)


def known_formats() -> tuple[str, ...]:
    """The names of the readers that could be loaded, sorted: a file that nobody could read is read again when another joins them."""
    return tuple(sorted(reader.name for reader in readers()[0]))


def reader_of(member: Member) -> Reader | None:
    """The reader whose format a file has, told by its content; ``None`` for texts, tables and what nobody knows."""
    with member.open() as stream:
        head = stream.read(HEAD)
    return next((reader for reader in readers()[0] if _fits(reader, head, member)), None) if head else None


def _fits(reader: Reader, head: bytes, member: Member) -> bool:
    try:
        return reader.fits(head, member)
    except (UnreadableError, OSError):
        raise
    except Exception as error:  # one plug-in that fails must not keep the others from a file
        _log.warning("reader %s: cannot tell whether a file fits (%s)", reader.name, type(error).__name__)
        return False

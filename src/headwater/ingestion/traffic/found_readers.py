"""Readers are found by file: the ``READER`` of each module of a package. The surest of a file reads it."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from headwater.exhibits.member import Member
from headwater.ingestion.traffic.raw import TrafficReader

FLOOR = 0.5
"""A file of which no reader is surer than this is read by none."""


def readers_in(package: ModuleType) -> tuple[TrafficReader, ...]:
    """Give every reader of a package, by name."""
    names = sorted(module.name for module in iter_modules(package.__path__, f"{package.__name__}."))
    found = (getattr(import_module(name), "READER", None) for name in names if not name.endswith(".choosing"))
    return tuple(sorted((each for each in found if each is not None), key=lambda reader: reader.name))


def surest(readers: Sequence[TrafficReader], member: Member, head: bytes) -> TrafficReader | None:
    """Give the reader that is surest of a file that begins with ``head``; of equals, the first by name.

    A reader may say in ``ceiling`` how sure it ever is: whoever cannot be surer than another is need not look.
    """
    most, best = FLOOR, None
    for reader in sorted(readers, key=lambda each: (-_ceiling(each), each.name)):
        if _ceiling(reader) > most and (sure := reader.fits(member, head)) > most:
            most, best = sure, reader
    return best


def _ceiling(reader: TrafficReader) -> float:
    return float(getattr(reader, "ceiling", 1.0))

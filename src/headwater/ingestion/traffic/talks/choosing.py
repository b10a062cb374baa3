"""Which reader takes a chat export: the surest one, by how the file begins, never by a list."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from headwater.exhibits.member import Member
from headwater.ingestion.traffic import talks as package
from headwater.ingestion.traffic.raw import TrafficReader

FLOOR = 0.5
"""A file of which no reader is surer than this is read by none."""


@cache
def readers() -> tuple[TrafficReader, ...]:
    """Give every reader of chats, by name: the ``READER`` of each module of the package that has one."""
    names = (module.name for module in iter_modules(package.__path__, f"{package.__name__}."))
    found = (getattr(import_module(name), "READER", None) for name in names if name != __name__)
    return tuple(sorted((each for each in found if each is not None), key=lambda reader: reader.name))


def choose(member: Member, head: bytes) -> TrafficReader | None:
    """Give the reader that is surest of a file that begins with ``head``; of equals, the first by name.

    A reader may say in ``ceiling`` how sure it ever is: whoever cannot be surer than another is need not look.
    """
    surest, best = FLOOR, None
    for reader in sorted(readers(), key=lambda each: (-_ceiling(each), each.name)):
        if _ceiling(reader) > surest and (sure := reader.fits(member, head)) > surest:
            surest, best = sure, reader
    return best


def _ceiling(reader: TrafficReader) -> float:
    return float(getattr(reader, "ceiling", 1.0))

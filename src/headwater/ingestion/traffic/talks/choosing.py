"""Which reader takes a chat export: the surest one, by how the file begins, never by a list."""

from __future__ import annotations

from functools import cache

from headwater.exhibits.member import Member
from headwater.ingestion.traffic import talks as package
from headwater.ingestion.traffic.found_readers import readers_in, surest
from headwater.ingestion.traffic.raw import TrafficReader


@cache
def readers() -> tuple[TrafficReader, ...]:
    """Give every reader of chats, by name: the ``READER`` of each module of the package that has one."""
    return readers_in(package)


def choose(member: Member, head: bytes) -> TrafficReader | None:
    """Give the reader that is surest of a file that begins with ``head``, or ``None`` where none is sure enough."""
    return surest(readers(), member, head)

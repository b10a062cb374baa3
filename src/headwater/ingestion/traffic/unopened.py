"""Workbooks that cannot be opened: locked ones, and damaged ones. They are said to be so rather than to be of no known layout."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from headwater.exhibits.encodings import HEAD
from headwater.exhibits.member import Member
from headwater.ingestion.traffic.grids import heads
from headwater.ingestion.traffic.raw import RawRows
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead


class Unopened:
    """Reads nothing, and says why."""

    name = "unopened"

    def fits(self, member: Member, head: bytes) -> float:
        """Tell by trying; what was sent in chats is for the scanner."""
        return 0.55 if member.exhibit.part != "chats" and _fault(member, head) else 0.0

    def read(self, member: Member, zone: ZoneInfo) -> Iterator[RawRows | NotRead]:
        """Give the reason."""
        with member.open() as stream:
            fault = _fault(member, stream.read(HEAD))
        if fault:
            yield NotRead(member.path, fault)


def _fault(member: Member, head: bytes) -> str | None:
    try:
        heads(member, head)
    except UnreadableError as error:
        return str(error)
    return None

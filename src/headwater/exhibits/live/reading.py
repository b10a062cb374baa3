"""What a scan asks of any exhibit, wherever it lies: the files that come out of it, and the pieces of each."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from types import MappingProxyType
from typing import Any

from headwater.exhibits import opening
from headwater.exhibits.contents import Given
from headwater.exhibits.live.doors import MAIL, REMOTE, SQL, Door
from headwater.exhibits.live.entries import LiveExhibit, Table
from headwater.exhibits.member import Member
from headwater.exhibits.opened import Piece, opened
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import Exhibit, NotRead

# by their names: the extra live need not be installed for what lies on a disk
_MODULES = MappingProxyType({SQL: "tables", REMOTE: "remote", MAIL: "imap"})


def exhibits(door: Door, holder: str | None = None) -> Iterator[LiveExhibit | NotRead]:
    """Everything that a live source lists.

    :raises UnreadableError: if it cannot be reached, or what is needed for it is not installed
    """
    source = _source(door)
    try:
        yield from source.exhibits(door, holder)
    except UnreadableError:
        raise
    except Exception as error:  # every driver has errors of its own, and what they say may hold what was sent
        raise UnreadableError(f"it cannot be listed ({type(error).__name__})", door.shown) from None


def members(exhibit: Exhibit, passwords: Sequence[str] = ()) -> Iterator[Member | NotRead]:
    """Give every file of an exhibit, on a disk or behind a door, and a reason for each that cannot be read."""
    if not isinstance(exhibit, LiveExhibit):
        yield from opening.members(exhibit, passwords=passwords)
        return
    try:
        yield from _source(exhibit.door).members(exhibit, passwords)
    except UnreadableError as error:
        yield NotRead(exhibit.path, reason_of(error))


def pieces(member: Member, given: Given) -> Iterator[Piece]:
    """Everything in a file or table."""
    if isinstance(member, Table):
        for content in member.sheets:
            yield Piece(member, member.format, content)
    else:
        yield from opened(member, given)


def reason_of(error: UnreadableError) -> str:
    """What an error says, without its place."""
    return str(error).removeprefix(f"{error.place}: ")


def _source(door: Door) -> Any:
    try:
        return importlib.import_module(f"headwater.exhibits.live.{_MODULES[door.sort]}")
    except ImportError as error:
        raise UnreadableError(f"needs the extra live ({error.name} is not installed)", door.shown) from None

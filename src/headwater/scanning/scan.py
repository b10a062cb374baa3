"""Files become holdings: every table and text in them and in the files within them, and a reason for each that nobody could read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from headwater.exhibits.contents import Given
from headwater.exhibits.member import Member
from headwater.exhibits.opened import opened
from headwater.scanning.file_scan import FileScan, Scanned
from headwater.scanning.layout import plain
from headwater.scanning.own import OwnShape
from headwater.scanning.scanner import Scanner
from headwater.store.tokens import Tokeniser


def scan(
    members: Iterable[Member],
    *,
    role: str,
    holder: str | None,
    tokeniser: Tokeniser,
    own: Sequence[OwnShape] = (),
    known: Iterable[str] = (),
    given: Given | None = None,
) -> Iterator[Scanned]:
    """Scan files one after the other, and after each those that lie within it.

    ``role`` is seized, leak or chat, ``holder`` whose files they are. ``known`` are the names of the protected data sets' columns: a header that is one of them is told.
    """
    scanner = Scanner(tokeniser, tuple(own), {plain(name): name.lower() for name in known})
    for member in members:
        files = {member.path: FileScan(scanner, member, role, holder)}
        for piece in opened(member, given or Given()):
            if piece.member.path not in files:
                files[piece.member.path] = FileScan(scanner, piece.member, role, holder)
            files[piece.member.path].take(piece.content)
        yield from (file.scanned() for file in files.values())


__all__ = ["Scanned", "scan"]

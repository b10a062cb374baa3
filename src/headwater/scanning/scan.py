"""Files become holdings: every table and text in them and in the files within them, and a reason for each that nobody could read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from headwater.exhibits.contents import Given
from headwater.exhibits.member import Member
from headwater.exhibits.opened import opened
from headwater.identifiers.text import Names
from headwater.scanning.file_scan import FileScan, Scanned
from headwater.scanning.housed import House, HousedScanner
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
    house: House | None = None,
) -> Iterator[Scanned]:
    """Scan files one after the other, and after each those that lie within it.

    ``role`` is seized, leak or chat, ``holder`` whose files they are. ``known`` are the names of the protected data sets' columns:
    a header that is one of them is told. ``house`` is what the settings say of numbers of its own and of what is allowed.
    """
    columns = {plain(name): name.lower() for name in known}
    for member in members:
        scanner = _scanner(tokeniser, tuple(own), columns, house, member.path)
        files = {member.path: FileScan(scanner, member, role, holder)}
        for piece in opened(member, given or Given()):
            if piece.member.path not in files:
                files[piece.member.path] = FileScan(scanner, piece.member, role, holder)
            files[piece.member.path].take(piece.content)
        for place, file in enumerate(files.values(), start=1):
            scanned = file.scanned()
            if place == len(files) and isinstance(scanner, HousedScanner):
                scanned = replace(scanned, not_read=(*scanned.not_read, *scanner.told(member.path)))
            yield scanned


def _scanner(
    tokeniser: Tokeniser, own: tuple[OwnShape, ...], columns: Mapping[str, str], house: House | None, path: str
) -> Scanner:
    if house:
        return house.scanner(tokeniser, own, Names.LABELLED, path, columns)
    return Scanner(tokeniser, own, columns)


__all__ = ["Scanned", "scan"]

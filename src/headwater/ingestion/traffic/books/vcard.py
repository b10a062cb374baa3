"""Address books as vCards (.vcf): a card a person, with names, numbers and addresses of mail."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from headwater.exhibits.contents import Given
from headwater.exhibits.member import Member
from headwater.exhibits.readers.vcf import READER as CARDS
from headwater.exhibits.sheets import Sheet
from headwater.ingestion.traffic.books.table import facts
from headwater.ingestion.traffic.grids import Head, Strip
from headwater.ingestion.traffic.headings import Header
from headwater.ingestion.traffic.raw import RawRows
from headwater.model.exhibit import NotRead

_FIELDS = {
    "name": "name",
    "full name": "name",
    "nickname": "nickname",
    "tel": "phone",
    "email": "wallet",
    "note": "remark",
}


class VCard:
    """Reads address books of cards."""

    name = "vcard"

    def fits(self, member: Member, head: bytes) -> float:
        """Tell by the first line."""
        return 1.0 if CARDS.fits(head, member) else 0.0

    def read(self, member: Member, zone: ZoneInfo) -> Iterator[RawRows | NotRead]:
        """Give the facts of every card; pictures are left out."""
        for piece in CARDS.read(member, Given()):
            if isinstance(piece, NotRead):
                yield piece
            elif isinstance(piece, Sheet):
                yield facts(member.path, _header(piece), _strip(piece))


def _header(sheet: Sheet) -> Header:
    places: dict[str, tuple[int, ...]] = {}
    for place, column in enumerate(sheet.columns):
        field = _FIELDS.get(column.rstrip("0123456789").strip())
        if field and not (column == "full name" and "name" in sheet.columns):
            places[field] = (*places.get(field, ()), place)
    return Header(Head("", None, ()), 0, 0, sheet.columns, places, frozenset())


def _strip(sheet: Sheet) -> Strip:
    columns = tuple(column.combine_chunks().cast(pa.string()) for column in sheet.rows.columns)
    return Strip(columns, sheet.lines.to_numpy(zero_copy_only=False).astype(np.int64), sheet.rejected)


READER = VCard()

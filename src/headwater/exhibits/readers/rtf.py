"""Rich text files (.rtf, and .doc files that are rich text): text, tables, notes, hidden and deleted text, enclosed files."""

from __future__ import annotations

from collections.abc import Iterator

from headwater.exhibits.contents import Content, Given
from headwater.exhibits.member import Member
from headwater.exhibits.rtf_text import MAGICS, RtfText
from headwater.model.errors import UnreadableError

_LARGEST = 512 << 20


class Rtf:
    """Reads rich text files."""

    name = "rtf"

    def fits(self, head: bytes, member: Member) -> bool:
        """Tell by the word that opens the first group."""
        return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(MAGICS)

    def read(self, member: Member, given: Given) -> Iterator[Content]:
        """Give all of its text, then what it encloses."""
        with member.open() as stream:
            data = stream.read(_LARGEST + 1)
        if len(data) > _LARGEST:
            raise UnreadableError(f"is a rich text of more than {_LARGEST:,} bytes")
        yield from RtfText().read(data)


READER = Rtf()

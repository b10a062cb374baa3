"""A file that Office packaged as an object (``oleObject1.bin``): the file inside is given."""

from __future__ import annotations

from collections.abc import Iterator

from headwater.exhibits.contents import Content, Enclosed, Given
from headwater.exhibits.member import Member
from headwater.exhibits.ole import compound, has_stream
from headwater.exhibits.ole_objects import NATIVE, unpackaged

_WHOLE = ("Package", "CONTENTS")
_OTHERS = ("WordDocument", "PowerPoint Document", "Workbook", "Book", "EncryptedPackage", "__properties_version1.0")


class OlePackage:
    """Reads compound files that hold nothing but one packaged file."""

    name = "ole package"

    def fits(self, head: bytes, member: Member) -> bool:
        """Tell by the stream of the package, where there is no document beside it."""
        return has_stream(head, member, NATIVE, *_WHOLE) and not has_stream(head, member, *_OTHERS)

    def read(self, member: Member, given: Given) -> Iterator[Content]:
        """Give the file."""
        with compound(member) as file:
            if file.has(NATIVE):
                name, data = unpackaged(file.read(NATIVE))
                yield Enclosed(name or "package", data)
            for stream in _WHOLE:
                if file.has(stream):
                    yield Enclosed(stream.lower(), file.read(stream))


READER = OlePackage()

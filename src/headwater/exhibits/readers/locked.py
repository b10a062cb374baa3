"""Encrypted office files of every kind: opened with the passwords that were given, else listed as encrypted."""

from __future__ import annotations

import io
from collections.abc import Iterator

from headwater.exhibits.contents import Content, Enclosed, Given
from headwater.exhibits.locked import LOCKED, is_locked, unlocked
from headwater.exhibits.member import Member
from headwater.exhibits.ole import has_stream
from headwater.model.exhibit import NotRead

_OLD = ("WordDocument", "PowerPoint Document", "Workbook", "Book")


class Locked:
    """Reads office documents that are encrypted."""

    name = "encrypted office file"

    def fits(self, head: bytes, member: Member) -> bool:
        """Tell by the streams of the compound file, and by the mark that old documents have in theirs."""
        if has_stream(head, member, "EncryptedPackage"):
            return True
        if not has_stream(head, member, *_OLD):
            return False
        with member.open() as stream:
            return is_locked(io.BytesIO(stream.read())) is True

    def read(self, member: Member, given: Given) -> Iterator[Content]:
        """Give the file without its lock, as a file of its own."""
        data = unlocked(member, given.passwords)
        if data is None:
            yield NotRead(member.path, LOCKED)
        else:
            yield Enclosed("unlocked", data)


READER = Locked()

"""Boxes of mails in one text (mbox): each mail as it would be by itself, under its number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from headwater.exhibits.contents import Content, Given
from headwater.exhibits.mail_head import begins_as_mail, is_separator
from headwater.exhibits.mail_text import LARGEST, mail_contents
from headwater.exhibits.member import Member
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead

_LINE = 1 << 20


class Mbox:
    """Reads boxes of mails."""

    name = "mbox"

    def fits(self, head: bytes, member: Member) -> bool:
        """Tell by the line before the first mail and the fields after it."""
        first, _, rest = head.partition(b"\n")
        return is_separator(first) and begins_as_mail(rest)

    def read(self, member: Member, given: Given) -> Iterator[Content]:
        """Give the mails in their order; one that cannot be read does not stop the others."""
        with member.open() as stream:
            for number, data in enumerate(_mails(stream), start=1):
                path = f"{member.path}#message {number}"
                try:
                    if data is None:
                        raise UnreadableError(f"is a mail of more than {LARGEST:,} bytes")
                    yield from mail_contents(data, path, f"message {number}")
                except UnreadableError as error:
                    yield NotRead(path, str(error))


def _mails(stream: BinaryIO) -> Iterator[bytes | None]:
    """The bytes of each mail, ``None`` for one that is too large."""
    kept: list[bytes] = []
    size, blank, started = 0, True, False
    while line := stream.readline(_LINE):
        if blank and is_separator(line):
            if started:
                yield b"".join(kept) if size <= LARGEST else None
            kept, size, started = [], 0, True
        else:
            size += len(line)
            if size <= LARGEST:
                kept.append(line[1:] if line.startswith(b">From ") else line)
        blank = line in (b"\n", b"\r\n")
    if started:
        yield b"".join(kept) if size <= LARGEST else None


READER = Mbox()

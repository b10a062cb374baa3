"""Mails (.eml) and pages saved as mails (.mht, .mhtml): head, text, attachments, mails inside."""

from __future__ import annotations

from collections.abc import Iterator

from headwater.exhibits.contents import Content, Given
from headwater.exhibits.mail_head import begins_as_mail
from headwater.exhibits.mail_text import LARGEST, mail_contents
from headwater.exhibits.member import Member


class Eml:
    """Reads single mails."""

    name = "mail"

    def fits(self, head: bytes, member: Member) -> bool:
        """Tell by the fields of the head."""
        return begins_as_mail(head)

    def read(self, member: Member, given: Given) -> Iterator[Content]:
        """Give the head, the text, and what is attached."""
        with member.open() as stream:
            data = stream.read(LARGEST + 1)
        yield from mail_contents(data.removeprefix(b"\xef\xbb\xbf"), member.path)


READER = Eml()

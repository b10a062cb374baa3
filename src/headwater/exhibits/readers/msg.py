"""Messages, contacts and appointments that Outlook saved as files (.msg): head, text, attachments, messages inside."""

from __future__ import annotations

from collections.abc import Iterator

from headwater.exhibits.contents import Content, Given
from headwater.exhibits.member import Member
from headwater.exhibits.ole import compound, has_stream
from headwater.exhibits.outlook_message import message_contents


class Msg:
    """Reads Outlook's messages."""

    name = "outlook message"

    def fits(self, head: bytes, member: Member) -> bool:
        """Tell by the stream of properties at the top."""
        return has_stream(head, member, "__properties_version1.0")

    def read(self, member: Member, given: Given) -> Iterator[Content]:
        """Give the message."""
        with compound(member) as file:
            yield from message_contents(file, (), member.path)


READER = Msg()

"""Word documents and templates (.docx, .docm, .dotx): body, headers, notes, comments, text boxes, deletions, enclosed files."""

from __future__ import annotations

import re
from collections.abc import Iterator

from headwater.exhibits.contents import Content, Given
from headwater.exhibits.member import Member
from headwater.exhibits.office_parts import Parts, enclosed, has_part, open_parts
from headwater.exhibits.passages import passages
from headwater.exhibits.unseen_parts import unseen_parts
from headwater.exhibits.word_text import WordText
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead

_BODY = "word/document.xml"
_PART = re.compile(
    r"word/(?:(header|footer|footnotes|endnotes|comments)(\d*)|(glossary)/document|(?:diagrams/(data)(\d+)))\.xml"
)


class Docx:
    """Reads Word documents of 2007 and later."""

    name = "docx"

    def fits(self, head: bytes, member: Member) -> bool:
        """Tell by the parts of the archive; a document that lost its body still has its content types and fonts."""
        return has_part(head, member, _BODY, "word/styles.xml", "word/settings.xml", "word/fontTable.xml")

    def read(self, member: Member, given: Given) -> Iterator[Content]:
        """Give the body first, then what stands around it."""
        with member.open() as stream:
            parts = open_parts(stream)
            body = next(iter(parts.targets("", "officeDocument")), _BODY)
            yield from _word(parts, member, body, "")
            for name in parts.names:
                found = _PART.fullmatch(name)
                if found and name != body:
                    yield from _word(parts, member, name, " ".join(filter(None, found.groups())))
            yield from passages("links", parts.addresses(), hidden=True)
            yield from unseen_parts(parts)
            yield from enclosed(parts, member, "word/", "customXml/")


def _word(parts: Parts, member: Member, name: str, part: str) -> Iterator[Content]:
    try:
        with parts.stream(name) as stream:
            yield from WordText(part, whole_hidden=part == "glossary").read(stream)
    except UnreadableError as error:
        yield NotRead(f"{member.path}#{part or 'body'}", str(error))


READER = Docx()

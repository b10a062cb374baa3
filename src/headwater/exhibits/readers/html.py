"""Web pages, and the "workbooks" that are pages under another name: tables, text, comments, hidden inputs, data in scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from headwater.exhibits.contents import Content, Given
from headwater.exhibits.encodings import encoding_of
from headwater.exhibits.html_text import html_contents, html_encoding
from headwater.exhibits.member import Member
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead

_BLOCK = 1 << 18
_BEGINNING = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,4000}?-->\s*){0,8}<(?:!doctype\s+html|html|head|body|meta|title|table|script|style)[\s>/]",
    re.IGNORECASE | re.DOTALL,
)
_MARK = re.compile(
    r"</?(?:html|head|body|table|tr|td|th|div|p|span|meta|title|style|script|br|form|ul|li|a)\b[^<>]*>", re.I
)


class Html:
    """Reads web pages."""

    name = "html"

    def fits(self, head: bytes, member: Member) -> bool:
        """Tell by what opens the text, and by three marks of a page in its beginning: a log may speak of one."""
        encoding = encoding_of(head)
        if encoding is None:
            return False
        text = head.decode(encoding, "replace").lstrip("\ufeff")
        return bool(_BEGINNING.match(text)) and len(_MARK.findall(text[:20_000])) >= 3

    def read(self, member: Member, given: Given) -> Iterator[Content]:
        """Give tables and text as they stand in the page, then what it does not show."""
        with member.open() as stream:
            head = stream.read(1 << 16)
            stream.seek(0)
            try:
                yield from html_contents(_blocks(stream), html_encoding(head))
            except UnreadableError as error:
                yield NotRead(member.path, str(error))


def _blocks(stream: BinaryIO) -> Iterator[bytes]:
    while block := stream.read(_BLOCK):
        yield block


READER = Html()

"""XML: flat documents of Word and Excel 2003 and OpenDocument, and any other XML, whose repeating elements are tables."""

from __future__ import annotations

import re
from collections.abc import Iterator

from headwater.exhibits.contents import Content, Given
from headwater.exhibits.encodings import encoding_of
from headwater.exhibits.member import Member
from headwater.exhibits.odf_text import OdfText
from headwater.exhibits.sheet_xml import SheetXml
from headwater.exhibits.word_text import WordText
from headwater.exhibits.xml_records import XmlRecords
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead

_DECLARED = re.compile(r"\s*<\?xml\s+version\s*=[^>]{1,200}\?>\s*")
_BETWEEN = re.compile(
    r"(?:\s*(?:<!--.{0,20000}?-->|<\?.{0,20000}?\?>|<!DOCTYPE[^>\[]{0,400}(?:\[.{0,20000}?\])?\s*>))*\s*", re.DOTALL
)
_ROOT = re.compile(r"<(?:([A-Za-z_][\w.-]*):)?([A-Za-z_][\w.-]*)(?=[\s/>])")


class Xml:
    """Reads XML texts."""

    name = "xml"

    def fits(self, head: bytes, member: Member) -> bool:
        """Tell by the declaration that opens an XML text, or by an element of a name space; lines of elements are a log."""
        return _root(head) is not None

    def read(self, member: Member, given: Given) -> Iterator[Content]:
        """Give the document as what its outermost element says it is."""
        with member.open() as stream:
            head = stream.read(1 << 16)
            stream.seek(0)
            root = _root(head) or ("", "")
            try:
                if root in _FLAT:
                    yield from _FLAT[root](stream)
                else:
                    yield from XmlRecords().read(stream)
            except UnreadableError as error:
                yield NotRead(member.path, str(error))


_FLAT = {
    ("w", "wordDocument"): lambda stream: WordText("").read(stream),
    ("pkg", "package"): lambda stream: WordText("").read(stream),
    ("office", "document"): lambda stream: OdfText("").read(stream),
    ("", "Workbook"): lambda stream: SheetXml().read(stream),
    ("ss", "Workbook"): lambda stream: SheetXml().read(stream),
}


def _root(head: bytes) -> tuple[str, str] | None:
    """Prefix and name of the outermost element, where the text is XML by its own word."""
    encoding = encoding_of(head)
    if encoding is None:
        return None
    text = head.decode(encoding, "replace").lstrip("\ufeff")
    declared = _DECLARED.match(text)
    between = _BETWEEN.match(text, declared.end() if declared else 0)
    found = _ROOT.match(text, between.end() if between else 0)
    if not found or (not declared and "xmlns" not in text[found.start() : text.find(">", found.start()) + 1]):
        return None
    return (found[1] or "", found[2]) if found[2].lower() != "html" else None


READER = Xml()

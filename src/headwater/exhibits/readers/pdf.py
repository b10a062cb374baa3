"""PDF: text in reading order, tables, annotations, form fields, properties, attachments, and scanned pages by OCR.

Text under a black box is text all the same. A page that is a picture is drawn and read where the extra ``ocr`` is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pypdfium2.raw as pdfium
from pypdfium2 import PdfDocument, PdfiumError, PdfPage

from headwater.exhibits import ocr, pdf_notes
from headwater.exhibits.contents import Content, Given
from headwater.exhibits.member import Member
from headwater.exhibits.page import page_contents
from headwater.exhibits.pdf_pictures import drawn_area, unread
from headwater.exhibits.pdf_text import MOST, page_text
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead

LARGEST = 1 << 29
"""How many bytes a packed PDF may have; one that lies on the disk may have any size."""
MOST_PAGES = 20_000
"""How many pages are read."""

_MAGIC = re.compile(rb"%PDF-\d")
_HEADER_WITHIN = 1024
_TAIL = 2048
_FAULTS = (PdfiumError, ValueError, OverflowError, MemoryError, AssertionError)


class Pdf:
    """The reader of PDF."""

    name = "pdf"

    def fits(self, head: bytes, member: Member) -> bool:
        """Tell by the header, which may have other bytes before it."""
        return _MAGIC.search(head[:_HEADER_WITHIN]) is not None

    def read(self, member: Member, given: Given) -> Iterator[Content]:
        """Give the pages one by one, then what is beside them."""
        data = _data(member)
        document = _opened(data, given)
        if document is None:
            yield NotRead(member.path, "is encrypted")
            return
        try:
            yield from _document(document, member, given)
        finally:
            document.close()
        if not _is_whole(data):
            yield NotRead(member.path, "the end of the PDF is missing: it was read as far as it goes")


def _data(member: Member) -> bytes | Path:
    if member.file is not None:
        return member.file
    with member.open() as stream:
        data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise UnreadableError(f"is a PDF of more than {LARGEST:,} bytes")
    return data


def _is_whole(data: bytes | Path) -> bool:
    if isinstance(data, bytes):
        return b"%%EOF" in data[-_TAIL:]
    with data.open("rb") as stream:
        stream.seek(max(0, data.stat().st_size - _TAIL))
        return b"%%EOF" in stream.read(_TAIL)


def _opened(data: bytes | Path, given: Given) -> PdfDocument | None:
    """Open a document with the first password that fits; ``None`` if none does."""
    for password in (None, *given.passwords):
        try:
            document = PdfDocument(data, password=password)
        except PdfiumError as error:
            if error.err_code == pdfium.FPDF_ERR_PASSWORD:
                continue
            secured = error.err_code == pdfium.FPDF_ERR_SECURITY
            reason = "is encrypted in a way that is not supported" if secured else "the PDF is damaged, or is none"
            raise UnreadableError(reason) from error
        except (ValueError, UnicodeError):
            continue
        return document
    return None


@dataclass(slots=True)
class _Unseen:
    """Pages whose pictures were not read."""

    pages: list[int] = field(default_factory=list)

    def told(self, path: str, given: Given) -> Iterator[NotRead]:
        if self.pages:
            few = ", ".join(map(str, self.pages[:10])) + (" and more" if len(self.pages) > 10 else "")
            held = (
                f"page {few} is a picture" if len(self.pages) == 1 else f"{len(self.pages)} pages hold pictures ({few})"
            )
            yield NotRead(
                path, f"{held}: {ocr.MISSING}" if given.pictures else f"{held}, and pictures were not to be read"
            )


def _document(document: PdfDocument, member: Member, given: Given) -> Iterator[Content]:
    unseen = _Unseen()
    try:
        document.init_forms()
    except _FAULTS:
        yield NotRead(member.path, "the form fields of the PDF are damaged")
    count = len(document)
    if not count:
        raise UnreadableError("the PDF has no page that can be read")
    for number in range(1, min(count, MOST_PAGES) + 1):
        place = f"{member.path}#page {number}"
        try:
            page = document[number - 1]
        except _FAULTS:
            yield NotRead(place, "the page is damaged")
            continue
        try:
            yield from _page(document, page, number, place, given, unseen)
        except _FAULTS:
            yield NotRead(place, "the page is damaged: it was read as far as it goes")
        finally:
            page.close()
    if count > MOST_PAGES:
        yield NotRead(member.path, f"has {count:,} pages: those after {MOST_PAGES:,} were not read")
    yield from unseen.told(member.path, given)
    try:
        yield from pdf_notes.of_document(document, member.path)
    except _FAULTS:
        yield NotRead(member.path, "the properties or attachments of the PDF are damaged")


def _page(
    document: PdfDocument, page: PdfPage, number: int, place: str, given: Given, unseen: _Unseen
) -> Iterator[Content]:
    textpage = page.get_textpage()
    text = page_text(textpage)
    textpage.close()
    yield from page_contents(f"page {number}", *text.layers)
    if text.cut:
        yield NotRead(place, f"has more than {MOST:,} characters: those after were not read")
    yield from pdf_notes.of_page(document, page, number)
    left = unread(page, text)
    if left.too_large:
        yield NotRead(place, "holds a picture of too many pixels to be unfolded")
    if left.areas and not (given.pictures and ocr.is_there()):
        unseen.pages.append(number)
        return
    for count, area in enumerate(left.areas, start=1):
        picture = drawn_area(page, area)
        if picture is None:
            continue
        name = f"page {number} picture" + (f" {count}" if len(left.areas) > 1 else "")
        try:
            seen = ocr.read_text(picture)
        except UnreadableError as error:
            yield NotRead(place, str(error))
            continue
        yield from page_contents(name, seen.pieces, exact=False)
        if seen.unclear:
            yield NotRead(place, f"{seen.unclear} lines of a picture could not be read")


READER = Pdf()

"""What a PDF holds beside the text of its pages: annotations, links, form fields, bookmarks, properties, attachments."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from ctypes import POINTER, c_ulong, c_ushort, cast, create_string_buffer
from typing import Any

import pypdfium2.raw as pdfium
from pypdfium2 import PdfAttachment, PdfDocument, PdfiumError, PdfPage

from headwater.exhibits.contents import Content, Enclosed, Passage
from headwater.model.exhibit import NotRead

_LONGEST = 1 << 20
_MOST_NOTES = 5_000
_MOST_BOOKMARKS = 10_000
_MOST_ATTACHED = 1_000
LARGEST_ATTACHED = 1 << 28
"""How many bytes an attachment may have."""

_KEYS = (b"T", b"Subj", b"Contents")


def of_page(document: PdfDocument, page: PdfPage, number: int) -> Iterator[Passage | Enclosed]:
    """Give the annotations and form fields of a page, and the files attached to it."""
    notes: list[str] = []
    fields: list[str] = []
    for place in range(min(pdfium.FPDFPage_GetAnnotCount(page), _MOST_NOTES)):
        annotation = pdfium.FPDFPage_GetAnnot(page, place)
        if not annotation:
            continue
        try:
            kind = pdfium.FPDFAnnot_GetSubtype(annotation)
            if kind == pdfium.FPDF_ANNOT_WIDGET:
                fields += _field(document, annotation)
            else:
                notes += [text for key in _KEYS if (text := _value(annotation, key))]
                notes += _link(document, annotation)
            if kind == pdfium.FPDF_ANNOT_FILEATTACHMENT:
                handle = pdfium.FPDFAnnot_GetFileAttachment(annotation)
                yield from _enclosed(PdfAttachment(handle, document), f"page {number} attachment") if handle else ()
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)
    for name, lines in (("annotations", notes), ("form fields", fields)):
        if lines:
            yield Passage(f"page {number} {name}", tuple(line for text in lines for line in text.splitlines()))


def of_document(document: PdfDocument, path: str) -> Iterator[Content]:
    """Give the properties, the bookmarks and the attachments of a document."""
    told = document.get_metadata_dict(skip_empty=True)
    if told:
        yield Passage("properties", tuple(f"{name}: {' '.join(value.split())}" for name, value in told.items()))
    titles = [mark.get_title() for _, mark in zip(range(_MOST_BOOKMARKS), document.get_toc(), strict=False)]
    if any(titles):
        yield Passage("bookmarks", tuple(titles))
    count = document.count_attachments()
    for place in range(min(count, _MOST_ATTACHED)):
        try:
            yield from _enclosed(document.get_attachment(place), f"attachment {place + 1}")
        except PdfiumError:
            yield NotRead(f"{path}#attachment {place + 1}", "the attachment is damaged")
    if count > _MOST_ATTACHED:
        yield NotRead(path, f"has {count:,} attachments: those after {_MOST_ATTACHED:,} were not read")


def _enclosed(attached: PdfAttachment, name: str) -> Iterator[Enclosed]:
    yield Enclosed(attached.get_name() or name, bytes(attached.get_data()))


def _field(document: PdfDocument, annotation: Any) -> Iterator[str]:
    form = document.formenv
    if form is not None:
        name = _read(lambda buffer, size: pdfium.FPDFAnnot_GetFormFieldName(form, annotation, buffer, size))
        value = _read(lambda buffer, size: pdfium.FPDFAnnot_GetFormFieldValue(form, annotation, buffer, size))
    else:
        name, value = _value(annotation, b"T"), _value(annotation, b"V")
    if value:
        yield f"{name}: {value}" if name else value


def _link(document: PdfDocument, annotation: Any) -> Iterator[str]:
    link = pdfium.FPDFAnnot_GetLink(annotation)
    action = pdfium.FPDFLink_GetAction(link) if link else None
    if action and pdfium.FPDFAction_GetType(action) == pdfium.PDFACTION_URI:
        size = min(pdfium.FPDFAction_GetURIPath(document, action, None, 0), _LONGEST)
        if size > 1:
            buffer = create_string_buffer(size)
            pdfium.FPDFAction_GetURIPath(document, action, buffer, size)
            yield buffer.raw[: size - 1].decode("utf-8", "replace")


def _value(annotation: Any, key: bytes) -> str:
    return _read(lambda buffer, size: pdfium.FPDFAnnot_GetStringValue(annotation, key, buffer, size))


def _read(call: Callable[[Any, int], int]) -> str:
    """Read a UTF-16 text from a function that first tells how many bytes it needs."""
    size = min(call(None, 0), _LONGEST)
    if size <= 2:
        return ""
    buffer = create_string_buffer(size)
    call(cast(buffer, POINTER(c_ushort)), c_ulong(size).value)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace").strip("\0 \r\n")

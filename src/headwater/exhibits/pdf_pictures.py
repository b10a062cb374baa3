"""Finds what on a page of a PDF is a picture and has no text of its own, and draws it for reading.

A picture counts where hardly any character stands on it: a scan, a photograph set into a letter. So does a whole page
whose letters were drawn as shapes, or whose font does not say what its characters mean.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from ctypes import byref, c_int
from dataclasses import dataclass

import pypdfium2.raw as pdfium
from PIL import Image
from pypdfium2 import PdfImage, PdfiumError, PdfObject, PdfPage

from headwater.exhibits.ocr import LONGEST
from headwater.exhibits.pdf_text import PageText
from headwater.exhibits.pixels import MOST_PIXELS

_HARDLY_ANY = 40
"""A picture with fewer characters on it than this is read as a picture."""
_SMALLEST = (60.0, 20.0)
_LEAST_PIXELS = (100, 30)
_MOST_OBJECTS = 20_000
_MOST_PICTURES = 50
_SHAPES = 60
_UNMAPPED = 0.3
_DEPTH = 6
_COARSEST, _USUAL, _FINEST = 100 / 72, 200 / 72, 300 / 72
"""Pixels for each point."""


@dataclass(frozen=True, slots=True)
class Area:
    """A part of a page in points, as the page is stored, and how many pixels each point of it has."""

    left: float
    bottom: float
    right: float
    top: float
    density: float = _USUAL

    def touches(self, other: Area) -> bool:
        """Tell whether two areas overlap or lie side by side, as the strips of a scan do."""
        level = self.left <= other.right + 2 and other.left <= self.right + 2
        return level and self.bottom <= other.top + 2 and other.bottom <= self.top + 2

    def with_other(self, other: Area) -> Area:
        """The smallest area that holds both."""
        return Area(
            min(self.left, other.left),
            min(self.bottom, other.bottom),
            max(self.right, other.right),
            max(self.top, other.top),
            max(self.density, other.density),
        )

    def within(self, other: Area) -> Area:
        """What of it lies in the other."""
        left, bottom = max(self.left, other.left), max(self.bottom, other.bottom)
        return Area(left, bottom, min(self.right, other.right), min(self.top, other.top), self.density)


@dataclass(frozen=True, slots=True)
class Unread:
    """The areas of a page that are to be read as pictures, and whether there is a picture too large for that."""

    areas: tuple[Area, ...]
    too_large: bool


def unread(page: PdfPage, text: PageText) -> Unread:
    """Find what on a page is a picture without text of its own."""
    whole = Area(*page.get_bbox())
    found: list[Area] = []
    shapes, too_large = 0, False
    for area, size in _drawn(page):
        if area is None:
            shapes += 1
        elif size[0] * size[1] > MOST_PIXELS:
            too_large = True
        elif min(size) >= _LEAST_PIXELS[1] and max(size) >= _LEAST_PIXELS[0]:
            seen = area.within(whole)
            if _is_large(seen) and _characters_on(seen, text) < _HARDLY_ANY:
                found.append(seen)
    letters = len(text.places)
    if (letters and text.unmapped > _UNMAPPED) or (not found and shapes >= _SHAPES and letters < _HARDLY_ANY):
        return Unread((whole,), too_large)
    return Unread(tuple(_merged(found[:_MOST_PICTURES])), too_large)


def _is_large(area: Area) -> bool:
    return area.right - area.left >= _SMALLEST[0] and area.top - area.bottom >= _SMALLEST[1]


def _characters_on(area: Area, text: PageText) -> int:
    return sum(area.left < x < area.right and area.bottom < y < area.top for x, y in text.places)


def _drawn(page: PdfPage) -> Iterator[tuple[Area | None, tuple[int, int]]]:
    """The pictures of a page with their sizes in pixels; shapes without an area."""
    seen = 0
    for drawn in page.get_objects(max_depth=1):
        inside = [drawn]
        if drawn.type == pdfium.FPDF_PAGEOBJ_FORM:
            inside = [
                each
                for _, each in zip(range(_MOST_OBJECTS), page.get_objects(form=drawn, max_depth=_DEPTH), strict=False)
            ]
        seen += len(inside)
        if seen > _MOST_OBJECTS:
            return
        yield from ((None, (0, 0)) for each in inside if each.type == pdfium.FPDF_PAGEOBJ_PATH)
        sizes = [size for each in inside if isinstance(each, PdfImage) and (size := _size(each))]
        if sizes:
            yield _area(drawn, max(sizes)), max(sizes)


def _size(image: PdfImage) -> tuple[int, int] | None:
    try:
        width, height = image.get_px_size()
    except PdfiumError:
        return None
    return int(width), int(height)


def _area(drawn: PdfObject, size: tuple[int, int]) -> Area:
    try:
        left, bottom, right, top = drawn.get_bounds()
    except PdfiumError:
        return Area(0, 0, 0, 0)
    return Area(left, bottom, right, top, max(size) / max(right - left, top - bottom, 1.0))


def _merged(areas: Sequence[Area]) -> list[Area]:
    made: list[Area] = []
    for area in areas:
        whole = area
        while touching := [other for other in made if other.touches(whole)]:
            for other in touching:
                made.remove(other)
                whole = whole.with_other(other)
        made.append(whole)
    return sorted(made, key=lambda a: (-a.top, a.left))


def drawn_area(page: PdfPage, area: Area) -> Image.Image | None:
    """Draw a part of a page the way it is shown; nothing where it has no size."""
    scale = min(max(area.density, _COARSEST), _FINEST)
    scale = min(scale, LONGEST / max(area.right - area.left, area.top - area.bottom, 1.0))
    width, height = math.ceil(page.get_width() * scale), math.ceil(page.get_height() * scale)
    if not (0 < width < 1 << 24 and 0 < height < 1 << 24):
        return None
    corners = [_on_screen(page, width, height, x, y) for x in (area.left, area.right) for y in (area.bottom, area.top)]
    left, right = max(min(x for x, _ in corners), 0), min(max(x for x, _ in corners), width)
    top, bottom = max(min(y for _, y in corners), 0), min(max(y for _, y in corners), height)
    if right - left < 8 or bottom - top < 8:
        return None
    crop = (left / scale, (height - bottom) / scale, (width - right) / scale, top / scale)
    bitmap = page.render(
        scale=scale, crop=tuple(max(0.0, c - 1e-6) for c in crop), limit_image_cache=True, rev_byteorder=True
    )
    picture: Image.Image = bitmap.to_pil().convert("RGB")
    return picture


def _on_screen(page: PdfPage, width: int, height: int, x: float, y: float) -> tuple[int, int]:
    across, down = c_int(), c_int()
    pdfium.FPDF_PageToDevice(page, 0, 0, width, height, 0, x, y, byref(across), byref(down))
    return across.value, down.value

"""The text of a page of a PDF as pieces with their places, in layers: upright text first, then text turned another way.

What lies under a black box is text all the same, and so is the unseen text that a scanner's program put behind a picture.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from ctypes import byref
from dataclasses import dataclass, field
from typing import Any

import pypdfium2.raw as pdfium

from headwater.exhibits.geometry import Piece

MOST = 200_000
"""How many characters of one page are read."""

_APART = 0.7
"""What is farther apart, in heights, are two pieces."""
_BACK = -0.5


@dataclass(slots=True)
class _Run:
    """A piece being put together from characters."""

    text: list[str]
    left: float
    top: float
    right: float
    bottom: float
    spaced: bool = False

    def takes(self, left: float, top: float, bottom: float) -> bool:
        """Tell whether a character follows this piece."""
        height = max(min(self.bottom - self.top, bottom - top), 1e-3)
        level = abs((self.top + self.bottom) - (top + bottom)) / 2 < 0.5 * height
        return level and _BACK < (left - self.right) / height < _APART

    def piece(self) -> Piece:
        return Piece("".join(self.text), self.left, self.top, self.right, self.bottom)


@dataclass(slots=True)
class PageText:
    """The text of one page.

    ``layers`` are lists of pieces, each in its own upright coordinates; ``places`` are the middles of all characters on the
    page as it is stored. ``unmapped`` is the share of a sample of characters that the font has no meaning for.
    """

    layers: list[list[Piece]] = field(default_factory=list)
    places: list[tuple[float, float]] = field(default_factory=list, repr=False)
    unmapped: float = 0.0
    cut: bool = False


def page_text(textpage: Any) -> PageText:
    """Read the characters of a page."""
    count = max(pdfium.FPDFText_CountChars(textpage), 0)
    made = PageText(cut=count > MOST)
    layers: dict[int, list[_Run]] = defaultdict(list)
    sample, unmapped = 0, 0
    for index, text, box, turn in _characters(textpage, min(count, MOST)):
        runs = layers[turn]
        if not text:
            if runs:
                runs[-1].spaced = True
            continue
        if len(made.places) % 16 == 0:
            sample += 1
            unmapped += pdfium.FPDFText_HasUnicodeMapError(textpage, index) == 1
        made.places.append(((box[0] + box[2]) / 2, (box[1] + box[3]) / 2))
        _put(runs, text, _upright(box, turn))
    ordered = sorted(layers.items(), key=lambda item: (-sum(len(run.text) for run in item[1]), item[0]))
    made.layers = [[run.piece() for run in runs] for _, runs in ordered if runs]
    made.unmapped = unmapped / max(sample, 1)
    return made


Box = tuple[float, float, float, float]


def _characters(textpage: Any, count: int) -> Iterator[tuple[int, str, Box, int]]:
    """Each character with its box (left, bottom, right, top) and its turn in degrees; the empty text stands for a space."""
    rectangle, high = pdfium.FS_RECTF(), 0
    turn = 0
    for index in range(count):
        code = pdfium.FPDFText_GetUnicode(textpage, index)
        if code <= 32 or code in (0xA0, 0x3000, 0xFFFE, 0xFFFF):
            yield index, "", (0.0, 0.0, 0.0, 0.0), turn
            continue
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + code - 0xDC00 if high else 0xFFFD
        high = 0
        if not pdfium.FPDFText_GetLooseCharBox(textpage, index, byref(rectangle)):
            continue
        box = (rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)
        if not all(map(math.isfinite, box)):
            continue
        angle = pdfium.FPDFText_GetCharAngle(textpage, index)
        turn = -round(math.degrees(angle)) % 360 if angle > 0 else 0
        yield index, chr(code), box, turn


def _upright(box: Box, turn: int) -> Box:
    """A box as left, top, right, bottom on a page turned so that its text is upright, heights growing downwards."""
    left, bottom, right, top = box
    if turn == 0:
        return left, -top, right, -bottom
    if turn == 90:
        return bottom, left, top, right
    if turn == 180:
        return -right, bottom, -left, top
    if turn == 270:
        return -top, -right, -bottom, -left
    angle, across, up = math.radians(turn), (left + right) / 2, (bottom + top) / 2
    half = min(right - left, top - bottom) / 2
    along = across * math.cos(angle) + up * math.sin(angle)
    down = across * math.sin(angle) - up * math.cos(angle)
    return along - half, down - half, along + half, down + half


def _put(runs: list[_Run], text: str, box: Box) -> None:
    left, top, right, bottom = box
    if runs and runs[-1].takes(left, top, bottom):
        run = runs[-1]
        run.text += [" ", text] if run.spaced else [text]
        run.right, run.top, run.bottom = max(run.right, right), min(run.top, top), max(run.bottom, bottom)
        run.spaced = False
    else:
        runs.append(_Run([text], left, top, right, bottom))

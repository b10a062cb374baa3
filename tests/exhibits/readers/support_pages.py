"""Makes PDFs and pictures for the tests of their readers, and reads them."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from tests.exhibits.support_exhibits import only_member

from headwater.exhibits.contents import Content, Enclosed, Given, Passage, reader_of
from headwater.exhibits.sheets import Sheet
from headwater.model.exhibit import NotRead

CHINESE = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(CHINESE))


def pdf(draw: Callable[[Any], object], **settings: Any) -> bytes:
    """A PDF drawn with reportlab, in a Chinese font."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1, **settings)
    canvas.setFont(CHINESE, 12)
    draw(canvas)
    canvas.save()
    return out.getvalue()


def packed(image: Image.Image, kind: str, **settings: Any) -> bytes:
    """A picture as a file."""
    out = io.BytesIO()
    image.save(out, kind, **settings)
    return out.getvalue()


def written(lines: Iterable[str], size: int = 40, width: int = 900) -> Image.Image:
    """A picture with lines of Latin text, in the font that Pillow brings."""
    font, lines = ImageFont.load_default(size), list(lines)
    image = Image.new("RGB", (width, 2 * size * (len(lines) + 1)), "white")
    for number, line in enumerate(lines):
        ImageDraw.Draw(image).text((size, size * (2 * number + 1)), line, font=font, fill="black")
    return image


def chinese_font(size: int) -> ImageFont.FreeTypeFont:
    """Noto Sans CJK; skips the test where it is not installed."""
    try:
        return ImageFont.truetype("NotoSansCJK-Regular.ttc", size, index=2)
    except OSError:
        pytest.skip("needs the font Noto Sans CJK")


def contents(folder: Path, data: bytes, given: Given | None = None) -> list[Content]:
    """What the reader that fits gives."""
    member = only_member(folder, "seized/file", data)
    reader = reader_of(member)
    assert reader is not None
    return list(reader.read(member, given or Given()))


def lines_of(parts: Iterable[Content], name: str | None = None) -> list[str]:
    """The lines of all passages, or of those of one name."""
    return [line for p in parts if isinstance(p, Passage) and name in (None, p.name) for line in p.lines]


def sheets_of(parts: Iterable[Content]) -> list[Sheet]:
    """The tables."""
    return [part for part in parts if isinstance(part, Sheet)]


def enclosed_of(parts: Iterable[Content]) -> dict[str, bytes]:
    """The files inside, by name."""
    return {part.name: part.data for part in parts if isinstance(part, Enclosed)}


def reasons(parts: Iterable[Content]) -> list[str]:
    """Why something was not read."""
    return [part.reason for part in parts if isinstance(part, NotRead)]

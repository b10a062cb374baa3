"""Pictures: their text by OCR, and what cameras and programs wrote into them.

Photographs, screenshots and scans: JPEG, PNG, BMP, GIF, TIFF of several pages, WebP, AVIF, JPEG 2000, and HEIC with the
extra ``ocr``. Of moving pictures those frames are read that differ from the one read before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from headwater.exhibits import ocr, pixels
from headwater.exhibits.contents import Content, Given, Passage
from headwater.exhibits.member import Member
from headwater.exhibits.page import page_contents
from headwater.exhibits.picture_notes import notes
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead

LARGEST = 1 << 29
"""How many bytes a picture may have."""
MOST_FRAMES = 500
"""How many pages or frames are looked at."""
MOST_MOVING = 30
"""How many frames of a moving picture are read."""

_MAGIC = re.compile(
    rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|GIF8[79]a|II\*\0|MM\0\*|RIFF....WEBP|\0\0\0\x0cjP  |\xff\x4f\xff\x51"
    rb"|BM.{12}[\x0c\x28\x34\x38\x40\x6c\x7c]\0\0\0|\0\0\0.ftyp(?:avi[fs]|hei[cxsm]|hev[cxms]|mif1|msf1)",
    re.DOTALL,
)
_DIFFERENT = 3.0


class Picture:
    """The reader of pictures."""

    name = "picture"

    def fits(self, head: bytes, member: Member) -> bool:
        """Tell by the first bytes."""
        return _MAGIC.match(head) is not None

    def read(self, member: Member, given: Given) -> Iterator[Content]:
        """Give the notes and the text of each frame, and say what could not be read."""
        with member.open() as stream:
            data = stream.read(LARGEST + 1)
        if len(data) > LARGEST:
            yield NotRead(member.path, f"is a picture of more than {LARGEST:,} bytes")
            return
        try:
            image = pixels.opened(data)
            many = pixels.count(image)
        except UnreadableError as error:
            yield NotRead(member.path, str(error))
            return
        if told := notes(image):
            yield Passage("properties", told)
        if not given.pictures:
            yield NotRead(member.path, "is a picture, and pictures were not to be read")
        elif not ocr.is_there():
            yield NotRead(member.path, f"is a picture: {ocr.MISSING}")
        else:
            yield from _moving(data, many, member) if _moves(image) else _pages(data, many, member)


def _moves(image: Image.Image) -> bool:
    return image.format in ("GIF", "WEBP", "PNG", "AVIF") and bool(getattr(image, "is_animated", False))


def _pages(data: bytes, many: int, member: Member) -> Iterator[Content]:
    for number in range(min(many, MOST_FRAMES)):
        name = f"page {number + 1}" if many > 1 else ""
        path = f"{member.path}#{name}" if name else member.path
        try:
            page, damaged = pixels.frame(data, number)
        except UnreadableError as error:
            yield NotRead(path, str(error))
            continue
        yield from seen(page, path, name)
        if damaged:
            yield NotRead(path, pixels.DAMAGED)
    if many > MOST_FRAMES:
        yield NotRead(member.path, f"has {many:,} pages: those after {MOST_FRAMES:,} were not read")


def _moving(data: bytes, many: int, member: Member) -> Iterator[Content]:
    before: NDArray[np.float64] | None = None
    read = 0
    for number in range(min(many, MOST_FRAMES)):
        try:
            page, damaged = pixels.frame(data, number)
        except UnreadableError as error:
            yield NotRead(f"{member.path}#frame {number + 1}", str(error))
            return
        small = np.asarray(page.convert("L").resize((64, 64)), np.float64)
        if before is not None and float(np.abs(small - before).mean()) < _DIFFERENT:
            continue
        if read == MOST_MOVING:
            yield NotRead(
                member.path, f"more than {MOST_MOVING} frames differ: those from {number + 1} on were not read"
            )
            return
        before, read = small, read + 1
        yield from seen(page, f"{member.path}#frame {number + 1}", f"frame {number + 1}")
        if damaged:
            yield NotRead(f"{member.path}#frame {number + 1}", pixels.DAMAGED)
    if many > MOST_FRAMES:
        yield NotRead(member.path, f"has {many:,} frames: those after {MOST_FRAMES:,} were not looked at")


def seen(page: Image.Image, path: str, name: str) -> Iterator[Content]:
    """Give the text that is seen on one page."""
    try:
        text = ocr.read_text(page)
    except UnreadableError as error:
        yield NotRead(path, str(error))
        return
    yield from page_contents(name, text.pieces, exact=False)
    if text.unclear:
        yield NotRead(path, f"{text.unclear} lines of the picture could not be read")


READER = Picture()

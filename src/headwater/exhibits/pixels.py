"""Opens pictures, whole or damaged, within bounds, and gives their frames as plain RGB pixels, the right way up.

JPEG, PNG, BMP, GIF, TIFF, WebP, AVIF and JPEG 2000 by Pillow; HEIC where the extra ``ocr`` is installed.
"""

from __future__ import annotations

import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from io import BytesIO

import numpy as np
from PIL import Image, ImageFile, ImageOps

from headwater.model.errors import UnreadableError

MOST_PIXELS = 100_000_000
"""How many pixels a frame may unfold to."""
_DRAFT = 6000
"""JPEGs are unfolded at a half, a quarter or an eighth of their size as long as they stay larger than this."""

_FORMATS = ("JPEG", "MPO", "PNG", "BMP", "GIF", "TIFF", "WEBP", "AVIF", "JPEG2000", "HEIF")
_FAULTS = (
    OSError,
    SyntaxError,
    ValueError,
    KeyError,
    TypeError,
    IndexError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    EOFError,
    MemoryError,
    RuntimeError,
    struct.error,
    zlib.error,
)
"""What Pillow raises on damaged pictures."""
DAMAGED = "the picture is damaged: it was read as far as it goes"


@contextmanager
def _careful() -> Iterator[None]:
    """Turn what Pillow may raise into one error, and keep its warnings to itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except Image.DecompressionBombError as error:
            raise UnreadableError("has too many pixels to be unfolded") from error
        except _FAULTS as error:
            raise UnreadableError("is damaged, or no picture of a kind that can be opened") from error


def opened(data: bytes) -> Image.Image:
    """Open a picture without unfolding it.

    :raises UnreadableError: if it is none
    """
    with _careful():
        if data[4:8] == b"ftyp" and find_spec("pi_heif") is not None:
            import pi_heif

            pi_heif.register_heif_opener(thumbnails=False)
        Image.init()
        return Image.open(BytesIO(data), formats=[name for name in _FORMATS if name in Image.OPEN])


def count(image: Image.Image) -> int:
    """How many frames a picture says it has."""
    with _careful():
        return int(getattr(image, "n_frames", 1))


def frame(data: bytes, number: int) -> tuple[Image.Image, bool]:
    """Give the frame with that 0-based number, and whether it is damaged: it then is grey where nothing could be read.

    :raises UnreadableError: if nothing of it can be read
    """
    try:
        return _frame(data, number), False
    except UnreadableError:
        before = ImageFile.LOAD_TRUNCATED_IMAGES
        ImageFile.LOAD_TRUNCATED_IMAGES = True
        try:
            return _frame(data, number), True
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = before


def _frame(data: bytes, number: int) -> Image.Image:
    image = opened(data)
    with _careful():
        if number:
            image.seek(number)
        if image.format == "JPEG":
            image.draft("RGB", (_DRAFT, _DRAFT))
        if min(image.size) < 1:
            raise ValueError
        if image.width * image.height > MOST_PIXELS:
            raise Image.DecompressionBombError
        image.load()
        return flat(_upright(image))


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except _FAULTS:
        return image


def flat(image: Image.Image) -> Image.Image:
    """Give a picture as RGB; what is transparent becomes the ground that shows the rest best."""
    if image.mode.startswith(("I", "F")):
        values = np.asarray(image).astype(np.float64)
        low, high = float(np.nanmin(values)), float(np.nanmax(values))
        scaled = np.nan_to_num((values - low) * (255 / (high - low or 1)))
        return Image.fromarray(scaled.clip(0, 255).astype(np.uint8)).convert("RGB")
    if not image.has_transparency_data:
        return image.convert("RGB")
    layered = image.convert("RGBA")
    pixels = np.asarray(layered)
    seen = pixels[pixels[:, :, 3] > 127]
    ground = "black" if len(seen) and float(seen[:, :3].mean()) > 128 else "white"
    under = Image.new("RGBA", layered.size, ground)
    return Image.alpha_composite(under, layered).convert("RGB")

"""What cameras and programs wrote into a picture beside its pixels: EXIF with places and owners, XMP, comments.

Coordinates are given in degrees, as ``GPSPosition: 31.230400, 121.473700``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from PIL import ExifTags, Image

_LONGEST = 4000
_MOST = 400
_WIDE_TEXT = {0x9C9B, 0x9C9C, 0x9C9D, 0x9C9E, 0x9C9F}
_USER_COMMENT = 0x9286
_SKIPPED = {
    "version",
    "compression",
    "adobe",
    "exif",
    "icc_profile",
    "xmp",
    "XML:com.adobe.xmp",
    "photoshop",
    "MakerNote",
}
_XMP_TEXT = re.compile(r">\s*([^<>\s][^<>]{0,400}?)\s*<|(?<=[\s:])([A-Za-z]+)=\"([^\"<>]{1,400})\"")
_BARE = re.compile(r"^(?:https?://(?:ns\.|www\.w3\.)\S*|\W*)$")
_COORDINATES = (
    (ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLatitudeRef),
    (ExifTags.GPS.GPSLongitude, ExifTags.GPS.GPSLongitudeRef),
)


def notes(image: Image.Image) -> tuple[str, ...]:
    """Give the notes of an opened picture as lines ``name: value``; what is no text or number is passed over."""
    lines = [f"{name}: {value}" for name, value in _all(image) if value]
    return tuple(dict.fromkeys(line[:_LONGEST] for line in lines))[:_MOST]


def _all(image: Image.Image) -> Iterator[tuple[str, str]]:
    try:
        exif = image.getexif()
        yield from _named(exif, ExifTags.TAGS)
        yield from _named(exif.get_ifd(ExifTags.IFD.Exif), ExifTags.TAGS)
        places = exif.get_ifd(ExifTags.IFD.GPSInfo)
        yield "GPSPosition", ", ".join(filter(None, (_degrees(places, *tags) for tags in _COORDINATES)))
        yield from _named({t: v for t, v in places.items() if t > ExifTags.GPS.GPSLongitude}, ExifTags.GPSTAGS)
    except (OSError, SyntaxError, ValueError, KeyError, TypeError, IndexError, ArithmeticError, AttributeError):
        yield "EXIF", "damaged"
    for name, value in image.info.items():
        if isinstance(name, str) and name not in _SKIPPED and isinstance(value, str | bytes):
            yield name, _text(value)
    yield from _xmp(image.info.get("xmp") or image.info.get("XML:com.adobe.xmp"))


def _named(values: Mapping[int, Any], names: Mapping[int, str]) -> Iterator[tuple[str, str]]:
    for tag, value in values.items():
        if not isinstance(value, str | bytes):
            continue
        if tag in _WIDE_TEXT and isinstance(value, bytes):
            value = value.decode("utf-16-le", "replace")
        elif tag == _USER_COMMENT and isinstance(value, bytes):
            value = _comment(value)
        elif isinstance(value, str):
            value = _decoded(value.encode("latin-1", "replace"))  # Pillow takes all text of EXIF for Latin-1
        name = names.get(tag)
        if name and name not in _SKIPPED:
            yield name, _text(value)


def _comment(value: bytes) -> str:
    """A user's comment begins with eight bytes that name its encoding."""
    wide = value[:8].rstrip(b"\0") == b"UNICODE"
    codec = ("utf-16-le" if value[9:10] == b"\0" or b"\0" not in value[8:9] else "utf-16-be") if wide else "utf-8"
    return value[8:].decode(codec, "replace")


def _text(given: str | bytes) -> str:
    """A value as one line; binary data as nothing."""
    value = _decoded(given) if isinstance(given, bytes) else given
    value = " ".join(value.replace("\0", " ").split())
    odd = sum(not c.isprintable() or c == "\ufffd" for c in value)
    return "" if 5 * odd > len(value) else value


def _decoded(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("gb18030", "replace")


def _degrees(places: Mapping[int, Any], tag: int, reference: int) -> str:
    parts = places.get(tag)
    if not isinstance(parts, tuple) or len(parts) != 3:
        return ""
    value = float(parts[0]) + float(parts[1]) / 60 + float(parts[2]) / 3600
    return f"{-value if str(places.get(reference, '')).strip() in 'SW' else value:.6f}" if value == value else ""


def _xmp(packet: object) -> Iterator[tuple[str, str]]:
    if isinstance(packet, str | bytes):
        text = _decoded(packet) if isinstance(packet, bytes) else packet
        for match in _XMP_TEXT.finditer(text[:1_000_000]):
            value = match[1] or match[3]
            if not _BARE.match(value):
                yield "XMP" if match[1] else match[2], _text(value)

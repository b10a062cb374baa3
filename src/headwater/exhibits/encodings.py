"""Finds the encoding of a text from its first bytes: UTF-8, UTF-16, GB18030 or Western; binary data is none."""

from __future__ import annotations

import codecs
import re
from typing import cast

import numpy as np

Bytes = np.ndarray[tuple[int], np.dtype[np.uint8]]

HEAD = 1 << 16
"""How many bytes :func:`encoding_of` likes to see."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROL = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_ZEROS = re.compile(rb"\x00+")
_PLAUSIBLE = re.compile("[\t\r\n -~\u00a5\u00b7\u2010-\u2026\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
_PRINTABLE_WESTERN = re.compile(rb"[\x09\x0a\x0d\x20-\x7e\x80-\xff]")


def encoding_of(head: bytes) -> str | None:
    """Name the encoding of a text that begins with these bytes, or ``None`` if they are no text.

    A character cut in two at the end of ``head`` does no harm. Plain ASCII counts as UTF-8. Names are those of
    Python's codecs; a byte order mark is not part of the name (:func:`headwater.exhibits.text.lines` drops it).
    """
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    if b"\0" in head:
        wide = _wide(head)
        if wide or _is_binary(head):
            return wide
    if len(_CONTROL.findall(head)) > max(2, len(head) // 100):
        return None
    return _narrow(head.replace(b"\0", b""))


def _narrow(head: bytes) -> str | None:
    if _decodes(head, "utf-8"):
        return "utf-8"
    if _decodes(head, "gb18030") and plausible_chinese(head):
        return "gb18030"
    candidates = (("utf-8", _good_share(head, "utf-8")), ("gb18030", _good_share(head, "gb18030")))
    name, share = max(candidates, key=lambda item: item[1])
    if share > 0.8 and (name == "utf-8" or plausible_chinese(head)):
        return name
    return "cp1252" if _is_western(head) else None


def _decodes(head: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)("strict").decode(head, final=False)
    except UnicodeDecodeError:
        return False
    return True


def plausible_chinese(data: bytes) -> bool:
    """Tell whether bytes read as GB18030 give the characters that Chinese text is made of.

    GB18030 gives a meaning to nearly all bytes; but text really written in it keeps to the few thousand characters of
    everyday use, which have their first byte from B0 to D7, and to its signs and full-width forms (A1 to A9).
    """
    text = np.frombuffer(data, dtype=np.uint8)
    leads = _leads(text)
    if not len(leads):
        return True
    everyday = ((leads >= 0xB0) & (leads <= 0xD7)) | ((leads >= 0xA1) & (leads <= 0xA9))
    return bool(everyday.mean() > 0.7)


def _leads(text: Bytes) -> Bytes:
    """First bytes of two-byte characters: the even places of each run of high bytes (a low second byte is rare)."""
    high = text >= 0x80
    starts = np.flatnonzero(high & ~np.concatenate(([False], high[:-1])))
    ends = np.flatnonzero(high & ~np.concatenate((high[1:], [False]))) + 1
    places = np.flatnonzero(high)
    begin = np.repeat(starts, ends - starts)
    return cast(Bytes, text[places[(places - begin) % 2 == 0]])


def _good_share(head: bytes, encoding: str) -> float:
    """Share of the lines beyond ASCII that the encoding can read: a log may have a few broken lines."""
    lines = [line for line in head.split(b"\n")[:-1] if not line.isascii()]
    if len(lines) < 5:
        return 0.0
    return sum(_decodes(line + b"\n", encoding) for line in lines) / len(lines)


def _is_western(head: bytes) -> bool:
    high = sum(byte >= 0x80 for byte in head[:4096])
    return high < 0.3 * min(len(head), 4096) and len(_PRINTABLE_WESTERN.findall(head)) == len(head)


def _wide(head: bytes) -> str | None:
    """UTF-16 without a mark: read the right way round it is nearly all letters, digits and Chinese."""
    even = head[: len(head) // 2 * 2]
    best, share = None, 0.9
    for name in ("utf-16-le", "utf-16-be"):
        text = even.decode(name, errors="replace")
        good = len(_PLAUSIBLE.findall(text)) / max(len(text), 1)
        if good > share:
            best, share = name, good
    return best


def _is_binary(head: bytes) -> bool:
    """Text may hold a hole of zeros that a crash left; binary data has zeros everywhere."""
    return len(_ZEROS.findall(head)) > max(3, len(head) // 2000)

"""Text that a program wrote in escapes, as text again: of addresses (``%E5%BC%A0``), JSON within JSON, pages, and packed JSON (``eyJ…``).

Only values that surely hold escapes are touched: a per cent sign in a sentence stays one.

>>> unescaped(pa.array(["q=%E5%BC%A0%E4%B8%89%2015400000001", "up 15%20", None])).to_pylist()
['q=张三 15400000001', 'up 15%20', None]
"""

from __future__ import annotations

import base64
import binascii
import html
import re

import pyarrow as pa
import pyarrow.compute as pc

_MARKS = (b"%", b"\\", b"&", b"eyJ")  # single bytes are looked for at the speed of memory
_SURE = (
    r"%[Ee][3-9]%[89ABab][0-9A-Fa-f]%[89ABab][0-9A-Fa-f]|[0-9A-Za-z]%40[0-9A-Za-z]|%22%3[Aa]|=%2[Bb]?86"
    r"|\\u[4-9][0-9A-Fa-f]{3}|&#(?:x[4-9][0-9A-Fa-f]{3}|[2-4][0-9]{4});|\beyJ[0-9A-Za-z+/_-]{16}"
)
_PER_CENT = re.compile("(?:%[0-9A-Fa-f]{2})+")
_BACKSLASH = re.compile(r'\\+(?:u([0-9A-Fa-f]{4})|(["/]))')
_ENTITY = re.compile("&#(?:x[0-9A-Fa-f]{2,5}|[0-9]{2,6});")
_PACKED = re.compile("(?<![0-9A-Za-z+/_-])eyJ[0-9A-Za-z+/_-]{16,}={0,2}")
_LONGEST = 1 << 20  # characters of a value in which packed JSON is looked for
_SURROGATES = range(0xD800, 0xE000)


def unescaped(values: pa.Array) -> pa.Array:
    """Give the values of a string array with what they hold in escapes written out; packed JSON is kept, and its text put behind it."""
    if not _may_hold(values):
        return values
    places = pc.match_substring_regex(values, _SURE).fill_null(False)
    if not pc.any(places).as_py():
        return values
    plain = [_plain(text) for text in values.filter(places).to_pylist()]
    return pc.replace_with_mask(values, places, pa.array(plain, values.type))


def _may_hold(values: pa.Array) -> bool:
    """A glance at the bytes, which costs next to nothing where none of the marks is there."""
    if not len(values) or values.null_count == len(values):
        return False
    width = 8 if pa.types.is_large_string(values.type) else 4
    offsets = memoryview(values.buffers()[1]).cast("q" if width == 8 else "i")
    start, end = offsets[values.offset], offsets[values.offset + len(values)]
    data = bytes(memoryview(values.buffers()[2])[start:end])
    return any(mark in data for mark in _MARKS)


def _plain(text: str) -> str:
    text = _PER_CENT.sub(_of_per_cents, text)
    text = _BACKSLASH.sub(_of_backslash, text)
    text = _ENTITY.sub(lambda found: html.unescape(found[0]), text)
    return _PACKED.sub(_of_packed, text) if len(text) <= _LONGEST else text


def _of_per_cents(found: re.Match[str]) -> str:
    """What a run stands for; as it is where it stands for what nobody escapes, as digits, or for what is no text."""
    raw = binascii.unhexlify(found[0].replace("%", ""))
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return found[0]
    return text if text.isprintable() and not any(c.isascii() and c.isalnum() for c in text) else found[0]


def _of_backslash(found: re.Match[str]) -> str:
    if found[1] is None:
        return found[2]
    code = int(found[1], 16)
    return found[0] if code in _SURROGATES or code < 32 else chr(code)


def _of_packed(found: re.Match[str]) -> str:
    packed = found[0].rstrip("=").translate({ord("-"): "+", ord("_"): "/"})
    try:
        text = base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True).decode()
    except (ValueError, UnicodeDecodeError):
        return found[0]
    return f"{found[0]} {_BACKSLASH.sub(_of_backslash, ' '.join(text.split()))}"

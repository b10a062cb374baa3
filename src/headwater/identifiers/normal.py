"""The first step to every normal form: full-width and odd characters become plain ASCII.

The table is narrow on purpose: general compatibility forms would turn a circled or raised number into a digit too.
Every replacement keeps the length of the text, so that an offset in the narrowed text is one in the original.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import re2

from headwater.identifiers.code_points import gathered, laid_out

_FULL_WIDTH = {ord("！") + i: 0x21 + i for i in range(94)}
_SPACES = dict.fromkeys([0x3000, 0xA0, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, *range(0x2000, 0x200B)], 0x20)
_DASHES = dict.fromkeys([*range(0x2010, 0x2016), 0x2212, 0xFE63, 0xFE58], 0x2D)
_NARROW = _FULL_WIDTH | _SPACES | _DASHES
_UPPER = _NARROW | {ord("ａ") + i: 0x41 + i for i in range(26)} | {0x61 + i: 0x41 + i for i in range(26)}

_ODD = "[\u2000-\u200d\u2010-\u2015\u2060\u2212\u00a0\u3000\ufe58\ufe63\ufeff\uff01-\uff5e]"
_WHOLE_NUMBER = r"^([0-9]+)\.0$"
_PLANE = 1 << 16
_FEW = 128  # values up to which one after the other is faster than all at once
_INSIDE = re.compile("[ \t\r\n\f\v'`-]+")
_WHOLE = re.compile(_WHOLE_NUMBER)


def narrow(text: str) -> str:
    """Give the text with full-width characters, odd spaces and odd dashes as ASCII, each in its place.

    >>> narrow("１３８－００１３　Ａ＠")
    '138-0013 A@'
    """
    return text.translate(_NARROW)


@cache
def plane() -> npt.NDArray[np.uint32]:
    """What every character of the basic plane becomes when it is narrowed."""
    table = np.arange(_PLANE, dtype=np.uint32)
    for old, new in _NARROW.items():
        table[old] = new
    return table


def squeeze(text: str) -> str:
    """Give the text narrowed, in capitals, without spaces, hyphens and the apostrophes that spreadsheets put first.

    >>> squeeze(" 1101 05-19491231 002ｘ")
    '11010519491231002X'
    """
    return _WHOLE.sub(r"\1", _INSIDE.sub("", text.translate(_UPPER)))


def as_text(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Give one string array for any Arrow array: chunks joined, dictionaries decoded, numbers written out."""
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    if isinstance(values, pa.ChunkedArray):
        values = pa.concat_arrays(values.chunks)
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    return values if values.type == pa.string() else values.cast(pa.string())


def one_array(values: pa.ChunkedArray) -> pa.Array:
    """Give a column as one array."""
    joined = values.combine_chunks()
    return pa.concat_arrays(joined.chunks) if isinstance(joined, pa.ChunkedArray) and joined.num_chunks else joined


def narrow_array(values: pa.Array) -> pa.Array:
    """Do :func:`narrow` for every value of a string array; only values that need it are touched, all at once."""
    odd = pc.fill_null(pc.match_substring_regex(values, _ODD), False)
    if not pc.any(odd, min_count=0).as_py():
        return values
    codes, starts = laid_out(values.filter(odd), plane())
    return pc.replace_with_mask(values, odd, gathered(codes, starts[:-1], starts[1:] - 1))


def squeeze_array(values: pa.Array) -> pa.Array:
    """Do :func:`squeeze` for every value of a string array."""
    if len(values) <= _FEW:
        return pa.array([None if text is None else squeeze(text) for text in values.to_pylist()], pa.string())
    plain = pc.ascii_upper(narrow_array(values))
    plain = pc.replace_substring_regex(plain, pattern=r"[ \t\r\n\f\v'`-]+", replacement="")
    return pc.replace_substring_regex(plain, pattern=_WHOLE_NUMBER, replacement=r"\1")


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> Any:
    return re2.compile(pattern)


def matching(values: pa.Array, pattern: str) -> np.ndarray:
    """Tell for each value whether it matches an RE2 pattern; a null does not."""
    if len(values) <= _FEW:  # Arrow compiles the pattern at every call
        search = _compiled(pattern).search
        return np.array([text is not None and search(text) is not None for text in values.to_pylist()], np.bool_)
    found = pc.fill_null(pc.match_substring_regex(values, pattern), False)
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)


def holding(values: pa.Array, pattern: str) -> Iterator[tuple[int, str]]:
    """Give the place and the text of every value that matches an RE2 pattern."""
    places = np.flatnonzero(matching(values, pattern))
    return zip(places.tolist(), values.take(pa.array(places)).to_pylist(), strict=True)


def keep(values: pa.Array, valid: np.ndarray) -> pa.Array:
    """Give the values where ``valid`` holds and null elsewhere."""
    return pc.if_else(pa.array(valid), values, pa.scalar(None, values.type))


def characters(values: pa.Array, width: int) -> np.ndarray:
    """Lay ASCII values of equal width out as a matrix of bytes: one row for each value, one column for each place."""
    if len(values) == 0:
        return np.empty((0, width), dtype=np.uint8)
    _, offsets, data = values.buffers()
    start = np.frombuffer(offsets, dtype=np.int32)[values.offset]
    return np.frombuffer(data, dtype=np.uint8, count=len(values) * width, offset=int(start)).reshape(-1, width)


def covered(text: str, head: int, tail: int) -> str:
    """Give the text with stars but for its head and tail; a text too short for that becomes stars entirely.

    >>> covered("13800138000", 3, 4), covered("123", 3, 4)
    ('138****8000', '***')
    """
    hidden = len(text) - head - tail
    if hidden < max(1, (head + tail) // 4):
        return "*" * len(text)
    return text[:head] + "*" * hidden + text[len(text) - tail :]

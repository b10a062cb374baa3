"""Texts as arrays of code points: full-width characters as ASCII, traditional Chinese as simplified, each in its place."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from headwater.identifiers import normal
from headwater.identifiers.simplified import simplified

Codes = npt.NDArray[np.uint32]
_OTHER = 1  # beyond the first plane: neither a letter nor a Chinese character of names


@cache
def _table() -> Codes:
    plain = "".join(map(chr, [*range(0xD800), *([_OTHER] * 0x800), *range(0xE000, 0x10000)]))
    return np.frombuffer(simplified(normal.narrow(plain)).encode("utf-32-le"), dtype=np.uint32).copy()


def folded(text: str) -> Codes:
    """Give the code points of a text; offsets are those of the text."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return _table()[np.where(codes > 0xFFFF, _OTHER, codes)]


def folded_array(values: pa.Array) -> tuple[Codes, npt.NDArray[np.int64]]:
    """Give the code points of all values, a line break after each, and where each begins (and one place more)."""
    texts = [text or "" for text in values.to_pylist()]
    starts = np.zeros(len(texts) + 1, dtype=np.int64)
    np.cumsum([len(text) + 1 for text in texts], out=starts[1:])
    return folded("\n".join([*texts, ""])), starts

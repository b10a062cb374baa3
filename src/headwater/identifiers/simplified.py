"""Traditional Chinese characters as simplified ones, so that a name is one name however it is written.

Character by character, from OpenCC's tables (Apache-2.0): every replacement keeps the length of the text. What simplified
Chinese writes too (GB 2312-80) stays as it is, as 乾 does in names: a text that is simplified already is never changed.

>>> simplified("張三豐，臺北市中山路１２號"), simplified("王乾")
('张三丰，台北市中山路１２号', '王乾')
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from opencc import OpenCC

from headwater.identifiers.code_points import gathered, laid_out

_FIRST, _LAST = 0x3400, 0x9FFF


def simplified(text: str) -> str:
    """Give the text with traditional characters as simplified ones, each in its place."""
    return text if text.isascii() else text.translate(_table())


def simplified_array(values: pa.Array) -> pa.Array:
    """Do :func:`simplified` for every value of a string array."""
    if pc.all(pc.string_is_ascii(values), min_count=0).as_py() is not False:
        return values
    codes, starts = laid_out(values, _plane())
    made = gathered(codes, starts[:-1], starts[1:] - 1)
    return pc.if_else(values.is_valid(), made, pa.scalar(None, pa.string())) if values.null_count else made


@cache
def _plane() -> npt.NDArray[np.uint32]:
    """What every character of the basic plane becomes."""
    plane = np.arange(1 << 16, dtype=np.uint32)
    for old, new in _table().items():
        plane[old] = ord(new)
    return plane


@cache
def _table() -> Mapping[int, str]:
    convert = OpenCC("t2s").convert
    pairs = ((code, convert(chr(code))) for code in range(_FIRST, _LAST + 1) if not _is_simplified(chr(code)))
    return {code: simple for code, simple in pairs if len(simple) == 1 and simple != chr(code)}


def _is_simplified(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True

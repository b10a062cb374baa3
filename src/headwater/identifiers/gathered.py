"""Stretches of a text of code points as an array of strings, written in one compiled pass."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from headwater.identifiers.compiled import compiled

Codes = npt.NDArray[np.uint32]
Places = npt.NDArray[np.int64]
_WIDEST = 4  # bytes of a character


def gathered(codes: Codes, start: Places, end: Places) -> pa.Array:
    """Give each stretch from ``start`` to ``end`` as a string; halves of surrogates, which UTF-8 has none of, become U+FFFD."""
    data = np.empty(int((end - start).sum()) * _WIDEST, np.uint8)
    offsets = np.zeros(len(start) + 1, np.int32)
    used = _write(codes, start, end, data, offsets)
    return pa.StringArray.from_buffers(len(start), pa.py_buffer(offsets), pa.py_buffer(data[:used]))


@compiled
def _write(
    codes: Codes, start: Places, end: Places, data: npt.NDArray[np.uint8], offsets: npt.NDArray[np.int32]
) -> int:
    used = 0
    for each in range(len(start)):
        for place in range(start[each], end[each]):
            c = np.int64(codes[place])
            if 0xD800 <= c <= 0xDFFF:
                c = np.int64(0xFFFD)
            if c < 0x80:
                data[used] = c
                used += 1
            elif c < 0x800:
                data[used], data[used + 1] = 0xC0 | c >> 6, 0x80 | c & 0x3F
                used += 2
            elif c < 0x10000:
                data[used], data[used + 1], data[used + 2] = 0xE0 | c >> 12, 0x80 | c >> 6 & 0x3F, 0x80 | c & 0x3F
                used += 3
            else:
                data[used], data[used + 1] = 0xF0 | c >> 18, 0x80 | c >> 12 & 0x3F
                data[used + 2], data[used + 3] = 0x80 | c >> 6 & 0x3F, 0x80 | c & 0x3F
                used += 4
        offsets[each + 1] = used
    return used

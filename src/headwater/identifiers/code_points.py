"""Arrays of strings as one text of code points, and stretches of that text as strings: one compiled pass each way."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers.compiled import compiled

Codes = npt.NDArray[np.uint32]
Places = npt.NDArray[np.int64]
_WIDEST = 4  # bytes of a character


def one_string(text: str) -> pa.Array:
    """Give a text as an array of one string; halves of surrogates pass, which no other way lets in."""
    data = text.encode("utf-8", "surrogatepass")
    return pa.StringArray.from_buffers(1, pa.py_buffer(np.array([0, len(data)], np.int32)), pa.py_buffer(data))


def laid_out(values: pa.Array, plane: Codes) -> tuple[Codes, Places]:
    """Give the code points of all values of a string array, a line feed after each but the last, and where each begins.

    ``plane`` says what every character of the basic plane becomes. The places have one more than there are values: where a further
    one would begin. A null is an empty value.
    """
    if values.null_count:
        values = pc.fill_null(values, "")  # what some programs leave behind a null is no value
    _, offsets, data = values.buffers()
    where = np.frombuffer(offsets, np.int32)[values.offset : values.offset + len(values) + 1]
    codes = np.empty(int(where[-1] - where[0]) + len(values), np.uint32)
    starts = np.zeros(len(values) + 1, np.int64)
    used = _read(np.frombuffer(data or b"", np.uint8), where, plane, codes, starts)
    return codes[: max(0, used - 1)], starts


@compiled
def _read(data: npt.NDArray[np.uint8], where: npt.NDArray[np.int32], plane: Codes, codes: Codes, starts: Places) -> int:
    used = 0
    for each in range(len(where) - 1):
        place, end = np.int64(where[each]), np.int64(where[each + 1])
        while place < end:
            c = np.int64(data[place])
            if c < 0x80:
                codes[used] = c
                place += 1
            elif c < 0xE0 and place + 1 < end:
                codes[used] = plane[(c & 0x1F) << 6 | (np.int64(data[place + 1]) & 0x3F)]
                place += 2
            elif c < 0xF0 and place + 2 < end:
                middle, tail = np.int64(data[place + 1]) & 0x3F, np.int64(data[place + 2]) & 0x3F
                codes[used] = plane[(c & 0x0F) << 12 | middle << 6 | tail]
                place += 3
            elif place + 3 < end:
                second, third = np.int64(data[place + 1]) & 0x3F, np.int64(data[place + 2]) & 0x3F
                codes[used] = (c & 0x07) << 18 | second << 12 | third << 6 | (np.int64(data[place + 3]) & 0x3F)
                place += 4
            else:  # torn: no string array holds such
                codes[used] = 0xFFFD
                place = end
            used += 1
        codes[used] = 10
        used += 1
        starts[each + 1] = used
    return used


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

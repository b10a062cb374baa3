"""Looks through the records of an old workbook (XLS) for sizes that its reader would take memory for without a second thought."""

from __future__ import annotations

import struct

from headwater.model.errors import UnreadableError

_ROWS, _COLUMNS = 65_536, 256
_CELLS = frozenset((*range(0x01, 0x08), 0xBD, 0xBE, 0xD6, 0xFD, *range(0x201, 0x207), 0x27E, 0x406))
_DIMENSIONS, _DIMENSIONS_LONG, _TEXTS = (0x00, 0x200), 14, 0xFC


def check_sizes(stream: bytes) -> None:
    """Look at every record.

    :raises UnreadableError: where a cell, a sheet or the list of texts lies beyond what an XLS can hold
    """
    at, size = 0, len(stream)
    while at + 4 <= size:
        kind, length = struct.unpack_from("<HH", stream, at)
        if length >= 4 and at + 4 + length <= size and not _is_sound(stream, kind, at + 4, length):
            raise UnreadableError("is no workbook, or a damaged one")
        at += 4 + length


def _is_sound(stream: bytes, kind: int, at: int, length: int) -> bool:
    if kind in _CELLS:
        return bool(struct.unpack_from("<HH", stream, at)[1] < _COLUMNS)
    if kind in _DIMENSIONS and length >= _DIMENSIONS_LONG:
        first, last, left, right = struct.unpack_from("<LLHH", stream, at)
        return bool(first <= _ROWS and last <= _ROWS and left <= _COLUMNS and right <= _COLUMNS)
    if kind in _DIMENSIONS and length >= _DIMENSIONS_LONG - 6:
        _, _, left, right = struct.unpack_from("<HHHH", stream, at)
        return bool(left <= _COLUMNS and right <= _COLUMNS)
    if kind == _TEXTS and length >= 8:
        return bool(struct.unpack_from("<LL", stream, at)[1] <= len(stream))
    return True

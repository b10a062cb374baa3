"""The compiled passes that lay the cells of a worksheet out as columns: the bytes of each column's texts one after another."""

from __future__ import annotations

from typing import Any

import numpy as np

from headwater.identifiers.compiled import compiled


@compiled
def placed(rows: Any, columns: Any, left: int, height: int, width: int) -> Any:
    """For each column and row which cell stands there, or -1; the last of several."""
    places = np.full((width, height), -1, np.int32)
    for n in range(rows.size):
        places[columns[n] - left, rows[n]] = n
    return places


@compiled
def lengths(places: Any, begins: Any, ends: Any) -> Any:
    """Where the texts of one column begin in a buffer that holds them one after another, and where the last ends."""
    offsets = np.zeros(places.size + 1, np.int64)
    for row in range(places.size):
        cell = places[row]
        offsets[row + 1] = offsets[row] + (ends[cell] - begins[cell] if cell >= 0 else 0)
    return offsets


@compiled
def gathered(places: Any, offsets: Any, sources: Any, begins: Any, sheet: Any, shared: Any, others: Any) -> Any:
    """The bytes of one column's texts; ``sources`` says of each cell in which of the three buffers it stands."""
    out = np.empty(offsets[places.size], np.uint8)
    for row in range(places.size):
        cell = places[row]
        if cell >= 0:
            at, begin = offsets[row], begins[cell]
            source = sheet if sources[cell] == 0 else shared if sources[cell] == 1 else others
            for n in range(offsets[row + 1] - at):
                out[at + n] = source[begin + n]
    return out

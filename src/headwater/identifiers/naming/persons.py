"""Chinese names of persons in free text, and the odds that the cells of a column are such names."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from headwater.identifiers.naming import lattice, tagging
from headwater.identifiers.naming.folded import Codes, folded_array
from headwater.identifiers.naming.lexicon import lexicon

TUNED = np.array([-9.25, -7.0, -7.5, -11.1, 1.75, 1.25, -0.8, 1.0], dtype=np.float32)
LEAST = 0.4
CANDIDATE = 0.05
CELLS = np.array([-1.8, -0.3, -5.0, -7.0, 0.0, 0.0, 0.0, 1.0], dtype=np.float32)


@cache
def tables() -> tuple[Any, ...]:
    """The tables in the order in which the compiled loops take them."""
    known = lexicon()
    words = (known.words, known.compound, known.left, known.right)
    return (*(part for table in words for part in (table.keys, table.values, table.shift)), known.characters)


def found(codes: Codes, least: float = LEAST) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """Give start and end of each name in a text (rows of two), and how sure it is."""
    return tagging.found(codes, *candidates(codes), least)


def candidates(codes: Codes) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """Give start and end of what can be a name by its characters and neighbours, and what share of the cuts hold it."""
    room = max(16, len(codes) // 2)
    places, sure = np.empty((room, 2), dtype=np.int64), np.empty(room, dtype=np.float32)
    count = lattice.persons(codes, tables(), TUNED, CANDIDATE, places, sure)
    return places[:count], sure[:count]


def cell_odds(values: pa.Array) -> npt.NDArray[np.float32]:
    """Give the log-odds that each cell is a Chinese name, against being words; -20 where it has not the shape."""
    codes, starts = folded_array(values)
    odds = np.empty(len(values), dtype=np.float32)
    ends = starts[1:] - 1
    lattice.cells(codes, np.column_stack([starts[:-1], ends]), tables(), CELLS, odds)
    return odds

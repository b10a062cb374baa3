"""A table of short Chinese words for compiled loops: open addressing over a rolling hash of code points.

The beginnings of words are in it too, so that a loop that grows a word knows when to stop.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from headwater.identifiers.compiled import compiled

PREFIX = np.float32(-1e9)
_FULL = 0.4


@dataclass(frozen=True, slots=True)
class Words:
    """The hashes of words and their beginnings, the value of each (``PREFIX`` for a mere beginning), and the shift."""

    keys: npt.NDArray[np.uint64]
    values: npt.NDArray[np.float32]
    shift: int


@compiled
def grown(state: np.uint64, code: np.uint32) -> np.uint64:
    """The hash of a word with one more character."""
    return (state ^ np.uint64(code)) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(0x632BE59BD9B4E019)


@compiled
def place_of(state: np.uint64, keys: npt.NDArray[np.uint64], shift: int) -> Any:
    """Where a hash stands in the table, or the free place where it would; the caller looks which."""
    place: Any = np.int64(state >> np.uint64(shift))
    while keys[place] != 0 and keys[place] != state:
        place += 1
        if place == len(keys):
            place = 0
    return place


def words_table(words: Sequence[str], values: npt.NDArray[np.float32]) -> Words:
    """Make the table of the words, each with its value."""
    codes = np.frombuffer("\0".join([*words, ""]).encode("utf-32-le"), dtype=np.uint32)
    letters = len(codes) - len(words)
    bits = max(8, int(np.ceil(np.log2(max(letters, 1) / _FULL))))
    keys, table = np.zeros(1 << bits, dtype=np.uint64), np.full(1 << bits, PREFIX, dtype=np.float32)
    _fill(codes, values.astype(np.float32), keys, table, 64 - bits)
    return Words(keys, table, 64 - bits)


@compiled
def _fill(
    codes: npt.NDArray[np.uint32],
    values: npt.NDArray[np.float32],
    keys: npt.NDArray[np.uint64],
    table: npt.NDArray[np.float32],
    shift: int,
) -> None:
    state, word, place = np.uint64(0), 0, -1
    for code in codes:
        if code == 0:
            if place >= 0:
                table[place] = values[word]
            state, word, place = np.uint64(0), word + 1, -1
            continue
        state = grown(state, code)
        place = place_of(state, keys, shift)
        keys[place] = state

"""Numbering distinct values and joining them into sets, for millions at once (hash table with open addressing; union by index)."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from headwater.identifiers.compiled import compiled

Marks = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.int32]
Ints = npt.NDArray[np.signedinteger[Any]]
_PART = 1 << 15  # values of a part: its table of twelve bytes each lies in a cache of the second level


def numbered(values: Marks) -> tuple[Numbers, int]:
    """Give each value the number of its first appearance (0-based) among the distinct ones, and how many there are.

    Values are dealt out by their bits first, so that the table of each part lies in the processor's cache. Memory: some 20 bytes a value.
    """
    numbers = np.empty(len(values), np.int32)
    parts = 1 << max(0, int(len(values) // _PART).bit_length())
    shift = 64 - parts.bit_length() + 1
    counts = np.zeros(parts + 1, np.int64)
    _count(values, shift, counts)
    ends = np.cumsum(counts)
    dealt, places = np.empty(len(values), np.uint64), np.empty(len(values), np.int32)
    _deal(values, shift, ends[:-1].copy(), dealt, places)
    size = 1 << max(4, int(counts.max(initial=0) * 3 // 2).bit_length())
    found = _number(dealt, places, ends, np.zeros(size, np.uint64), np.full(size, -1, np.int32), numbers)
    del dealt, places
    return numbers, _in_order_of_appearance(numbers, np.full(found, -1, np.int32))


def ends_of(ordered: Ints, values: Ints) -> npt.NDArray[np.int64]:
    """Give for each value where it stands, or would stand, among sorted ones; these are not copied whatever their width."""
    return np.searchsorted(ordered, values.astype(ordered.dtype))


def distinct(values: Ints) -> Ints:
    """The different values, sorted. NumPy's own way of telling them is many times slower on millions (seen with 2.4)."""
    ordered = np.sort(values)
    return ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))] if len(ordered) else ordered


@compiled
def _part(value: np.uint64, shift: int) -> np.int64:
    return np.int64((value * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(shift)) if shift < 64 else np.int64(0)


@compiled
def _count(values: Marks, shift: int, counts: Ints) -> None:
    """How many values each part has; ``counts[part + 1]``."""
    for place in range(len(values)):
        counts[_part(values[place], shift) + 1] += 1


@compiled
def _deal(values: Marks, shift: int, ends: Ints, dealt: Marks, places: Numbers) -> None:
    """Lay the values of each part side by side, in their order, with their places."""
    for place in range(len(values)):
        part = _part(values[place], shift)
        dealt[ends[part]], places[ends[part]] = values[place], place
        ends[part] += 1


@compiled
def _number(dealt: Marks, places: Numbers, ends: Ints, keys: Marks, held: Numbers, numbers: Numbers) -> int:
    """Number the values, part by part, in one table that is emptied between them."""
    count = 0
    for part in range(len(ends) - 1):
        size = 16
        while 2 * size < 3 * (ends[part + 1] - ends[part]):
            size *= 2
        mask = np.uint64(size - 1)
        held[:size] = -1
        for at in range(ends[part], ends[part + 1]):
            value = dealt[at]
            slot = (value ^ (value >> np.uint64(32))) & mask
            while held[slot] >= 0 and keys[slot] != value:
                slot = (slot + np.uint64(1)) & mask
            if held[slot] < 0:
                keys[slot], held[slot] = value, count
                count += 1
            numbers[places[at]] = held[slot]
    return count


@compiled
def _in_order_of_appearance(numbers: Numbers, renamed: Numbers) -> int:
    count = 0
    for place in range(len(numbers)):
        old = numbers[place]
        if renamed[old] < 0:
            renamed[old] = count
            count += 1
        numbers[place] = renamed[old]
    return count


@compiled
def root(parent: Numbers, node: int) -> int:
    """The least node of a set, as far as it was joined; the way there is halved."""
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node


@compiled
def join(parent: Numbers, a: int, b: int) -> None:
    """Make one set of the sets of two nodes."""
    a, b = root(parent, a), root(parent, b)
    if a < b:
        parent[b] = a
    elif b < a:
        parent[a] = b


@compiled
def mixed(a: np.uint64, b: np.uint64) -> np.uint64:
    """One mark of two in their order (a finaliser of MurmurHash3)."""
    x = (a * np.uint64(0x9E3779B97F4A7C15)) ^ (b + np.uint64(0x7F4A7C15) + (a << np.uint64(6)))
    x ^= x >> np.uint64(33)
    x *= np.uint64(0xFF51AFD7ED558CCD)
    x ^= x >> np.uint64(33)
    x *= np.uint64(0xC4CEB9FE1A85EC53)
    return x ^ (x >> np.uint64(33))

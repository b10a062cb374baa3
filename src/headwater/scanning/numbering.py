"""Numbering distinct values and joining them into sets, for millions at once (hash table with open addressing; union by index)."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from headwater.identifiers.compiled import compiled

Marks = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.int32]
Ints = npt.NDArray[np.signedinteger[Any]]


def numbered(values: Marks) -> tuple[Numbers, int]:
    """Give each value the number of its first appearance (0-based) among the distinct ones, and how many there are.

    Memory: some 24 bytes a value; one access at random for each.
    """
    size = 1 << max(4, int(len(values) * 3 // 2).bit_length())
    numbers = np.empty(len(values), np.int32)
    return numbers, _number(values, np.zeros(size, np.uint64), np.full(size, -1, np.int32), numbers)


def ends_of(ordered: Ints, values: Ints) -> npt.NDArray[np.int64]:
    """Give for each value where it stands, or would stand, among sorted ones; these are not copied whatever their width."""
    return np.searchsorted(ordered, values.astype(ordered.dtype))


def distinct(values: Ints) -> Ints:
    """The different values, sorted. NumPy's own way of telling them is many times slower on millions (seen with 2.4)."""
    ordered = np.sort(values)
    return ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))] if len(ordered) else ordered


@compiled
def _number(values: Marks, keys: Marks, held: Numbers, numbers: Numbers) -> int:
    mask = np.uint64(len(keys) - 1)
    count = 0
    for place in range(len(values)):
        value = values[place]
        slot = (value ^ (value >> np.uint64(32))) & mask
        while held[slot] >= 0 and keys[slot] != value:
            slot = (slot + np.uint64(1)) & mask
        if held[slot] < 0:
            keys[slot], held[slot] = value, count
            count += 1
        numbers[place] = held[slot]
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

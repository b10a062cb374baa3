"""Readings in order, by one sort of one number each: account, record and day packed into 63 bits.

A sort of whole numbers is the fastest that numpy has, and in place: a hundred million readings take two seconds and
eight bytes each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from headwater.attribution.threads import at_once, behind, cores
from headwater.identifiers.compiled import compiled

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
CHUNK = 1 << 22
"""So many pairs are worked on at a time: what is made for them on the way stays small."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """Distinct readings in order of account, record, day: those of account ``i`` lie from ``bounds[i]`` to the next bound.

    ``record`` in 32 bits and ``day`` in 16 (32 where there are as many): six bytes a reading.
    """

    bounds: Ints
    record: Ints
    day: Ints

    def kept(self, which: Bools) -> Ordered:
        """Some of them."""
        counts = np.array([np.count_nonzero(which[low:high]) for low, high in pairwise(self.bounds.tolist())], np.int64)
        return Ordered(np.concatenate([[0], np.cumsum(counts)]), self.record[which], self.day[which])

    def without(self, accounts: Bools) -> Ordered:
        """The same accounts, some of them without any reading."""
        return self.kept(~np.repeat(accounts, np.diff(self.bounds)))


def chunks(length: int) -> Iterator[slice]:
    """Slices of so many pairs at most, in order."""
    return (slice(low, min(low + CHUNK, length)) for low in range(0, length, CHUNK))


def packed(pieces: Iterable[pa.Table], size: int, first: int, days: int) -> tuple[tuple[str, ...], Ints, Ints]:
    """The accounts by name, one number for each row of ``account``, ``ordinal`` (of ``size``) and ``day``, in any order, and the
    rows of every day.

    ``first``: the first day, counted from 1970; ``days``: how many they are.
    """
    keys, held, codes, counts = np.zeros(0, np.int64), 0, dict[str, int](), np.zeros(days, np.int64)

    def take(piece: pa.Table) -> None:
        nonlocal held
        if held + len(piece) > len(keys):
            keys.resize(max(held + len(piece), held + held // 16), refcheck=False)  # grows in place
        code, ordinal = _numbered(piece["account"], codes), piece["ordinal"].to_numpy()
        _pack(
            code, ordinal, piece["day"].cast(pa.int32()).to_numpy(), size, first, keys[held : held + len(piece)], counts
        )
        held += len(piece)

    behind(take, pieces)
    keys.resize(held, refcheck=False)
    names = sorted(codes)
    place = np.empty(len(names), np.int64)
    place[[codes[name] for name in names]] = np.arange(len(names))
    at_once(lambda low, high: _renumbered(keys[low:high], place, size * days), parts(held))
    return tuple(names), keys, counts


@compiled
def _pack(code: Ints, ordinal: Ints, day: Ints, size: int, first: int, into: Ints, counts: Ints) -> None:
    days = len(counts)
    for i in range(len(into)):
        at = day[i] - first
        into[i] = (code[i] * size + ordinal[i]) * days + at
        counts[at] += 1


@compiled
def _renumbered(keys: Ints, place: Ints, each: int) -> None:
    for i in range(len(keys)):
        code = keys[i] // each
        keys[i] += (place[code] - code) * each


def parts(length: int) -> list[tuple[int, int]]:
    """A range in as many parts as cores can work on at once."""
    bounds = np.linspace(0, length, cores() + 1).astype(int).tolist()
    return list(pairwise(bounds))


def _numbered(texts: pa.ChunkedArray, codes: dict[str, int]) -> Ints:
    """The number of each text; texts that ``codes`` does not know get the next ones."""
    chunks = texts.dictionary_encode().unify_dictionaries().chunks
    if not chunks:
        return np.zeros(0, np.int64)
    own = [codes.setdefault(text, len(codes)) for text in chunks[0].dictionary.to_pylist()]
    return np.asarray(np.array(own, np.int64)[np.concatenate([chunk.indices.to_numpy() for chunk in chunks])])


def ordered(keys: Ints, size: int, days: int, accounts: int) -> Ordered:
    """Sort packed readings (in place), leave repeated ones out, and unpack them from behind: ``keys`` is used up on the way."""
    keys.sort()
    count = _distinct(keys)
    keys.resize(count, refcheck=False)
    record: Any = np.empty(count, np.int32)
    day: Any = np.empty(count, np.int16 if days < 1 << 15 else np.int32)
    bounds = np.searchsorted(keys, np.arange(accounts + 1) * (max(size, 1) * days))
    for part in reversed(list(chunks(count))):
        packed, into, on = keys[part], record[part], day[part]
        at_once(partial(_unpack, packed, max(size, 1), days, into, on), parts(len(packed)))
        del packed
        keys.resize(part.start, refcheck=False)
    return Ordered(bounds, record, day)


@compiled
def _unpack(keys: Ints, size: int, days: int, record: Ints, day: Ints, low: int, high: int) -> None:
    for i in range(low, high):
        pair = keys[i] // days
        day[i] = keys[i] - pair * days
        record[i] = pair % size


@compiled
def _distinct(keys: Ints) -> int:
    """Move the different ones of sorted numbers to the front; gives how many they are."""
    held = 0
    for i in range(len(keys)):
        if i == 0 or keys[i] != keys[i - 1]:
            keys[held] = keys[i]
            held += 1
    return held


def opens(record: Ints) -> Bools:
    """Which of one account's readings, in order, are the first of their record."""
    first = np.ones(len(record), bool)
    np.not_equal(record[1:], record[:-1], out=first[1:])
    return first


def counted(record: Ints, size: int) -> Ints:
    """How many readings there are of each of so many records."""
    counts = np.zeros(size, np.int64)
    for part in chunks(len(record)):
        counts += np.bincount(record[part], minlength=size)
    return counts


def by_record(record: Ints, size: int) -> Ints:
    """The places of all readings in order of record, then of place: sorted by some records at a time."""
    order: Any = np.empty(len(record), np.int64 if len(record) >= 1 << 31 else np.int32)
    held = 0
    for low, high in stretches(np.concatenate([[0], np.cumsum(counted(record, size))]), 4 * CHUNK):
        every = len(record) if (low, high) == (0, size) else None
        places = np.arange(every) if every is not None else np.flatnonzero((record >= low) & (record < high))
        keys = record[places].astype(np.int64) * len(record) + places
        keys.sort()
        order[held : held + len(keys)] = keys % len(record)
        held += len(keys)
    return np.asarray(order)


def stretches(bounds: Ints, most: int) -> Iterator[tuple[int, int]]:
    """Ranges of groups, each with so many members at most (or one group): group ``i`` has those from ``bounds[i]`` to the next."""
    low = 0
    while low < len(bounds) - 1:
        high = max(low + 1, int(np.searchsorted(bounds, bounds[low] + most, side="right")) - 1)
        yield low, high
        low = high


def shares(bounds: Ints, most: int) -> Iterator[tuple[int, int]]:
    """Ranges of groups, so many at most, with about as many members each: group ``i`` has those from ``bounds[i]`` to the next."""
    ends = np.searchsorted(bounds, np.linspace(bounds[0], bounds[-1], most + 1)[1:-1]).tolist()
    return ((low, high) for low, high in pairwise([0, *ends, len(bounds) - 1]) if low < high)

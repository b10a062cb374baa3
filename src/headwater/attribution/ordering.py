"""Readings in order, by one sort of one number each: account, record and day packed into 63 bits.

A sort of whole numbers is the fastest that numpy has, and in place: a hundred million readings take two seconds and
eight bytes each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Ints = npt.NDArray[np.int64]
CHUNK = 1 << 22
"""So many pairs are worked on at a time: what is made for them on the way stays small."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """Distinct readings in order of account, record, day, in numbers of 32 bits.

    ``before``: the day on which the account read the same record the time before, -1 for a first reading.
    """

    account: Ints
    record: Ints
    day: Ints
    before: Ints

    def kept(self, which: npt.NDArray[np.bool_]) -> Ordered:
        """Some of them: all readings of a record by an account, or none."""
        return Ordered(self.account[which], self.record[which], self.day[which], self.before[which])

    def later(self, days: int) -> Ordered:
        """The same, so many days later."""
        return replace(self, day=self.day + days, before=np.where(self.before < 0, -1, self.before + days))


def chunks(length: int) -> Iterator[slice]:
    """Slices of so many pairs at most, in order."""
    return (slice(low, min(low + CHUNK, length)) for low in range(0, length, CHUNK))


def packed(pieces: Iterable[pa.Table], size: int, first: int, days: int) -> Ints:
    """One number for each row of ``code`` (of an account), ``ordinal`` (of ``size``) and ``day``, in any order.

    ``first``: the first day, counted from 1970; ``days``: how many they are.
    """
    keys, held = np.zeros(0, np.int64), 0
    for piece in pieces:
        if held + len(piece) > len(keys):
            keys.resize(max(held + len(piece), held + held // 4), refcheck=False)  # grows in place
        code, ordinal = (piece[name].to_numpy().astype(np.int64) for name in ("code", "ordinal"))
        keys[held : held + len(piece)] = (code * size + ordinal) * days + (
            piece["day"].cast(pa.int32()).to_numpy() - first
        )
        held += len(piece)
    keys.resize(held, refcheck=False)
    return keys


def ordered(keys: Ints, size: int, days: int) -> Ordered:
    """Sort packed readings (in place), leave repeated ones out, and unpack them."""
    keys.sort()
    count = _distinct(keys)
    made: list[Any] = [np.empty(count, np.int32) for _name in range(4)]
    account, record, day, before = made
    for part in chunks(count):
        pair, days_of = np.divmod(keys[part], days)
        account[part], record[part] = np.divmod(pair, max(size, 1))
        day[part] = days_of
        last = (
            keys[max(part.start - 1, 0) : part.stop - 1]
            if part.start
            else np.concatenate([[-1], keys[: part.stop - 1]])
        )
        pair_before, day_before = np.divmod(last, days)
        before[part] = np.where(pair_before == pair, day_before, -1)
    return Ordered(*made)


def _distinct(keys: Ints) -> int:
    """Move the different ones of sorted numbers to the front; gives how many they are."""
    held = 0
    for part in chunks(len(keys)):
        own = keys[part]
        new = np.concatenate([own[:1] != keys[held - 1 : held] if held else [True], own[1:] != own[:-1]])
        own = own[new]
        keys[held : held + len(own)] = own
        held += len(own)
    return held


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

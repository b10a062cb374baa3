"""Which question may belong to which answer, and which request to which: pairs that share a party, a time and a name.

Time only proposes. A pair is looked at when both sides name something in common; those that name nothing (a picture, a
voice) are paired with their nearest neighbours in time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from headwater.network.orders.subjects import Named

Ints = npt.NDArray[np.int64]
NEAREST = 6
"""So many neighbours are looked at where nothing is named."""
BLOCK = 4_000_000
"""So many pairs are weighed by their times at once."""


@dataclass(frozen=True, slots=True, eq=False)
class Items:
    """Things to be paired: the party each belongs to (-1: none), its time, and what it names."""

    party: Ints
    time: Ints
    keys: Named


def by_name(left: Items, right: Items, low: int, high: int) -> pd.DataFrame:
    """Give pairs (``left``, ``right``) of one party that have an identifier or a part of one in common.

    The right one must lie between ``low`` and ``high`` microseconds after the left one.
    """
    one, two = _at(left), _at(right)
    size = 1 + max(int(side.token.max(initial=0)) for side in (one, two))
    mine, theirs = (side.party * size + side.token for side in (one, two))
    order, there = np.argsort(mine, kind="stable"), np.argsort(theirs, kind="stable")
    mine, theirs = mine[order], theirs[there]
    starts = np.searchsorted(theirs, mine, "left")
    counts = np.searchsorted(theirs, mine, "right") - starts
    del mine, theirs
    found = [np.zeros((2, 0), np.int64)]
    for begin, end in _blocks(counts):
        row = np.repeat(order[begin:end], counts[begin:end])
        within = np.arange(len(row)) - np.repeat(np.cumsum(counts[begin:end]) - counts[begin:end], counts[begin:end])
        at = there[np.repeat(starts[begin:end], counts[begin:end]) + within]
        gap = two.time[at] - one.time[row]
        near = (gap >= low) & (gap <= high)
        found.append(np.stack([row[near], at[near]]))
    row, at = np.concatenate(found, axis=1)
    first = np.lexsort((at, row))
    pairs = _pairs(one.item[row[first]], two.item[at[first]])
    return pairs.drop_duplicates(ignore_index=True)


@dataclass(frozen=True, slots=True, eq=False)
class _At:
    """The identifiers of items that have a party: one row for each."""

    party: Ints
    token: Ints
    time: Ints
    item: Ints


def _at(items: Items) -> _At:
    rows = items.keys.rows
    item = rows["item"].to_numpy(np.int64)
    held = items.party[item] >= 0
    item = item[held]
    return _At(items.party[item], rows["token"].to_numpy(np.int64)[held], items.time[item], item)


def _blocks(counts: Ints) -> Iterator[tuple[int, int]]:
    """Stretches of rows that have about so many pairs each, so that all of them never lie in memory."""
    ends = np.cumsum(counts)
    begin = 0
    while begin < len(counts):
        before = int(ends[begin - 1]) if begin else 0
        end = max(begin + 1, int(np.searchsorted(ends, before + BLOCK, "right")))
        yield begin, end
        begin = end


def by_time(left: Items, right: Items, chosen: Ints, low: int, high: int, *, nearest: int = NEAREST) -> pd.DataFrame:
    """Give pairs of each ``chosen`` left item with the next right ones of its party, from ``low`` to ``high`` after it."""
    order = np.lexsort((right.time, right.party))
    party, time = right.party[order], right.time[order]
    starts = _found(party, time, left.party[chosen], left.time[chosen] + low)
    ends = np.minimum(_found(party, time, left.party[chosen], left.time[chosen] + high + 1), starts + nearest)
    return _spread(chosen, order, starts, ends)


def by_time_before(
    left: Items, right: Items, chosen: Ints, low: int, high: int, *, nearest: int = NEAREST
) -> pd.DataFrame:
    """Give pairs of each ``chosen`` right item with the last left ones of its party before it."""
    order = np.lexsort((left.time, left.party))
    party, time = left.party[order], left.time[order]
    ends = _found(party, time, right.party[chosen], right.time[chosen] - low + 1)
    starts = np.maximum(_found(party, time, right.party[chosen], right.time[chosen] - high), ends - nearest)
    made = _spread(chosen, order, starts, np.maximum(ends, starts))
    return _pairs(made["right"].to_numpy(), made["left"].to_numpy())


def _found(party: Ints, time: Ints, wanted: Ints, moment: Ints) -> Ints:
    """The place of the first row of a party at or after a moment, in rows sorted by party and time."""
    low, high = np.searchsorted(party, wanted, "left"), np.searchsorted(party, wanted, "right")
    while (low < high).any():
        middle = (low + high) // 2
        earlier = (low < high) & (time[np.minimum(middle, len(time) - 1)] < moment)
        high = np.where((low < high) & ~earlier, middle, high)
        low = np.where(earlier, middle + 1, low)
    return low.astype(np.int64)


def _spread(chosen: Ints, order: Ints, starts: Ints, ends: Ints) -> pd.DataFrame:
    counts = np.maximum(ends - starts, 0)
    counts[starts >= len(order)] = 0
    one = np.repeat(chosen, counts)
    within = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
    return _pairs(one, order[np.repeat(starts, counts) + within])


def _pairs(left: Ints, right: Ints) -> pd.DataFrame:
    return pd.DataFrame({"left": left.astype(np.int64), "right": right.astype(np.int64)})

"""Which question may belong to which answer, and which request to which: pairs that share a party, a time and a name.

Time only proposes. A pair is looked at when both sides name something in common; those that name nothing (a picture, a
voice) are paired with their nearest neighbours in time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from headwater.network.orders.subjects import Named

Ints = npt.NDArray[np.int64]
NEAREST = 6
"""So many neighbours are looked at where nothing is named."""


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
    joined = one.merge(two, on=["party", "token"], suffixes=("_l", "_r"))
    gap = joined["time_r"].to_numpy() - joined["time_l"].to_numpy()
    joined = joined[(gap >= low) & (gap <= high)]
    pairs = joined[["item_l", "item_r"]].drop_duplicates().to_numpy(np.int64)
    return _pairs(pairs[:, 0], pairs[:, 1])


def _at(items: Items) -> pd.DataFrame:
    rows = items.keys.rows
    item = rows["item"].to_numpy()
    made = pd.DataFrame(
        {"party": items.party[item], "token": rows["token"].to_numpy(), "time": items.time[item], "item": item}
    )
    return made[made["party"] >= 0]


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

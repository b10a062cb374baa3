"""How many orders each person bought and sold, and who only buys."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from headwater.network.frames import Ints
from headwater.network.ranks.levels import Floats, Mask
from headwater.network.ranks.steps import among, distinct

_SLIPS = 0.05  # sales of this share of what was bought are taken for mistakes
_STRAY = 0.34  # and of this share, where what was sold is hardly ever what was bought
_SAME = 0.03


@dataclass(frozen=True, slots=True, eq=False)
class Turnover:
    """Orders of each person by confidence: ``sold``, ``bought``, ``passed`` (bought what he sold, for the same order).

    ``firm``: sum of squared confidences, in which many faint orders weigh little. ``onward`` tells of each step whether its
    seller asked further.
    """

    sold: Floats
    bought: Floats
    passed: Floats
    firm: Floats
    onward: Mask

    @property
    def buys_only(self) -> Mask:
        """Who buys and sells nothing on, but for a few sales that look like mistakes.

        Who sells what he bought is seen to do both for the same order; sales without purchases, beside purchases without sales, are
        hops that were laid to the wrong person.
        """
        few = self.sold <= _SLIPS * self.bought
        stray = (self.sold <= _STRAY * self.bought) & (self.passed <= _SAME * self.bought + 0.5)
        return (self.bought > 0) & (few | stray)


def turnover(steps: pd.DataFrame, count: int) -> Turnover:
    """Count what each of ``count`` people bought and sold."""
    order, buyer, seller = (steps[c].to_numpy(dtype=np.int64) for c in ("order", "buyer", "seller"))
    sure = steps["confidence"].to_numpy(dtype=np.float64)
    sold, sold_sure = _once(order * count + seller, sure)
    bought, bought_sure = _once(order * count + buyer, sure)
    both = among(sold, bought)
    passed = np.minimum(sold_sure[both], bought_sure[np.searchsorted(bought, sold[both])])
    return Turnover(
        sold=_sums(sold, sold_sure, count),
        bought=_sums(bought, bought_sure, count),
        passed=_sums(sold[both], passed, count),
        firm=_sums(sold, sold_sure**2, count) + _sums(bought, bought_sure**2, count),
        onward=among(order * count + seller, bought),
    )


def partners(one: Ints, other: Ints, count: int) -> tuple[Ints, Ints]:
    """Each pair of two people once."""
    pairs = distinct(one * count + other)
    return pairs // count, pairs % count


def _once(key: Ints, sure: Floats) -> tuple[Ints, Floats]:
    """The surest hop of each key, by key."""
    by = np.lexsort((-sure, key))
    key, sure = key[by], sure[by]
    first = np.concatenate([[True], key[1:] != key[:-1]]) if len(key) else np.zeros(0, dtype=bool)
    return key[first], sure[first]


def _sums(key: Ints, weight: Floats, count: int) -> Floats:
    return np.bincount(key % count, weight, count).astype(np.float64)

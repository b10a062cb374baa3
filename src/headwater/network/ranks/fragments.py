"""Sets of people without whom the market falls apart: greedy choice with swaps (Borgatti's KPP-neg, and orders cut)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from headwater.network.frames import Ints
from headwater.network.ranks.levels import Edges

Worth = Callable[[tuple[int, ...]], float]


class Fragmentation:
    """F = 1 - sum of s(s - 1) over the components that are left, by n(n - 1) of everybody who is left."""

    def __init__(self, edges: Edges) -> None:
        present = np.unique(np.concatenate([edges.low, edges.high]))
        place = np.zeros(edges.count, dtype=np.int64)
        place[present] = np.arange(len(present))
        self._low, self._high, self._place, self._count = place[edges.low], place[edges.high], place, len(present)

    def __call__(self, gone: tuple[int, ...]) -> float:
        """Fragmentation when these people of the graph are gone: 0 where all others still hang together, 1 where nobody does."""
        alive = np.ones(self._count, dtype=bool)
        alive[self._place[list(gone)]] = False
        left = int(alive.sum())
        if left < 2:
            return 1.0
        kept = alive[self._low] & alive[self._high]
        joined = csr_matrix((np.ones(int(kept.sum())), (self._low[kept], self._high[kept])), shape=(self._count,) * 2)
        sizes = np.bincount(connected_components(joined, directed=False)[1][alive]).astype(np.float64)
        return float(1 - (sizes * (sizes - 1)).sum() / (left * (left - 1)))


class OrdersCut:
    """How many answered orders lead through at least one of the people."""

    def __init__(self, order: Ints, person: Ints, orders: int) -> None:
        by = np.argsort(person, kind="stable")
        self._order, self._person, self._orders = order[by], person[by], orders

    def __call__(self, gone: tuple[int, ...]) -> float:
        """Answered orders that are broken without these people."""
        cut = np.zeros(self._orders, dtype=bool)
        for person in gone:
            first, last = np.searchsorted(self._person, [person, person + 1])
            cut[self._order[first:last]] = True
        return float(cut.sum())


def best_set(size: int, candidates: Sequence[int], worth: Worth, start: tuple[int, ...] = ()) -> tuple[int, ...]:
    """The set of that size that greedy choice from ``start`` and swaps while they help find; ties go to the earlier candidate."""
    chosen = start
    while len(chosen) < min(size, len(candidates)):
        rest = [c for c in candidates if c not in chosen]
        chosen = (*chosen, max(rest, key=lambda c: (worth((*chosen, c)), -candidates.index(c))))
    best, swapped = worth(chosen), True
    while swapped:
        swapped = False
        for place in range(len(chosen)):
            for other in candidates:
                trial = (*chosen[:place], other, *chosen[place + 1 :])
                value = worth(trial) if other not in chosen else best
                if value > best + 1e-12:
                    chosen, best, swapped = trial, value, True
    return chosen

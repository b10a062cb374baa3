"""Levels of a directed graph: how far up each person stands when every edge ought to lead one step up.

Levels by least squares are the trophic levels of MacKay, Johnson and Sansom (2020); incoherence F0 is 0 where every edge
climbs exactly one step and 1 where edges have no direction. Wrong or skipping edges pull squares together, so the levels
that most of the weight agrees on are found from there by reweighting (least absolute deviations).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import cg

from headwater.network.frames import Ints

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
_SLACK = 0.05  # deviations below count as none: keeps the weights finite


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """Edges from ``low`` up to ``high`` with positive weights, among ``count`` people; a pair stands once in each direction."""

    low: Ints
    high: Ints
    weight: Floats
    count: int

    def weighing(self, weight: Floats) -> Edges:
        """The same edges with other weights."""
        return Edges(self.low, self.high, weight, self.count)

    @property
    def into(self) -> Floats:
        """Weight of the edges that lead to each person."""
        return np.bincount(self.high, self.weight, self.count).astype(np.float64)

    @property
    def out(self) -> Floats:
        """Weight of the edges that leave each person."""
        return np.bincount(self.low, self.weight, self.count).astype(np.float64)


def components(edges: Edges) -> Ints:
    """Weak component of each person, numbered by its first person."""
    joined = csr_matrix((np.ones(len(edges.low)), (edges.low, edges.high)), shape=(edges.count, edges.count))
    return np.asarray(connected_components(joined, directed=False)[1], dtype=np.int64)


def level(edges: Edges, pinned: Mask, start: Floats | None = None, exact: float = 1e-9) -> Floats:
    """Levels by weighted least squares with the pinned people at 0; conjugate gradient.

    Each component needs somebody pinned; people without edges keep their start, else 0.
    """
    levels = np.zeros(edges.count) if start is None else start.copy()
    levels[pinned] = 0.0
    degree = edges.into + edges.out
    free = np.flatnonzero(~pinned & (degree > 0))
    if not len(free):
        return levels
    place = np.full(edges.count, -1, dtype=np.int64)
    place[free] = np.arange(len(free))
    inner = (place[edges.low] >= 0) & (place[edges.high] >= 0)
    rows, columns, weight = place[edges.low[inner]], place[edges.high[inner]], edges.weight[inner]
    across = csr_matrix((weight, (rows, columns)), shape=(len(free), len(free)))
    diagonal = csr_matrix((degree[free], (np.arange(len(free)), np.arange(len(free)))), shape=across.shape)
    scale = csr_matrix((1 / degree[free], (np.arange(len(free)), np.arange(len(free)))), shape=across.shape)
    climb = (edges.into - edges.out)[free]
    found, _ = cg(diagonal - across - across.T, climb, x0=levels[free], rtol=exact, maxiter=4000, M=scale)
    levels[free] = found
    return levels


def incoherence(edges: Edges, levels: Floats, component: Ints) -> Floats:
    """F0 of each component: mean squared miss of one step, by weight; 0 where there is no edge."""
    miss = edges.weight * (levels[edges.high] - levels[edges.low] - 1) ** 2
    size = int(component.max()) + 1 if len(component) else 0
    weight = np.bincount(component[edges.low], edges.weight, size)
    total = np.bincount(component[edges.low], miss, size)
    return np.divide(total, weight, out=np.zeros(size), where=weight > 0)


def agreed(edges: Edges, pinned: Mask, start: Floats, rounds: int = 15, exact: float = 1e-7) -> Floats:
    """Levels that most of the weight agrees on: least absolute deviations, by reweighting squares from ``start``."""
    levels = start
    for _ in range(rounds):
        miss = np.abs(levels[edges.high] - levels[edges.low] - 1)
        before = levels
        levels = level(edges.weighing(edges.weight / np.maximum(miss, _SLACK)), pinned, levels, exact)
        if float(np.abs(levels - before).max(initial=0.0)) < 1e-3:
            break
    return levels

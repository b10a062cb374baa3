"""How often claims of a probability were right, and what that bears out: a reliability curve that never falls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.stats import binomtest

from headwater.attribution.calibration.trying import Claim

BINS = (0.0, 0.5, 0.8, 0.9, 0.95, 0.985, 1.0)


@dataclass(frozen=True, slots=True)
class Bin:
    """Claims of a probability from ``start`` on: how many, what they said on average, how many were right (with Wilson's interval)."""

    start: float
    claims: int
    mean: float
    right: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Pool:
    """Neighbouring bins taken together: where they begin, their claims, how many were right."""

    start: float
    claims: int
    right: int

    @property
    def supported(self) -> float:
        """What the claims bear out: one more wrong and one more right are thought possible (Laplace's rule of succession)."""
        return (self.right + 1) / (self.claims + 2)


@dataclass(frozen=True, slots=True)
class Reliability:
    """Claims by bins of probability, in order."""

    bins: tuple[Bin, ...]

    @property
    def claims(self) -> int:
        """How many claims there are."""
        return sum(b.claims for b in self.bins)

    @property
    def right(self) -> int:
        """How many of them were right."""
        return sum(b.right for b in self.bins)

    @property
    def pools(self) -> tuple[Pool, ...]:
        """Bins that hold claims, joined wherever a larger probability would be borne out less than a smaller one.

        Isotonic regression by pooling adjacent violators (Ayer and others, "An empirical distribution function for sampling
        with incomplete information", 1955; for calibration Zadrozny and Elkan, KDD 2002).
        """
        made: list[Pool] = []
        for one in self.bins:
            if one.claims:
                made.append(Pool(one.start, one.claims, one.right))
            while len(made) > 1 and made[-1].supported < made[-2].supported:
                last, before = made.pop(), made.pop()
                made.append(Pool(before.start, before.claims + last.claims, before.right + last.right))
        return tuple(made)

    def supported(self, probability: float) -> float:
        """A probability, no larger than the claims bear out; as it is where there are none.

        A probability of which nothing was claimed is held to what was borne out of the next smaller one, or of the
        smallest.
        """
        pools = self.pools
        if not pools:
            return probability
        bound = next((p for p in reversed(pools) if p.start <= probability), pools[0])
        return min(probability, bound.supported)


def reliability(claims: Sequence[Claim]) -> Reliability:
    """Count claims by probability."""
    return Reliability(tuple(_bin(claims, low, high) for low, high in pairwise(BINS)))


def _bin(claims: Sequence[Claim], low: float, high: float) -> Bin:
    inside = [c for c in claims if low <= c.probability and (c.probability < high or high == 1.0)]
    right = sum(c.right for c in inside)
    if not inside:
        return Bin(low, 0, 0.0, 0, 0.0, 1.0)
    between = binomtest(right, len(inside)).proportion_ci(method="wilson")
    mean = float(np.mean([c.probability for c in inside]))
    return Bin(low, len(inside), mean, right, float(between.low), float(between.high))

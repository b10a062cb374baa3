"""What planted leaks say of the method: how often names were right, how many were missed, and the reliability curve."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from scipy.stats import binomtest

from headwater.attribution.calibration.plants import NULLS
from headwater.attribution.calibration.trying import Claim, Tried

BINS = (0.0, 0.5, 0.8, 0.9, 0.95, 0.985, 1.0)
OWN = (1, 15, 40, 100, 300, 10**9)
"""Bounds of the rows that a taker gave, for the table of what is needed."""


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
class Row:
    """Planted leaks of one sort: how many, their takers, takers named, leaks whose takers are exact, false names, mean overlap of days."""

    what: str
    leaks: int
    takers: int
    found: int
    exact: int
    false: int
    overlap: float | None


@dataclass(frozen=True, slots=True)
class Calibration:
    """The answer of ``headwater calibrate`` for one data set.

    ``brier``: mean squared distance between the probability of a claim and its truth (Brier, 1950). ``nulls``: leaks that nobody
    took, ``accused`` the false names on all of them.
    """

    dataset: str
    leaks: int
    nulls: int
    accused: int
    brier: float | None
    bins: tuple[Bin, ...]
    rows: tuple[Row, ...]

    def supported(self, probability: float) -> float:
        """A probability, no larger than planted leaks bear out: one more wrong claim in its bin is thought possible."""
        for one in self.bins:
            if one.start <= probability and (one is self.bins[-1] or probability < _above(self.bins, one)):
                return min(probability, (one.right + 1) / (one.claims + 2)) if one.claims else probability
        return probability


def _above(bins: Sequence[Bin], one: Bin) -> float:
    return bins[bins.index(one) + 1].start


def calibration(dataset: str, done: Sequence[Tried]) -> Calibration:
    """Sum planted leaks up."""
    claims = [c for t in done for c in t.claims]
    nobody = [t for t in done if not t.given]
    brier = float(np.mean([(c.probability - c.right) ** 2 for c in claims])) if claims else None
    bins = tuple(_bin(claims, low, high) for low, high in pairwise(BINS))
    return Calibration(dataset, len(done), len(nobody), sum(t.false for t in nobody), brier, bins, tuple(_rows(done)))


def _bin(claims: Sequence[Claim], low: float, high: float) -> Bin:
    inside = [c for c in claims if low <= c.probability and (c.probability < high or high == 1.0)]
    right = sum(c.right for c in inside)
    if not inside:
        return Bin(low, 0, 0.0, 0, 0.0, 1.0)
    between = binomtest(right, len(inside)).proportion_ci(method="wilson")
    return Bin(
        low,
        len(inside),
        float(np.mean([c.probability for c in inside])),
        right,
        float(between.low),
        float(between.high),
    )


def _rows(done: Sequence[Tried]) -> list[Row]:
    taken = [t for t in done if t.given]
    tests: list[tuple[str, Callable[[Tried], bool]]] = []
    for kind in sorted({t.kind for t in taken}):
        tests.append((f"way {kind}", lambda t, kind=kind: t.kind == kind))  # type: ignore[misc]
    for number in sorted({len(t.given) for t in taken}):
        tests.append((f"takers {number}", lambda t, number=number: len(t.given) == number))  # type: ignore[misc]
    for share in sorted({t.padding for t in taken}):
        tests.append((f"padding {share:.0%}", lambda t, share=share: t.padding == share))  # type: ignore[misc]
    for low, high in pairwise(OWN):
        what = f"rows of each {low}-{high - 1}" if high < OWN[-1] else f"rows of each {low}+"
        tests.append((what, lambda t, low=low, high=high: low <= min(t.given) < high))  # type: ignore[misc]
    made = [_row(what, [t for t in taken if test(t)]) for what, test in tests]
    return [*made, *(_row(f"nobody {kind}", [t for t in done if not t.given and t.kind == kind]) for kind in NULLS)]


def _row(what: str, some: Sequence[Tried]) -> Row:
    overlaps = [c.overlap for t in some for c in t.claims if c.overlap is not None]
    return Row(
        what,
        len(some),
        sum(len(t.given) for t in some),
        sum(t.found for t in some),
        sum(t.exact for t in some),
        sum(t.false for t in some),
        float(np.mean(overlaps)) if overlaps else None,
    )


def plain(told: Calibration) -> dict[str, Any]:
    """A calibration as JSON values."""
    return {
        **{name: getattr(told, name) for name in ("dataset", "leaks", "nulls", "accused", "brier")},
        "bins": [{name: getattr(b, name) for name in Bin.__slots__} for b in told.bins],
        "rows": [{name: getattr(r, name) for name in Row.__slots__} for r in told.rows],
    }


def told(state: dict[str, Any]) -> Calibration:
    """A calibration from its JSON values. Raises KeyError and TypeError for what is none."""
    return Calibration(
        **{name: state[name] for name in ("dataset", "leaks", "nulls", "accused", "brier")},
        bins=tuple(Bin(**b) for b in state["bins"]),
        rows=tuple(Row(**r) for r in state["rows"]),
    )

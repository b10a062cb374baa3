"""Whether probabilities mean what they say: of the claims at 80 %, eight in ten should be right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from headwater.evaluation.intervals import wilson
from headwater.evaluation.leaks import Said
from headwater.evaluation.scoring import Score

BINS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)
SURE = 0.8


@dataclass(frozen=True, slots=True)
class Bin:
    """Claims whose probability lies from ``start`` to below ``stop`` (the last bin holds 1 as well).

    ``claims`` of them, ``mean`` probability, ``right`` of them true, and the Wilson interval of that share.
    """

    start: float
    stop: float
    claims: int
    mean: float
    right: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class CalibrationRow:
    """All claims of one sort by one method. ``about`` as in :class:`~headwater.evaluation.leaks.Said`.

    ``brier``: mean squared distance between probability and outcome (0 best; 0.25 is a coin). ``gap``: mean distance between bin's
    mean and bin's share, weighted by claims. ``sure``: claims of 80 % and more, ``sure_right`` of them true, with interval.
    """

    method: str
    about: str
    claims: int
    right: int
    brier: float
    gap: float
    sure: int
    sure_right: int
    low: float
    high: float
    bins: tuple[Bin, ...]


def brier(said: Sequence[Said]) -> float:
    """Mean squared distance between probability and outcome (Brier, 1950)."""
    return sum((claim.probability - claim.right) ** 2 for claim in said) / len(said)


def reliability(said: Sequence[Said]) -> tuple[Bin, ...]:
    """The claims in bins of probability; empty bins are left out."""
    last = len(BINS) - 2
    held: dict[int, list[Said]] = defaultdict(list)
    for claim in said:
        held[min(last, sum(claim.probability >= edge for edge in BINS) - 1)].append(claim)
    return tuple(_bin(BINS[n], BINS[n + 1], held[n]) for n in sorted(held))


def calibration_rows(method: str, scores: Iterable[Score]) -> tuple[CalibrationRow, ...]:
    """One row for each sort of claim that one method made."""
    by_sort: dict[str, list[Said]] = defaultdict(list)
    for score in scores:
        for claim in score.said:
            by_sort[claim.about].append(claim)
    return tuple(_row(method, about, by_sort[about]) for about in sorted(by_sort))


def _bin(start: float, stop: float, said: Sequence[Said]) -> Bin:
    right = sum(claim.right for claim in said)
    mean = sum(sorted(claim.probability for claim in said)) / len(said)
    return Bin(start, stop, len(said), mean, right, *wilson(right, len(said)))


def _row(method: str, about: str, said: Sequence[Said]) -> CalibrationRow:
    bins = reliability(said)
    sure = [claim for claim in said if claim.probability >= SURE]
    sure_right = sum(claim.right for claim in sure)
    low, high = wilson(sure_right, len(sure))
    return CalibrationRow(
        method,
        about,
        claims=len(said),
        right=sum(claim.right for claim in said),
        brier=brier(said),
        gap=sum(b.claims * abs(b.mean - b.right / b.claims) for b in bins) / len(said),
        sure=len(sure),
        sure_right=sure_right,
        low=low,
        high=high,
        bins=bins,
    )

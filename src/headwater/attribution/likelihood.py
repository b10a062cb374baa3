"""How much better an account explains a leak than chance among records alike: an exact likelihood, stratum by stratum.

In a stratum of ``size`` records ``leaked`` ones are in the leak; of the ``read`` records that an account read, ``hits``
are. By chance every record of the stratum is as likely as any other, but for its weight (popularity, age). If the
account took them, what it read leaks with a further rate ``c`` (its coverage), the same in all strata, beside an unknown
rate ``b`` of the stratum (padding, other takers). ``b`` is fitted under both hypotheses, so that only where the leak lies
*within* its strata counts, and rows from elsewhere cost nothing: 40 leaked rows that all lie in the half of a book that
somebody read weigh 40 bits.

Counts are taken as Poisson: conservative where most of a stratum leaked. ``c`` is integrated over a log-uniform prior.
Compare Kulldorff, "A spatial scan statistic" (1997), which has one stratum and compares inside with outside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.special import xlogy

from headwater.attribution.histories import Background

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

COVERAGE = np.exp(np.linspace(np.log(2e-4), np.log(0.95), 18))
"""Coverages that are tried, equally likely: from one of 5,000 records read to nearly all of them."""
HABITS = np.array([1.0, 1.1, 1.2, 1.3])
"""So many times as often as others of their strata the records that an account reads may leak without a theft by it: people
choose what they read by more than segment, popularity and age. Only what exceeds that is evidence."""
CELLS = 1 << 21
"""So many counts (sets of records x strata) are held at a time."""


@dataclass(frozen=True, slots=True)
class Strata:
    """The strata of a leak: the kind of every record and its weight, how much weight each has, and how many of them leaked.

    Within a stratum a record leaks by chance as often as its ``weight`` says, compared with others. Records that are not
    ``live`` are outside the comparison: somebody who was named already explains them.
    """

    kinds: Ints
    weight: Floats
    live: npt.NDArray[np.bool_]
    leaked: npt.NDArray[np.bool_]
    size: Floats
    inside: Ints

    @classmethod
    def of(cls, background: Background, leaked: Ints, live: npt.NDArray[np.bool_]) -> Strata:
        """Count them for the ordinals of a leak."""
        kinds, weight = background.kinds, background.weight
        number = int(kinds.max(initial=0)) + 1
        mask = np.zeros(len(kinds), bool)
        mask[leaked] = True
        mask &= live
        size = np.asarray(np.bincount(kinds[live], weight[live], minlength=number), float)
        return cls(kinds, weight, live, mask, size, np.bincount(kinds[mask], minlength=number))

    def with_leaked(self, leaked: Ints) -> Strata:
        """The same strata with other records of them in the leak."""
        mask = np.zeros(len(self.kinds), bool)
        mask[leaked] = True
        return replace(self, leaked=mask)

    def bayes(self, read: Ints, hits: Ints | None = None) -> float:
        """The log Bayes factor (nats) of a set of records that an account read; ``hits``: which of them count as hits."""
        return float(self.bayes_each([read], None if hits is None else [hits])[0])

    def bayes_each(self, reads: Sequence[Ints], hits: Sequence[Ints] | None = None) -> Floats:
        """The log Bayes factors of several sets of records. All that leaked count as hits where ``hits`` is left out."""
        step = max(1, CELLS // len(self.size))
        parts = [
            self._bayes(reads[at : at + step], hits[at : at + step] if hits else None)
            for at in range(0, len(reads), step)
        ]
        return np.concatenate(parts) if parts else np.zeros(0)

    def _bayes(self, reads: Sequence[Ints], hits: Sequence[Ints] | None) -> Floats:
        n, mass, total = self._counted(reads, self.live)
        h, _mass, _total = self._counted(reads if hits is None else hits, self.leaked)
        inside, size = self.inside, self.size
        at = np.flatnonzero((n > 0) & (np.tile(inside, len(reads)) > 0))
        place, kind = at // len(size), at % len(size)
        ratios = np.zeros((len(COVERAGE), len(reads)))
        if len(at):
            told = log_ratios(h[at], n[at], inside[kind], size[kind], mass[at])
            firsts = np.flatnonzero(np.diff(place, prepend=-1))
            ratios[:, place[firsts]] = np.add.reduceat(told, firsts, axis=1)
            usual = np.add.reduceat(by_habit(h[at], inside[kind], size[kind], mass[at]), firsts, axis=1)
            ratios[:, place[firsts]] -= usual.max(axis=0)
        rest = total - np.bincount(place, n[at], len(reads))
        return log_mean(ratios - COVERAGE[:, None] * rest, axis=0)

    def _counted(self, sets: Sequence[Ints], among: npt.NDArray[np.bool_]) -> tuple[Ints, Floats, Ints]:
        """How many of each set's records, among these, are of each kind, what they weigh, and how many they are in all."""
        which = np.repeat(np.arange(len(sets)), [len(x) for x in sets])
        records = np.concatenate([*sets, np.zeros(0, np.int64)])
        keep = among[records]
        which, records = which[keep], records[keep]
        keys, cells = which * len(self.size) + self.kinds[records], len(sets) * len(self.size)
        counts = np.asarray(np.bincount(keys, minlength=cells), np.int64)
        mass = np.asarray(np.bincount(keys, self.weight[records], cells), float)
        return counts, mass, np.asarray(np.bincount(which, minlength=len(sets)), np.int64)


def log_ratios(hits: Ints, read: Ints, leaked: Ints, size: Floats, mass: Floats | None = None) -> Floats:
    """For each coverage (down) and stratum that holds leaked rows (across) the log likelihood ratio against chance, in nats.

    ``size`` is the weight of a stratum's records, ``mass`` the weight of those that were read (their number when left out).
    """
    mass = read.astype(float) if mass is None else mass
    h, n, total, s, m = (x.astype(float)[None, :] for x in (hits, read, leaked, size, mass))
    c, rest = COVERAGE[:, None] * n / m, total - h
    half = (total - s * c) / (2 * s)
    b = half + np.sqrt(half * half + rest * c / s)  # where the stratum's own rate is likeliest
    b = np.maximum(b, np.where(rest > 0, 1e-12, 0.0))
    chance = total / s
    told = xlogy(h, (c + b) / chance) + xlogy(rest, b / chance) - c * m - (b - chance) * s
    return np.asarray(told)


def by_habit(hits: Ints, leaked: Ints, size: Floats, mass: Floats) -> Floats:
    """The log likelihood ratio against chance if what one reads leaks somewhat more often without a theft (down: how much)."""
    h, total, s, m = (x.astype(float)[None, :] for x in (hits, leaked, size, mass))
    more = HABITS[:, None]
    return np.asarray(h * np.log(more) - total * np.log1p((more - 1) * m / s))


def log_mean(logarithms: Floats, axis: int = 0) -> Floats:
    """The logarithm of the mean of what these are the logarithms of; minus infinity where all are."""
    top = np.max(logarithms, axis=axis, keepdims=True)
    top = np.where(np.isfinite(top), top, 0.0)
    with np.errstate(divide="ignore"):
        mean = np.log(np.mean(np.exp(logarithms - top), axis=axis))
    return np.asarray(mean + np.squeeze(top, axis=axis))

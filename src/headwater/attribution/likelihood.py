"""How much better an account explains a leak than chance among records alike: an exact likelihood, stratum by stratum.

In a stratum of ``size`` records ``leaked`` ones are in the leak; of the ``read`` records that an account read, ``hits``
are. By chance every record of the stratum is as likely as any other. If the account took them, what it read leaks with a
further rate ``c`` (its coverage), the same in all strata, beside an unknown rate ``b`` of the stratum (padding, other
takers). ``b`` is fitted under both hypotheses, so that only where the leak lies *within* its strata counts, and rows from
elsewhere cost nothing: 40 leaked rows that all lie in the half of a book that somebody read weigh 40 bits.

Counts are taken as Poisson: conservative where most of a stratum leaked. ``c`` is integrated over a log-uniform prior.
Compare Kulldorff, "A spatial scan statistic" (1997), which has one stratum and compares inside with outside.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.special import xlogy

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

COVERAGE = np.exp(np.linspace(np.log(2e-4), np.log(0.95), 18))
"""Coverages that are tried, equally likely: from one of 5,000 records read to nearly all of them."""


@dataclass(frozen=True, slots=True)
class Strata:
    """The strata of a leak: the kind of every record, how many records each has, and how many of them leaked.

    Records that are not ``live`` are outside the comparison: somebody who was named already explains them.
    """

    kinds: Ints
    live: npt.NDArray[np.bool_]
    leaked: npt.NDArray[np.bool_]
    size: Ints
    inside: Ints

    @classmethod
    def of(cls, kinds: Ints, leaked: Ints, live: npt.NDArray[np.bool_]) -> Strata:
        """Count them for the ordinals of a leak."""
        number = int(kinds.max(initial=0)) + 1
        mask = np.zeros(len(kinds), bool)
        mask[leaked] = True
        mask &= live
        return cls(
            kinds, live, mask, np.bincount(kinds[live], minlength=number), np.bincount(kinds[mask], minlength=number)
        )

    def with_leaked(self, leaked: Ints) -> Strata:
        """The same strata with other records of them in the leak."""
        mask = np.zeros(len(self.kinds), bool)
        mask[leaked] = True
        return replace(self, leaked=mask)

    def bayes(self, read: Ints, hits: Ints | None = None) -> tuple[float, float]:
        """The log Bayes factor (nats) of a set of records that an account read, and its likeliest coverage.

        ``hits`` are those of them that count as hits; all that leaked when left out.
        """
        read = read[self.live[read]]
        hits = read[self.leaked[read]] if hits is None else hits[self.leaked[hits]]
        if len(hits) == 0:
            return 0.0, 0.0
        number = len(self.size)
        n, h = np.bincount(self.kinds[read], minlength=number), np.bincount(self.kinds[hits], minlength=number)
        at = np.flatnonzero((n > 0) & (self.inside > 0))
        ratios = log_ratios(h[at], n[at], self.inside[at], self.size[at])
        ratios -= COVERAGE * float(len(read) - n[at].sum())
        best = int(np.argmax(ratios))
        return log_mean(ratios), float(COVERAGE[best])


def log_ratios(hits: Ints, read: Ints, leaked: Ints, size: Ints) -> Floats:
    """For each coverage the log likelihood ratio against chance, in nats, summed over strata that hold leaked rows."""
    h, n, total, s = (x.astype(float)[None, :] for x in (hits, read, leaked, size))
    c, rest = COVERAGE[:, None], total - h
    half = (total - s * c) / (2 * s)
    b = half + np.sqrt(half * half + rest * c / s)  # where the stratum's own rate is likeliest
    b = np.maximum(b, np.where(rest > 0, 1e-12, 0.0))
    chance = total / s
    told = xlogy(h, (c + b) / chance) + xlogy(rest, b / chance) - c * n - (b - chance) * s
    return np.asarray(told.sum(axis=1))


def log_mean(logarithms: Floats) -> float:
    """The logarithm of the mean of what these are the logarithms of; minus infinity where all are."""
    top = float(np.max(logarithms))
    if not np.isfinite(top):
        return -np.inf
    return top + float(np.log(np.mean(np.exp(logarithms - top))))

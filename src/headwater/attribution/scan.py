"""The conditional scan: which account, in which window of days, read more of the leak than chance lets it.

For every account and window the hits h among the n records read are held against the number E that a leak of the same
make (same strata) would give by chance: ``LLR = n KL(h/n || E/n)``, one-sided (Kulldorff, "A spatial scan statistic",
1997). The best one is believed only when leaks drawn at random from the same strata never come near it: a
Monte-Carlo null of the maximum, so that the search itself is paid for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse, stats

from headwater.attribution.histories import Histories

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

LENGTHS = (1, 2, 4, 8, 15, 30, 60)
"""Lengths of windows in days; the whole history is tried as well."""
SMOOTHING = 0.5


@dataclass(frozen=True, slots=True)
class Peak:
    """The best window of an account: records read, hits, expectation and score in nats."""

    account: int
    start: int
    length: int
    read: float
    hits: float
    expected: float
    score: float


class Windows:
    """Sums over pairs for every (account, length, start), by differences and one cumulative sum."""

    def __init__(self, histories: Histories) -> None:
        self.h = histories
        self.lengths = (*(x for x in LENGTHS if x < histories.days), max(1, histories.days))
        self.shape = (len(histories.accounts), len(self.lengths), histories.days + 1)
        self.read = self.sums(np.arange(len(histories.day)), None)

    def sums(self, pairs: Ints, weights: Floats | None) -> Floats:
        """Per account, length and start the sum of weights of the distinct records read in that window."""
        accounts, _lengths, width = self.shape
        account, day, before = self.h.account[pairs], self.h.day[pairs], self.h.before[pairs]
        total = np.zeros(self.shape)
        for j, length in enumerate(self.lengths):
            low = np.maximum(np.maximum(before + 1, day - length + 1), 0)
            counts = np.bincount(account * width + low, weights, accounts * width)
            counts -= np.bincount(account * width + day + 1, weights, accounts * width)
            total[:, j, :] = np.cumsum(counts.reshape(accounts, width), axis=1)
        return total

    def counter(self, kinds: Ints) -> Callable[[Floats], Floats]:
        """``sums`` over all pairs for weights that depend on a record's kind alone: one weight for each kind.

        The differences by kind are counted once, as a sparse matrix; each further set of weights is one product.
        """
        accounts, _lengths, width = self.shape
        kind, places = kinds[self.h.record], np.arange(accounts * width)
        columns = int(kinds.max(initial=0)) + 1
        steps = []
        for length in self.lengths:
            low = np.maximum(np.maximum(self.h.before + 1, self.h.day - length + 1), 0)
            steps.append(_counted(self.h.account * width + low, kind, len(places), columns))
            steps[-1] -= _counted(self.h.account * width + self.h.day + 1, kind, len(places), columns)

        def weighed(weights: Floats) -> Floats:
            total = np.empty(self.shape)
            for j, step in enumerate(steps):
                total[:, j, :] = np.cumsum((step @ weights).reshape(accounts, width), axis=1)
            return total

        return weighed


class Strata:
    """The stratum of each record, with the windows' counts of them: made once for all that is held against them."""

    def __init__(self, windows: Windows, kinds: Ints) -> None:
        self.kinds, self.weighed = kinds, windows.counter(kinds)


def _counted(rows: Ints, columns: Ints, height: int, width: int) -> Any:
    """How often each (row, column) occurs, as a sparse matrix."""
    return sparse.coo_array((np.ones(len(rows)), (rows, columns)), shape=(height, width)).tocsr()


def kind_rates(histories: Histories, leaked: Ints, strata: Ints) -> Floats:
    """The chance of a record of each stratum to be in a leak of this make: smoothed share of it that leaked."""
    inside = np.bincount(strata[leaked], minlength=int(strata.max(initial=0)) + 1).astype(float)
    size = np.bincount(strata, minlength=len(inside)).astype(float)
    overall = len(leaked) / max(histories.size, 1)
    return np.asarray((inside + SMOOTHING * overall) / (size + SMOOTHING))


def rates(histories: Histories, leaked: Ints, strata: Ints) -> Floats:
    """The chance of each record to be in a leak of this make: smoothed share of its stratum that leaked."""
    return np.asarray(kind_rates(histories, leaked, strata)[strata])


def scores(read: Floats, hits: Floats, expected: Floats) -> Floats:
    """One-sided log likelihood ratios in nats; zero where there are no more hits than expected."""
    result = np.zeros_like(read)
    more = (hits > expected) & (hits >= 3)
    n, h, e = read[more], hits[more], np.maximum(expected[more], 1e-9)
    e = np.minimum(e, n * (1 - 1e-9))
    with np.errstate(divide="ignore", invalid="ignore"):
        rest = np.where(h < n, (n - h) * np.log((n - h) / (n - e)), 0.0)
    result[more] = h * np.log(h / e) + rest
    return result


class Scan:
    """One leak over the histories: scores of the real leak, and of leaks drawn from the same strata."""

    def __init__(self, windows: Windows, leaked: Ints, strata: Strata, allowed: npt.NDArray[np.bool_]) -> None:
        self.windows, self.h = windows, windows.h
        self.strata, self._weighed = strata.kinds, strata.weighed
        self.leaked, self.allowed = leaked, allowed
        self.rate = rates(self.h, leaked, self.strata)
        self.expected = self._expected(leaked)
        self._by_record = np.argsort(self.h.record, kind="stable")
        self._starts = np.searchsorted(self.h.record[self._by_record], np.arange(self.h.size + 1))

    def pairs_of(self, records: Ints) -> Ints:
        """The pairs that read any of these records."""
        starts = self._starts[records]
        lengths = self._starts[records + 1] - starts
        offsets = np.arange(int(lengths.sum())) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        return np.asarray(self._by_record[np.repeat(starts, lengths) + offsets])

    def hits(self, records: Ints) -> Floats:
        """Hits of a set of records per account, length and start."""
        return self.windows.sums(self.pairs_of(records), None)

    def real(self, valid_from: Floats, valid_to: Floats) -> tuple[Floats, Floats]:
        """Hits and scores of the leak; a reading counts only on a day on which the leaked values were current.

        ``valid_from`` and ``valid_to`` are per record, in days of the histories; infinite where nothing is known.
        """
        pairs = self.pairs_of(self.leaked)
        record, day = self.h.record[pairs], self.h.day[pairs]
        current = (day >= valid_from[record] - 1) & (day <= valid_to[record] + 1)
        hits = self.windows.sums(pairs, current.astype(float))
        return hits, self._masked(scores(self.windows.read, hits, self.expected))

    def null(self, draws: int, seed: int) -> Floats:
        """The largest score of each of so many leaks drawn at random within the strata of this one."""
        rng = np.random.default_rng(seed)
        members = np.argsort(self.strata, kind="stable")
        bounds = np.searchsorted(self.strata[members], np.arange(int(self.strata.max(initial=0)) + 2))
        counts = np.bincount(self.strata[self.leaked], minlength=len(bounds) - 1)
        largest = np.zeros(draws)
        for b in range(draws):
            drawn = [
                members[bounds[s] + rng.choice(bounds[s + 1] - bounds[s], counts[s], replace=False)]
                for s in np.flatnonzero(counts)
            ]
            hits = self.hits(np.concatenate(drawn)) if drawn else np.zeros_like(self.expected)
            largest[b] = self._masked(scores(self.windows.read, hits, self.expected)).max(initial=0.0)
        return largest

    def shifted(self, draws: int, seed: int) -> Floats:
        """The largest score of each of so many copies of this leak, moved along the data set's own order.

        A leak, or what is left of one, may be one stretch of keys: whoever once read a stretch there would look guilty
        if its rows were taken for independent. Moving the whole pattern keeps its stretches, and loses the taker.
        """
        rng = np.random.default_rng(seed)
        largest = np.zeros(draws)
        for b, offset in enumerate(rng.integers(1, max(2, self.h.size), draws)):
            moved = np.sort((self.leaked + offset) % self.h.size)
            expected = self._expected(moved)  # the moved leak has other strata, so other expectations
            largest[b] = self._masked(scores(self.windows.read, self.hits(moved), expected)).max(initial=0.0)
        return largest

    def _expected(self, leaked: Ints) -> Floats:
        """What chance lets each window hit of a leak of these strata."""
        return self._weighed(kind_rates(self.h, leaked, self.strata))

    def peak(self, hits: Floats, score: Floats) -> Peak | None:
        """The best (account, window); among equals the shortest and earliest."""
        if score.size == 0 or score.max() <= 0:
            return None
        account, j, start = np.unravel_index(int(np.argmax(score)), score.shape)
        at = (account, j, start)
        return Peak(
            int(account),
            int(start),
            self.windows.lengths[int(j)],
            float(self.windows.read[at]),
            float(hits[at]),
            float(self.expected[at]),
            float(score[at]),
        )

    def _masked(self, score: Floats) -> Floats:
        score[~self.allowed] = 0.0
        return score


LONG = 20
"""A stretch of a leak spans so many records at least before its ends say anything."""
NEIGHBOURS = 3
"""Records so near each other in the data set's order belong to one stretch."""


def stretch_score(leaked: Ints, read: Ints, strata: Ints) -> float:
    """The score of a window with every stretch of the leak as one witness, in nats.

    A stretch counts as read when most of its rows were; chance reads one with the share that the account has of the
    leak's strata.
    """
    ordered = np.sort(leaked)
    stretch = np.concatenate([[0], np.cumsum(np.diff(ordered) > NEIGHBOURS)])
    hit = np.isin(ordered, read)
    most = np.bincount(stretch, hit) > 0.5 * np.bincount(stretch)
    kinds = int(strata.max()) + 1
    share = np.bincount(strata[read], minlength=kinds) / np.maximum(np.bincount(strata, minlength=kinds), 1)
    n, h = float(len(most)), float(np.count_nonzero(most))
    expected = n * float(np.clip(share[strata[ordered]].mean(), 1e-6, 1 - 1e-6))
    if h <= expected:
        return 0.0
    rest = (n - h) * np.log((n - h) / (n - expected)) if h < n else 0.0
    return float(h * np.log(h / expected) + rest)


def edges_p(leaked: Ints, ends: Ints, size: int) -> float:
    """The p-value of a leak's long stretches beginning and ending where statements did (binomial).

    ``ends`` are the first and last records of what an account's statements returned. Whoever merely reads a lot covers
    a stretch, but does not cut it at the same records.
    """
    ordered = np.sort(leaked)
    cuts = np.flatnonzero(np.diff(ordered) > NEIGHBOURS)
    starts = ordered[np.concatenate([[0], cuts + 1])]
    stops = ordered[np.concatenate([cuts, [len(ordered) - 1]])]
    long = stops - starts >= LONG
    edges = np.concatenate([starts[long], stops[long]])
    if len(edges) < 4 or len(ends) == 0:
        return 1.0
    near = np.unique(np.concatenate([ends + d for d in range(-NEIGHBOURS, NEIGHBOURS + 1)]))
    share = min(1.0, len(near) / max(size, 1))
    return float(stats.binom.sf(np.count_nonzero(np.isin(edges, near)) - 1, len(edges), share))


def gumbel_p(null: Floats, score: float) -> float:
    """p-value of a maximum against null maxima: by rank, continued by a Gumbel tail fitted by moments."""
    by_rank = (1 + float(np.count_nonzero(null >= score))) / (len(null) + 1)
    if by_rank > 1.5 / (len(null) + 1):
        return by_rank
    scale = max(float(np.std(null)) * np.sqrt(6) / np.pi, 0.25)
    middle = float(np.mean(null)) - 0.5772 * scale
    return float(min(by_rank, -np.expm1(-np.exp(-(score - middle) / scale))))

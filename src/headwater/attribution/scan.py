"""The conditional scan: which account, in which window of days, read more of the leak than chance lets it.

Two steps. A cheap score of every account and window picks candidates: hits against the number that a leak of the same
make (same strata) would give by chance (Kulldorff, "A spatial scan statistic", 1997), within the account's main segment
held against all rows of the leak from there. The candidates are then weighed by the exact likelihood
(:mod:`~headwater.attribution.likelihood`). The best one is believed only when leaks drawn at random from the same
strata never come near it: a Monte-Carlo null of the maximum of both steps, so that the search itself is paid for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import numpy as np
import numpy.typing as npt
from scipy.special import xlogy

from headwater.attribution.chances import drawn
from headwater.attribution.histories import Histories
from headwater.attribution.likelihood import Strata, log_mean
from headwater.attribution.ordering import CHUNK, by_record, chunks, counted, stretches

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

LENGTHS = (1, 2, 4, 8, 15, 30, 60)
"""Lengths of windows in days; the whole history is tried as well."""
SMOOTHING = 0.5
LEAST_HITS = 3
"""Fewer hits are no score."""
CANDIDATES, EACH = 24, 3
"""So many accounts are weighed exactly, each with its best windows of so many lengths."""
AT_A_TIME = 32
"""So many windows of one account are weighed together."""


@dataclass(frozen=True, slots=True)
class Peak:
    """A window of an account, with its log Bayes factor against chance in nats."""

    account: int
    start: int
    length: int
    score: float


class Windows:
    """Sums over pairs for every (account, length, start), by differences and one cumulative sum."""

    def __init__(self, histories: Histories) -> None:
        self.h = h = histories
        self.lengths = (*(x for x in LENGTHS if x < h.days), max(1, h.days))
        self.shape = (len(h.accounts), len(self.lengths), h.days + 1)
        self.first = np.searchsorted(h.account, np.arange(len(h.accounts) + 1))
        self.by_record = by_record(h.record, h.size)
        self.of_record = np.concatenate([[0], np.cumsum(counted(h.record, h.size))])
        self.main = _main_segment(h, self.first)
        """The segment from which each account reads most."""
        self.own = np.concatenate(
            [np.zeros(0, bool), *(h.segment[h.record[p]] == self.main[h.account[p]] for p in chunks(len(h.record)))]
        )
        """Which pairs read a record of the account's main segment."""

    def sums(self, pairs: Ints, weights: Floats | None, among: Ints | None = None) -> Floats:
        """Per account, length and start the sum of weights of the distinct records read in that window.

        ``among``: the accounts (sorted) that are asked for, to which all pairs must belong; all when left out.
        What was read on the window's days, less what of it is there for the second time.
        """
        accounts, lengths, width = self.shape
        account = self.h.account[pairs]
        if among is not None:
            place, accounts = np.zeros(accounts, np.int64), len(among)
            place[among] = np.arange(accounts)
            account = place[account]
        at = account.astype(np.int64) * width
        day, before = self.h.day[pairs], self.h.before[pairs]
        daily = np.bincount(at + day, weights, accounts * width).reshape(accounts, width)
        reached = np.concatenate([np.zeros((accounts, 1)), np.cumsum(daily, axis=1)], axis=1)
        again = np.flatnonzero(before >= 0)
        at, day, before = at[again], day[again], before[again]
        weights = None if weights is None else weights[again]
        total = np.zeros((accounts, lengths, width))
        for j, length in enumerate(self.lengths):
            ends = np.minimum(np.arange(width) + length, width)
            total[:, j] = reached[:, ends] - reached[:, :-1]
            near = day - before < length
            if near.any():
                own, low = None if weights is None else weights[near], np.maximum(day[near] - length + 1, 0)
                twice = np.bincount(at[near] + low, own, accounts * width).astype(float)
                twice -= np.bincount(at[near] + before[near] + 1, own, accounts * width)
                total[:, j] -= np.cumsum(twice.reshape(accounts, width), axis=1)
        return total

    def pairs_of(self, records: Ints) -> Ints:
        """The pairs that read any of these records."""
        starts = self.of_record[records]
        lengths = self.of_record[records + 1] - starts
        offsets = np.arange(int(lengths.sum())) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        return np.asarray(self.by_record[np.repeat(starts, lengths) + offsets])

    def pairs_in(self, account: int, start: int, length: int) -> Ints:
        """The pairs of an account in a window of days."""
        low, high = self.first[account], self.first[account + 1]
        day = self.h.day[low:high]
        return np.asarray(low + np.flatnonzero((day >= start) & (day < start + length)))

    def read_in(self, account: int, start: int, length: int) -> Ints:
        """The distinct records that an account read in a window of days."""
        pairs = self.pairs_in(account, start, length)
        return np.asarray(self.h.record[pairs[self.h.before[pairs] < start]])

    def ever_read(self, account: int) -> Ints:
        """All distinct records that an account ever read."""
        return self.read_in(account, 0, self.h.days)


def _main_segment(h: Histories, first: Ints) -> Ints:
    main = np.zeros(len(h.accounts), np.int64)
    for account in range(len(main)):
        own = slice(first[account], first[account + 1])
        kinds, counts = np.unique(h.segment[h.record[own][h.before[own] < 0]], return_counts=True)
        if len(kinds):
            main[account] = kinds[len(kinds) - 1 - np.argmax(counts[::-1])]
    return main


def excess(hits: Floats, expected: Floats, total: Floats | None = None) -> Floats:
    """One-sided log likelihood ratios (nats) of hits against what chance lets expect; zero where there are no more.

    Poisson; with ``total``, of which the hits are a part, binomial.
    """
    result = np.zeros_like(expected)
    more = hits > np.maximum(expected, 0)
    h, e = hits[more], np.maximum(expected[more], 1e-9)
    if total is None:
        result[more] = h * np.log(h / e) - (h - e)
        return result
    n = np.broadcast_to(total, expected.shape)[more]
    e = np.minimum(e, n * (1 - 1e-9))
    result[more] = h * np.log(h / e) + xlogy(n - h, np.maximum(n - h, 0) / (n - e))
    return result


@dataclass(frozen=True, slots=True)
class Weighing:
    """One leak's strata, and when its values were current, for weighing windows exactly.

    ``valid_from`` and ``valid_to`` are per record, in days of the histories: a reading counts only on a day on which the
    leaked values were current; infinite where nothing is known.
    """

    windows: Windows
    strata: Strata
    valid_from: Floats
    valid_to: Floats

    def weigh(self, account: int, start: int, length: int) -> float:
        """The log Bayes factor of what an account read in a window; minus infinity where it hit nothing."""
        return float(self.weigh_each([(account, start, length)])[0])

    def weigh_each(self, found: Sequence[tuple[int, int, int]]) -> Floats:
        """The log Bayes factors of several windows: account, start, length."""
        evidence = [self.evidence(*window) for window in found]
        some = np.array([len(hits) > 0 for _read, hits in evidence], bool)
        told = np.full(len(found), -np.inf)
        told[some] = self.strata.bayes_each(*zip(*(e for e in evidence if len(e[1])), strict=True)) if some.any() else 0
        return told

    def evidence(self, account: int, start: int, length: int) -> tuple[Ints, Ints]:
        """The distinct records read in a window, and those of them that are hits."""
        pairs, h = self.windows.pairs_in(account, start, length), self.windows.h
        current = pairs[self.strata.leaked[h.record[pairs]]]
        return h.record[pairs[h.before[pairs] < start]], np.unique(h.record[self.current(current)])

    def current(self, pairs: Ints) -> Ints:
        """Those pairs that read a record while its leaked values were current."""
        record, day = self.windows.h.record[pairs], self.windows.h.day[pairs]
        return np.asarray(pairs[(day >= self.valid_from[record] - 1) & (day <= self.valid_to[record] + 1)])

    def best(self, account: int) -> float:
        """The largest log Bayes factor of an account over windows that begin every half of their length."""
        days = self.windows.h.days
        windows = (
            (account, start, length)
            for length in self.windows.lengths
            for start in range(0, max(1, days - length + 1), max(1, length // 2))
        )
        return float(self._weighed(windows).max(initial=0.0))

    def averaged(self, account: int) -> float:
        """The log Bayes factor of an account over all its windows: any length is as likely, and any day to begin."""
        days, told = self.windows.h.days, []
        for length in self.windows.lengths:
            starts = range(max(1, days - length + 1))
            told.append(log_mean(self._weighed((account, start, length) for start in starts)))
        return float(log_mean(np.array(told)))

    def _weighed(self, windows: Iterable[tuple[int, int, int]]) -> Floats:
        """The log Bayes factors of many windows, some at a time: all their records together would be many times the history."""
        left = iter(windows)
        parts = []
        while some := list(islice(left, AT_A_TIME)):
            parts.append(self.weigh_each(some))
        return np.concatenate(parts)


class Scan:
    """One leak over the histories: the best windows of the real leak, and of leaks drawn from the same strata.

    Accounts that are not ``allowed`` are passed over.
    """

    def __init__(self, weighing: Weighing, allowed: npt.NDArray[np.bool_]) -> None:
        self.weighing, self.allowed = weighing, allowed
        self.windows, self.strata = weighing.windows, weighing.strata
        self.h = self.windows.h
        self.leaked = np.flatnonzero(self.strata.leaked)
        self.expected = self._expected(rates(self.strata))
        self._nulls: dict[tuple[int, int], Floats] = {}

    def _expected(self, rate: Floats) -> tuple[Floats, Floats]:
        """How many hits chance lets expect in every window, of the account's main segment and of others; by some accounts at a time."""
        windows, told = self.windows, (np.zeros(self.windows.shape), np.zeros(self.windows.shape))
        for low, high in stretches(windows.first, CHUNK):
            pairs = np.arange(windows.first[low], windows.first[high])
            among = np.arange(low, high)
            for own, total in zip((True, False), told, strict=True):
                part = pairs[windows.own[pairs] == own]
                total[low:high] = windows.sums(part, rate[self.h.record[part]], among)
        return told

    def _total(self, leaked: Ints) -> Floats:
        """How many leaked rows are of each account's main segment, as a column for all its windows."""
        inside = np.bincount(self.h.segment[leaked], minlength=int(self.h.segment.max(initial=0)) + 1)
        return np.asarray(inside[self.windows.main].astype(float)[:, None, None])

    def score(self, leaked: Ints, pairs: Ints) -> tuple[Ints, Floats]:
        """The cheap score of a leak whose hits are these pairs: which accounts have some, and of each every length and start."""
        seen = np.bincount(self.h.account[pairs], minlength=len(self.h.accounts))
        fit = (seen >= LEAST_HITS) & self.allowed
        among, pairs = np.flatnonzero(fit), pairs[fit[self.h.account[pairs]]]
        mine = self.windows.own[pairs]
        own, other = (self.windows.sums(pairs[part], None, among) for part in (mine, ~mine))
        told = excess(own, self.expected[0][among], self._total(leaked)[among]) + excess(other, self.expected[1][among])
        told[own + other < LEAST_HITS] = 0.0
        return among, told

    def peaks(self) -> list[Peak]:
        """The candidates of the real leak, weighed exactly, best first; of equals the shortest and earliest."""
        windows = self._candidates(self.leaked, self.weighing.current(self.windows.pairs_of(self.leaked)))
        found = [
            Peak(*window, float(score))
            for window, score in zip(windows, self.weighing.weigh_each(windows), strict=True)
        ]
        return sorted(found, key=lambda p: (-p.score, p.length, p.start, p.account))

    def _candidates(self, leaked: Ints, pairs: Ints) -> list[tuple[int, int, int]]:
        """The best windows of the accounts with the largest cheap scores: account, start, length."""
        among, score = self.score(leaked, pairs)
        if len(among) == 0:
            return []
        best = score.max(axis=2)
        top = np.argsort(-best.max(axis=1), kind="stable")[:CANDIDATES]
        made = []
        for place in top[best[top].max(axis=1) > 0].tolist():
            for j in np.argsort(-best[place], kind="stable")[:EACH].tolist():
                if best[place, j] > 0:
                    made.append((int(among[place]), int(np.argmax(score[place, j])), self.windows.lengths[j]))
        return made

    def null(self, draws: int, seed: int) -> Floats:
        """The largest log Bayes factor for each of so many leaks drawn at random within the strata of this one."""
        if (draws, seed) not in self._nulls:
            self._nulls[draws, seed] = self._null(draws, np.random.default_rng(seed))
        return self._nulls[draws, seed]

    def _null(self, draws: int, rng: np.random.Generator) -> Floats:
        members, bounds, weight = self._members
        leaks = (members[drawn(rng, bounds, weight, self.strata.inside)] for _ in range(draws))
        return np.array([self._largest(self.strata.with_leaked(leaked)) for leaked in leaks])

    @cached_property
    def _members(self) -> tuple[Ints, Ints, Floats]:
        """The live records by stratum, where each stratum begins, and what each weighs."""
        kinds = np.where(self.strata.live, self.strata.kinds, len(self.strata.size))
        members = np.argsort(kinds, kind="stable")
        bounds = np.searchsorted(kinds[members], np.arange(len(self.strata.size) + 1))
        return members, bounds, self.strata.weight[members]

    def _largest(self, strata: Strata) -> float:
        """The largest log Bayes factor of a leak that nobody here took."""
        leaked = np.flatnonzero(strata.leaked)
        windows = self._candidates(leaked, self.windows.pairs_of(leaked))
        return float(strata.bayes_each([self.windows.read_in(*window) for window in windows]).max(initial=0.0))

    def shifted(self, draws: int, seed: int) -> Floats:
        """The largest log Bayes factor for each of so many copies of this leak, moved along the data set's own order.

        A leak, or what is left of one, may be one stretch of keys: whoever once read a stretch there would look guilty
        if its rows were taken for independent. Moving the whole pattern keeps its stretches, and loses the taker.
        """
        rng = np.random.default_rng(seed)
        everywhere = (np.full(self.h.size, -np.inf), np.full(self.h.size, np.inf))
        largest = np.zeros(draws)
        for b, offset in enumerate(rng.integers(1, max(2, self.h.size), draws)):
            leaked = np.sort((self.leaked + offset) % self.h.size)
            moved = Strata.of(self.h.background(leaked), leaked, self.strata.live)
            scan = Scan(Weighing(self.windows, moved, *everywhere), self.allowed)  # other strata, so other expectations
            largest[b] = scan._largest(moved)
        return largest


def rates(strata: Strata) -> Floats:
    """The chance of each record to be in a leak of this make: smoothed share of its stratum that leaked."""
    overall = strata.inside.sum() / max(float(strata.size.sum()), 1e-9)
    by_kind = (strata.inside + SMOOTHING * overall) / (strata.size + SMOOTHING)
    return np.asarray(np.where(strata.live, by_kind[strata.kinds] * strata.weight, 0.0))

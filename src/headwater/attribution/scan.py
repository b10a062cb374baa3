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
from itertools import islice, pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from headwater.attribution.chances import drawn
from headwater.attribution.compiled import at_once, behind, cores
from headwater.attribution.histories import Histories
from headwater.attribution.likelihood import Strata, log_mean
from headwater.attribution.ordering import by_record, counted, opens, shares
from headwater.attribution.sliding import best, expectations, sums

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

LENGTHS = (1, 2, 4, 8, 15, 30, 60)
"""Lengths of windows in days; the whole history is tried as well."""
SMOOTHING = 0.5
LEAST_HITS = 3
"""Fewer hits are no score."""
CANDIDATES, EACH = 24, 3
"""So many accounts are weighed exactly, each with its best windows of so many lengths."""
ALWAYS: tuple[Floats, Floats] = (np.zeros(0), np.zeros(0))
"""What leaked was always as it leaked."""
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
    """The windows of every account's readings: sums over each (account, length, first day), and what was read in one."""

    def __init__(self, histories: Histories) -> None:
        self.h = h = histories
        self.lengths = (*(x for x in LENGTHS if x < h.days), max(1, h.days))
        self.shape = (len(h.accounts), len(self.lengths), h.days + 1)
        self.first = h.bounds
        self.main = np.array([_most(h.segment[self.ever_read(a)]) for a in range(len(h.accounts))], np.int64)
        """The segment from which each account reads most."""

    def sums(self, pairs: Ints, weights: Floats, among: Ints | None = None) -> Floats:
        """Per account, length and first day the sum of weights of the distinct records read in that window.

        ``pairs``: places of readings, in order. ``among``: the accounts (sorted) that are asked for, to which all pairs must
        belong; all when left out.
        """
        accounts, lengths, width = self.shape
        among = np.arange(accounts) if among is None else among
        bounds = np.concatenate([np.searchsorted(pairs, self.first[among]), [len(pairs)]])
        total = np.zeros((len(among), lengths, width))
        own = self.h.record[pairs], self.h.day[pairs], np.asarray(weights, float)
        sums(bounds, *own, np.array(self.lengths), total)
        return total

    @cached_property
    def mine(self) -> npt.NDArray[np.bool_]:
        """Of every reading whether it is of a record of its account's main segment."""
        told = np.empty(len(self.h.record), bool)
        for account, (low, high) in enumerate(pairwise(self.first.tolist())):
            np.equal(self.h.segment[self.h.record[low:high]], self.main[account], out=told[low:high])
        return told

    @cached_property
    def of_record(self) -> Ints:
        """Where the readings of each record begin in :attr:`by_record`."""
        return np.concatenate([[0], np.cumsum(counted(self.h.record, self.h.size))])

    @cached_property
    def by_record(self) -> Ints:
        """The places of all readings in order of record."""
        return by_record(self.h.record, self.h.size)

    def pairs_of(self, records: Ints) -> Ints:
        """The pairs that read any of these records."""
        starts = self.of_record[records]
        lengths = self.of_record[records + 1] - starts
        offsets = np.arange(int(lengths.sum())) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        return np.asarray(self.by_record[np.repeat(starts, lengths) + offsets])

    def accounts_of(self, pairs: Ints) -> Ints:
        """The account of each of these pairs."""
        return np.searchsorted(self.first, pairs, side="right") - 1

    def pairs_in(self, account: int, start: int, length: int) -> Ints:
        """The pairs of an account in a window of days."""
        low, high = self.first[account], self.first[account + 1]
        day = self.h.day[low:high]
        return np.asarray(low + np.flatnonzero((day >= start) & (day < start + length)))

    def firsts_in(self, account: int, start: int, length: int) -> Ints:
        """Those of them that read their record for the first time in that window."""
        pairs = self.pairs_in(account, start, length)
        return np.asarray(pairs[opens(self.h.record[pairs])])

    def read_in(self, account: int, start: int, length: int) -> Ints:
        """The distinct records that an account read in a window of days."""
        return np.asarray(self.h.record[self.firsts_in(account, start, length)])

    def ever_read(self, account: int) -> Ints:
        """All distinct records that an account ever read."""
        record = self.h.record[self.first[account] : self.first[account + 1]]
        return np.asarray(record[opens(record)])

    def shared(self, records: Ints) -> Ints:
        """How many of these records each account ever read."""
        wanted = np.zeros(self.h.size, bool)
        wanted[records] = True
        return np.array([np.count_nonzero(wanted[self.ever_read(a)]) for a in range(len(self.h.accounts))], np.int64)


def _most(segments: Ints) -> int:
    """The segment that comes most often, the last of several; 0 where there is none."""
    counts = np.bincount(segments, minlength=1)
    return len(counts) - 1 - int(np.argmax(counts[::-1])) if len(segments) else 0


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
        pairs, record = self.windows.pairs_in(account, start, length), self.windows.h.record
        hits = record[self.current(pairs[self.strata.leaked[record[pairs]]])]
        read = record[pairs]
        return read[opens(read)], hits[opens(hits)]

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

    def _expected(self, rate: Floats) -> Floats:
        """How many hits chance lets expect in every window: by account, segment (its main one, others), length and first day."""
        windows, h = self.windows, self.h
        accounts, lengths, width = windows.shape
        told: Any = np.zeros((accounts, 2, lengths, width), np.float32)

        def some(low: int, high: int) -> None:
            expectations(
                h.bounds, h.record, h.day, windows.mine, rate, np.array(windows.lengths), low, high, told
            )  # fmt: skip

        at_once(some, shares(h.bounds, cores()))
        return np.asarray(told)

    def score(self, leaked: Ints, valid: tuple[Floats, Floats] = ALWAYS) -> tuple[Floats, Ints]:
        """The best cheap score of every account and length of window for a leak, and the day on which that window begins.

        ``valid``: from when and until when each record of the data set was as it leaked.
        """
        h, windows = self.h, self.windows
        accounts, lengths, _width = windows.shape
        score, place = np.zeros((accounts, lengths)), np.zeros((accounts, lengths), np.int64)
        mask = np.zeros(h.size, bool)
        mask[leaked] = True
        inside = np.bincount(h.segment[leaked], minlength=int(h.segment.max(initial=0)) + 1)
        total = inside[windows.main].astype(float)

        def some(low: int, high: int) -> None:
            best(
                h.bounds, h.record, h.day, windows.mine, mask, *valid, total, self.allowed, self.expected,
                np.array(windows.lengths), LEAST_HITS, low, high, score, place,
            )  # fmt: skip

        at_once(some, shares(h.bounds, cores()))
        return score, place

    def peaks(self) -> list[Peak]:
        """The candidates of the real leak, weighed exactly, best first; of equals the shortest and earliest."""
        windows = self._candidates(self.leaked, (self.weighing.valid_from - 1, self.weighing.valid_to + 1))
        found = [
            Peak(*window, float(score))
            for window, score in zip(windows, self.weighing.weigh_each(windows), strict=True)
        ]
        return sorted(found, key=lambda p: (-p.score, p.length, p.start, p.account))

    def _candidates(self, leaked: Ints, valid: tuple[Floats, Floats] = ALWAYS) -> list[tuple[int, int, int]]:
        """The best windows of the accounts with the largest cheap scores: account, first day, length."""
        score, place = self.score(leaked, valid)
        made = []
        for account in np.argsort(-score.max(axis=1), kind="stable")[:CANDIDATES].tolist():
            for j in np.argsort(-score[account], kind="stable")[:EACH].tolist():
                if score[account, j] > 0:
                    made.append((account, int(place[account, j]), self.windows.lengths[j]))
        return made

    def null(self, draws: int, seed: int) -> Floats:
        """The largest log Bayes factor for each of so many leaks drawn at random within the strata of this one."""
        if (draws, seed) not in self._nulls:
            self._nulls[draws, seed] = self._null(draws, np.random.default_rng(seed))
        return self._nulls[draws, seed]

    def _null(self, draws: int, rng: np.random.Generator) -> Floats:
        members, bounds, weight = self._members
        leaks = (members[drawn(rng, bounds, weight, self.strata.inside)] for _ in range(draws))
        largest: list[float] = []
        behind(lambda leaked: largest.append(self._largest(self.strata.with_leaked(leaked))), leaks)
        return np.array(largest)

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
        windows = self._candidates(leaked)
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


def widened(weighing: Weighing, peak: Peak) -> Peak:
    """The window with the ends at which its weight is largest, found by moving each end as long as it helps."""
    step = max(1, peak.length // 2)
    while step:
        best = _moved(weighing, peak, step)
        if best == peak:
            step //= 2
        peak = best
    return peak


def _moved(weighing: Weighing, peak: Peak, step: int) -> Peak:
    best, days = peak, weighing.windows.h.days
    for start, length in (
        (peak.start - step, peak.length + step),
        (peak.start + step, peak.length - step),
        (peak.start, peak.length + step),
        (peak.start, peak.length - step),
    ):
        if length >= 1 and start >= 0 and start + length <= days:
            score = weighing.weigh(peak.account, start, length)
            if score > best.score + 1e-9 or (score >= best.score - 1e-9 and length < best.length):
                best = Peak(peak.account, start, length, score)
    return best

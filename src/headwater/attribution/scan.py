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
from typing import Any

import numpy as np
import numpy.typing as npt

from headwater.attribution.chances import drawn
from headwater.attribution.likelihood import Strata, log_mean
from headwater.attribution.ordering import opens, shares
from headwater.attribution.sliding import best, expectations
from headwater.attribution.threads import at_once, behind, cores
from headwater.attribution.windows import Peak, Windows

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

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
        return self._bayes([self.evidence(*window) for window in found])

    def weigh_lists(self, drawings: Sequence[int]) -> Floats:
        """The log Bayes factors of several lists, so many at a time that little is held."""
        told = [self._bayes([self.of_list(d) for d in some]) for some in self.windows.h.exports.portions(drawings)]
        return np.concatenate([*told, np.zeros(0)])

    def _bayes(self, evidence: Sequence[tuple[Ints, Ints]]) -> Floats:
        some = np.array([len(hits) > 0 for _read, hits in evidence], bool)
        told = np.full(len(evidence), -np.inf)
        told[some] = self.strata.bayes_each(*zip(*(e for e in evidence if len(e[1])), strict=True)) if some.any() else 0
        return told

    def evidence(self, account: int, start: int, length: int) -> tuple[Ints, Ints]:
        """The distinct records read in a window, and those of them that are hits."""
        pairs, record = self.windows.pairs_in(account, start, length), self.windows.h.record
        hits = record[self.current(pairs[self.strata.leaked[record[pairs]]])]
        read = record[pairs]
        return read[opens(read)], hits[opens(hits)]

    def of_list(self, drawing: int) -> tuple[Ints, Ints]:
        """The records of a list, and those of them that are hits: the account read them while their leaked values were current."""
        lists, read = self.windows.h.exports, self.windows.h.exports.records(drawing)
        hits = read[self.strata.leaked[read]]
        first, last = int(lists.first[drawing]), int(lists.last[drawing])
        if ((last > self.valid_to[hits] + 1) | (first < self.valid_from[hits] - 1)).any():
            hits = np.intersect1d(hits, self.evidence(int(lists.account[drawing]), first, last - first + 1)[1])
        return read, hits

    def of(self, peak: Peak) -> tuple[Ints, Ints]:
        """The distinct records of a peak, and those of them that are hits."""
        if peak.drawing >= 0:
            return self.of_list(peak.drawing)
        return self.evidence(peak.account, peak.start, peak.length)

    def likeliest(self, drawings: Ints, most: int) -> Ints:
        """So many of these lists, those whose hits exceed most what chance lets expect."""
        if len(drawings) <= most:
            return drawings
        lists = self.windows.h.exports
        hits, expected = (lists.sums(values, drawings) for values in (self.strata.leaked, rates(self.strata)))
        return np.asarray(drawings[np.argsort(-beyond(hits, expected), kind="stable")[:most]])

    def current(self, pairs: Ints) -> Ints:
        """Those pairs that read a record while its leaked values were current."""
        record, day = self.windows.h.record[pairs], self.windows.h.day[pairs]
        return np.asarray(pairs[(day >= self.valid_from[record] - 1) & (day <= self.valid_to[record] + 1)])

    def best(self, account: int) -> float:
        """The largest log Bayes factor of an account over windows that begin every half of their length, and its likeliest lists."""
        days = self.windows.h.days
        windows = (
            (account, start, length)
            for length in self.windows.lengths
            for start in range(0, max(1, days - length + 1), max(1, length // 2))
        )
        lists = self.weigh_lists(self.likeliest(self.windows.h.exports.by(account), EACH).tolist())
        return float(max(self._weighed(windows).max(initial=0.0), lists.max(initial=0.0)))

    def averaged(self, account: int) -> float:
        """The log Bayes factor of an account over all its windows: any length is as likely, and any day to begin.

        Who drew lists may as well have taken one of those: any of them is as likely.
        """
        days, told = self.windows.h.days, []
        for length in self.windows.lengths:
            starts = range(max(1, days - length + 1))
            told.append(log_mean(self._weighed((account, start, length) for start in starts)))
        by_day, lists = float(log_mean(np.array(told))), self.windows.h.exports.by(account)
        if len(lists) == 0:
            return by_day
        some = self.weigh_lists(self.likeliest(lists, AT_A_TIME).tolist())
        one_list = float(log_mean(some)) + np.log(len(some) / len(lists))  # the others say nothing
        return float(log_mean(np.array([by_day, one_list])))

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
        mine = windows.mine  # once, before the cores part

        def some(low: int, high: int) -> None:
            expectations(
                h.bounds, h.record, h.day, mine, rate, np.array(windows.lengths), low, high, told
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
        drawings = self._lists(self.strata).tolist()
        scores = self.weighing.weigh_lists(drawings)
        found += [self.windows.drawn(d, float(score)) for d, score in zip(drawings, scores, strict=True)]
        return sorted(found, key=lambda p: (-p.score, p.length, p.start, p.account, p.drawing))

    def _lists(self, strata: Strata) -> Ints:
        """The drawings of the lists that hold most of a leak beyond what chance lets expect; of each account a few at most."""
        lists = self.h.exports
        if len(lists) == 0:
            return lists.account
        hits, expected = lists.sums(strata.leaked), self._listed
        more = np.where((hits >= LEAST_HITS) & self.allowed[lists.account], beyond(hits, expected), 0.0)
        taken, each = dict[int, None](), dict[int, int]()
        for drawing in np.argsort(-more, kind="stable").tolist():
            number, account = int(lists.number[drawing]), int(lists.account[drawing])
            if more[drawing] <= 0 or len(taken) >= CANDIDATES:
                break
            if number not in taken and each.get(account, 0) < EACH:
                taken[number] = None
                each[account] = each.get(account, 0) + 1
        return np.flatnonzero(np.isin(lists.number, list(taken)) & (more > 0))

    @cached_property
    def _listed(self) -> Floats:
        """How many hits chance lets expect in every list."""
        return self.h.exports.sums(rates(self.strata))

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
        read = [self.windows.read_in(*window) for window in windows]
        largest, lists = strata.bayes_each(read).max(initial=0.0), self._lists(strata)
        once = lists[np.unique(self.h.exports.number[lists], return_index=True)[1]]
        for some in self.h.exports.portions(once.tolist()):
            largest = max(largest, strata.bayes_each([self.h.exports.records(d) for d in some]).max(initial=0.0))
        return float(largest)

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


def beyond(hits: Floats, expected: Floats) -> Floats:
    """The Poisson log likelihood ratio of hits against what chance lets expect; 0 where they are no more."""
    least = np.maximum(expected, 1e-9)
    return np.asarray(np.where(hits > least, hits * np.log(np.maximum(hits, least) / least) - (hits - least), 0.0))


def rates(strata: Strata) -> Floats:
    """The chance of each record to be in a leak of this make: smoothed share of its stratum that leaked."""
    overall = strata.inside.sum() / max(float(strata.size.sum()), 1e-9)
    by_kind = (strata.inside + SMOOTHING * overall) / (strata.size + SMOOTHING)
    return np.asarray(np.where(strata.live, by_kind[strata.kinds] * strata.weight, 0.0))


def widened(weighing: Weighing, peak: Peak) -> Peak:
    """The window with the ends at which its weight is largest, found by moving each end as long as it helps."""
    step = max(1, peak.length // 2) if peak.drawing < 0 else 0
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

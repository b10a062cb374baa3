"""How much better an account's readings explain who complained than chance, however often and whenever it is asked.

For a window of an account's days, people whom it had read complain ``1 + theta g(delay) / w`` times as often (``w``:
weight by chance, ``g``: law of delay). Held against the risk set of each complaint, that gives a likelihood ratio whose
mean under chance is one, whatever came before: the product over complaints is a test martingale, and so is any mixture of
such products that is fixed beforehand: over ratios, laws, windows. By Ville's inequality (1939) such an e-value ever
reaches 1/alpha with a chance of alpha at most: asking again with every complaint spends nothing more, and nothing need be
kept of earlier looks (compare Ramdas, Grunwald, Vovk and Shafer, "Game-theoretic statistics and safe anytime-valid
inference", Statistical Science 2023; alpha spending at looks that are planned: Lan and DeMets 1983).

Two things make the mean one only nearly. Who has complained stays among those who may, though nobody counts twice: it is
N / (N - n) at most where n of a stratum of N have complained. And how many read a record is known from the whole log, which
may go on after the complaint.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import logsumexp, xlogy

from headwater.attribution.complaining.handling import Handling
from headwater.attribution.complaining.risk import Drawn, Exposure, RiskSets, Window
from headwater.attribution.likelihood import log_mean
from headwater.attribution.ordering import CHUNK, stretches
from headwater.attribution.windows import LENGTHS

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
RATIOS = 2.0 * 4.0 ** np.arange(7)
"""So many times likelier than chance those are to complain who were taken: all are tried, and count the same."""
HABITS = np.array([1.0, 1.15, 1.3])
"""So many times as often as others of their risk set the people whom an account reads may complain without a theft by it."""
LEAST_HITS = 3
"""Fewer hits are no score."""
BROAD = 64
"""Half of the weight of all windows of a length is on those that begin within so many days; the later ones share the rest."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """An account with its log e-value (nats) over the windows that were tried, and the best of these.

    ``plain``: what it would be if nobody read because of complaints.
    """

    account: int
    score: float
    plain: float
    best: Window
    hits: Ints
    """Which complaints are of people whom it had read in that window."""


class Weighing:
    """Windows over a series' risk sets. Exposures are worked out once: they do not depend on who complained."""

    def __init__(self, risk: RiskSets, allowed: npt.NDArray[np.bool_]) -> None:
        self.risk, self.windows, self.h, self.allowed = risk, risk.windows, risk.h, allowed
        self.expected = self._expected()
        self.handling = Handling(risk)
        self._kept: dict[Window, tuple[Exposure, Floats, Floats]] = {}
        self._steps = [max(1, length // 2) for length in self.windows.lengths]
        self._priors = [self._prior(j) for j in range(len(self.windows.lengths))]

    def _expected(self) -> Floats:
        """How many complaints chance lets expect in every window, by account, length and first day: some accounts at a time."""
        told: Any = np.zeros(self.windows.shape, np.float32)
        for low, high in stretches(self.h.bounds, CHUNK):
            pairs = np.arange(self.h.bounds[low], self.h.bounds[high])
            told[low:high] = self.windows.sums(pairs, self.risk.expected_of(pairs), np.arange(low, high))
        return np.asarray(told)

    def _prior(self, j: int) -> Floats:
        """The log weight of every window of a length by its place: fixed beforehand, whatever length the log will have."""
        place = np.arange(self.h.days // self._steps[j] + 2)
        if j == len(self.windows.lengths) - 1:  # everything, from the first day on: there is one such window
            return np.where(place == 0, -np.log(len(LENGTHS) + 1), -np.inf)
        half = max(1.0, BROAD / self._steps[j])
        told = np.log(half) - np.log(place + half) - np.log(place + half + 1)  # adds up to one over all places
        return np.asarray(told - np.log(len(LENGTHS) + 1))

    def ranked(self, drawn: Drawn, most: int, each: int) -> list[Weighed]:
        """So many accounts at most with so many windows each, the largest e-value first."""
        told = [self.weighed(account, windows, drawn) for account, windows in self._candidates(drawn, most, each)]
        return sorted(told, key=lambda w: (-w.score, w.best[2], w.best[1], w.account))

    def largest(self, drawn: Drawn, most: int, each: int) -> float:
        """The e-value of the first of them; minus infinity where there is none."""
        candidates = self._candidates(drawn, most, each)
        plain = [self._plain(windows, drawn) for _account, windows in candidates]
        best = -np.inf
        for place in np.argsort([-logsumexp(p) for p in plain], kind="stable").tolist():
            if logsumexp(plain[place]) <= best:  # who handles complaints has less, never more
                break
            handled = self.handling.log_ratio(candidates[place][0], drawn)
            best = max(best, logsumexp(plain[place]) - handled)
        return float(best)

    def weighed(self, account: int, windows: Sequence[tuple[Window, float]], drawn: Drawn) -> Weighed:
        """The e-value of an account: the windows' own, as much of each as its weight says."""
        plain = self._plain(windows, drawn)
        best, total = windows[int(np.argmax(plain))][0], float(logsumexp(plain))
        hits = self.risk.hits(self._exposed(best)[0], drawn)[0]
        return Weighed(account, total - self.handling.log_ratio(account, drawn), total, best, hits)

    def _plain(self, windows: Sequence[tuple[Window, float]], drawn: Drawn) -> Floats:
        return np.array([prior + self.against_chance(window, drawn) for window, prior in windows])

    def trimmed(self, one: Weighed) -> Weighed:
        """The same with the window cut down to the days on which those were first read who complained."""
        account, start, _length = one.best
        hit, delay = self.risk.hits(self.exposure(one.best), self.risk.real)
        days = self.risk.series.day[hit] - delay if len(hit) else np.array([start])
        first, last = int(days.min()), int(days.max())
        window = (account, first, last - first + 1)
        return replace(one, best=window, hits=self.risk.hits(self.exposure(window), self.risk.real)[0])

    def log_e(self, window: Window, drawn: Drawn) -> float:
        """The log e-value (nats) of one window, against chance and against readings that were made because of complaints."""
        return self.against_chance(window, drawn) - self.handling.log_ratio(window[0], drawn)

    def against_chance(self, window: Window, drawn: Drawn) -> float:
        """The log e-value (nats) of one window if nobody reads because of complaints.

        Averaged over ratios, laws and ways of complaining, against the way, and the habit of reading, that explains best
        without it who complained (Wasserman, Ramdas and Balakrishnan, "Universal inference", 2020).
        """
        exposure, base, usual = self._exposed(window)
        hit, delay = self.risk.hits(exposure, drawn)
        chance = np.log(drawn.own / self.risk.total).sum(axis=1)
        seen = self.risk.laws[:, None, delay] / drawn.own[None, :, hit]
        told = np.log1p(RATIOS[:, None, None, None] * seen[None]).sum(axis=3) - base + chance
        habit = chance + len(hit) * np.log(HABITS)[:, None] - usual
        return float(log_mean(told.ravel()) - habit.max())

    def exposure(self, window: Window) -> Exposure:
        """What was read in a window."""
        return self._exposed(window)[0]

    def _exposed(self, window: Window) -> tuple[Exposure, Floats, Floats]:
        if window not in self._kept:
            exposure, total = self.risk.exposure(window), self.risk.total
            base = np.log1p(RATIOS[:, None, None, None] * (exposure.mass[:, None] / total)[None]).sum(axis=3)
            usual = np.log1p((HABITS[:, None, None] - 1) * (exposure.usual / total)[None]).sum(axis=2)
            self._kept[window] = exposure, base, usual
        return self._kept[window]

    def _candidates(self, drawn: Drawn, most: int, each: int) -> list[tuple[int, list[tuple[Window, float]]]]:
        """The accounts with the largest cheap scores (hits against expectation), and the best window of each length."""
        among, score = self.cheap(drawn)
        if len(among) == 0:
            return []
        best = score.max(axis=2)
        top = np.argsort(-best.max(axis=1), kind="stable")[:most]
        found = [(int(among[p]), self._best(int(among[p]), score[p], each)) for p in top if best[p].max() > 0]
        return [(account, windows) for account, windows in found if windows]

    def _best(self, account: int, score: Floats, each: int) -> list[tuple[Window, float]]:
        found = []
        for j, (length, step) in enumerate(zip(self.windows.lengths, self._steps, strict=True)):
            grid = score[j, : self.h.days : step]
            if j == len(self._steps) - 1:
                grid = grid[:1]
            place = int(np.argmax(grid))
            if grid[place] > 0:
                found.append((float(grid[place]), (account, place * step, length), float(self._priors[j][place])))
        found.sort(key=lambda f: (-f[0], f[1]))
        return [(window, prior) for _score, window, prior in found[:each]]

    def cheap(self, drawn: Drawn) -> tuple[Ints, Floats]:
        """Hits against expectation (Kulldorff 1997) of accounts that have some: of each every length and start."""
        record, first = np.unique(drawn.record, return_index=True)
        pairs = self.windows.pairs_of(record)
        lengths = self.windows.of_record[record + 1] - self.windows.of_record[record]
        until = np.repeat(self.risk.series.day[first], lengths)
        pairs = np.sort(pairs[self.h.day[pairs] < until])
        account = self.windows.accounts_of(pairs)
        seen = np.bincount(account, minlength=len(self.h.accounts))
        enough = (seen >= LEAST_HITS) & self.allowed
        among, pairs = np.flatnonzero(enough), pairs[enough[account]]
        hits = self.windows.sums(pairs, np.ones(len(pairs)), among)
        expected = np.maximum(self.expected[among].astype(float), 1e-9)
        told = np.where(hits > expected, xlogy(hits, hits / expected) - (hits - expected), 0.0)
        told[hits < LEAST_HITS] = 0.0
        return among, told

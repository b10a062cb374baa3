"""The search for takers of one leak: scan, stopping rule, standing. Nobody comes out of it by being the best of a bad lot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from headwater.attribution.evidence import log_bayes_factor
from headwater.attribution.scan import Peak, Scan, Strata, Windows, edges_p, gumbel_p, stretch_score
from headwater.detection.scene import Scene

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
ROUNDS = 32
"""Windows that are tried one after the other at most."""
FIRST_DRAWS, DECIDED = 9, (1e-6, 0.2)
"""So many random leaks first; a p-value outside these bounds needs no more."""
LEAST_BITS = 3.32
"""An account is named from ten to one on."""
SHIFTS = 39
"""Copies of the leak, moved along the keys, against which a new name must stand."""
CAP = 40.0
"""Bits that hits may weigh: rows of a leak are not as independent as the formula has it."""


@dataclass(frozen=True, slots=True)
class Options:
    """How careful attribution is."""

    draws: int = 199
    """Leaks drawn at random for the null of the maximum."""
    alpha: float = 0.001
    """A taker is believed when random leaks come as near less often than this."""
    most: int = 8
    """So many takers of one leak at most."""
    least: int = 5
    """A leak with fewer of our records is too small to be laid to anybody."""
    ceiling: float = 0.99
    """No probability is printed above this: the history may lack what nobody logged."""
    seed: int = 20171


@dataclass(frozen=True, slots=True)
class Chosen:
    """An account that was named, with its windows and the distinct records that it read in them."""

    account: int
    windows: tuple[Peak, ...]
    records: Ints
    p: float
    alike: tuple[str, ...]
    rate: Floats

    @property
    def start(self) -> int:
        """The first day of its windows."""
        return min(w.start for w in self.windows)

    @property
    def end(self) -> int:
        """The last day of its windows."""
        return max(w.start + w.length - 1 for w in self.windows)

    def with_window(self, peak: Peak, records: Ints) -> Chosen:
        """The same account with one more window."""
        both = np.union1d(self.records, records)
        return Chosen(self.account, (*self.windows, peak), both, self.p, self.alike, self.rate)


class Search:
    """One leak's records (``leaked``, sorted) over one data set's histories.

    ``valid_from`` and ``valid_to`` say per record on which days of the histories the leaked values were current.
    """

    def __init__(
        self, scene: Scene, windows: Windows, leaked: Ints, valid: tuple[Floats, Floats], options: Options
    ) -> None:
        self.scene, self.windows, self.h, self.options = scene, windows, windows.h, options
        self.leaked = leaked
        self.valid_from, self.valid_to = valid

    def takers(self) -> list[Chosen]:
        """Best window first; what it explains leaves the leak; stop when the next one is no better than chance.

        An account that was named may come again with another window, and keeps what it explains. At the end an account
        stays only if it explains rows that no stronger one ever read.
        """
        allowed = np.ones(len(self.h.accounts), bool)
        strata = Strata(self.windows, self.h.strata(self.leaked))
        live, chosen = self.leaked, dict[int, Chosen]()
        for turn in range(ROUNDS):
            if len(chosen) >= self.options.most or len(live) < self.options.least:
                break
            scan = Scan(self.windows, live, strata, allowed)
            hits, score = scan.real(self.valid_from, self.valid_to)
            found = self._next(scan, hits, score, tuple(chosen), turn)
            if found is None:
                break
            peak, p = found
            records = self._read_in(peak)
            known = chosen.get(peak.account)
            if known:
                chosen[peak.account] = known.with_window(peak, records)
            else:
                alike = self._alike(score, peak, records, live)
                chosen[peak.account] = Chosen(peak.account, (peak,), records, p, alike, scan.rate)
            live = np.setdiff1d(live, records)
        return self._standing(list(chosen.values()))

    def _next(
        self, scan: Scan, hits: Floats, score: Floats, known: tuple[int, ...], turn: int
    ) -> tuple[Peak, float] | None:
        """The next window to believe: of an account that is named already, before a new name is brought in."""
        among = [np.zeros_like(score), score]
        for account in known:
            among[0][account] = score[account]
        for scores in among:
            peak = scan.peak(hits, scores)
            if peak is not None and peak.score >= np.log(score.size):
                p = self._p(scan, peak.score, turn)
                if p < self.options.alpha and (peak.account in known or self._stands(scan, peak, turn)):
                    return peak, p
        return None

    def _p(self, scan: Scan, score: float, turn: int) -> float:
        """The p-value of a peak: few draws when they decide it, all of them when it is near."""
        seed = self.options.seed + turn
        null = scan.null(min(FIRST_DRAWS, self.options.draws), seed)
        p = gumbel_p(null, score)
        if DECIDED[0] < p < DECIDED[1] and self.options.draws > len(null):
            null = np.concatenate([null, scan.null(self.options.draws - len(null), seed + 7919)])
            p = gumbel_p(null, score)
        return p

    def _stands(self, scan: Scan, peak: Peak, turn: int) -> bool:
        """Whether a new name stands though rows of a leak lie side by side and are no independent witnesses.

        Either its score is enough with each stretch of keys counted once, or the stretches end where its statements did,
        or the same leak moved along the keys never comes near it.
        """
        if stretch_score(scan.leaked, self._read_in(peak), scan.strata) >= np.log(scan.expected.size):
            return True
        ends = self.scene.statement_ends(self.h.dataset, self.h.accounts[peak.account])
        if edges_p(scan.leaked, ends, self.h.size) * len(self.h.accounts) < self.options.alpha:
            return True
        null = scan.shifted(min(SHIFTS, self.options.draws), self.options.seed + 104729 + turn)
        return gumbel_p(null, peak.score) < self.options.alpha

    def _standing(self, chosen: list[Chosen]) -> list[Chosen]:
        """Those that explain more than chance on records that no stronger account ever read."""
        kept: list[Chosen] = []
        for c in chosen:
            read = [np.unique(self.h.record[self.h.account == k.account]) for k in kept]
            if self.factor(c, read) + self.prior() >= LEAST_BITS:
                kept.append(c)
        return kept

    def prior(self) -> float:
        """Bits against an account and a window before any evidence: one in so many."""
        return -float(np.log2(len(self.h.accounts) * len(self.windows.lengths) * max(1, self.h.days / 4)))

    def factor(self, c: Chosen, others: Sequence[Ints]) -> float:
        """Bits of the records that only this account read, capped: the model is not known to more."""
        leaked = np.zeros(self.h.size, bool)
        leaked[self.leaked] = True
        return min(CAP, log_bayes_factor(c.records, others, leaked, c.rate) / float(np.log(2)))

    def _read_in(self, peak: Peak) -> Ints:
        h = self.h
        inside = (h.account == peak.account) & (h.day >= peak.start) & (h.day < peak.start + peak.length)
        return np.unique(h.record[inside])

    def _alike(self, score: Floats, peak: Peak, records: Ints, live: Ints) -> tuple[str, ...]:
        """Accounts that explain the same rows as well (within a factor of twenty): they cannot be told apart.

        A service account reads by the clock what its task needs; any person who read the same rows, more than chance
        lets it, may as well be where they came from.
        """
        best = score.reshape(len(self.h.accounts), -1).max(axis=1)
        mine = np.intersect1d(records, live)
        names = []
        served = self.scene.org.kind(self.h.accounts[peak.account]) == "service"
        enough = min(peak.score, np.log(score.size)) if served else peak.score
        for other in np.flatnonzero(best >= enough - 3):
            if other == peak.account:
                continue
            theirs = np.intersect1d(self.h.record[self.h.account == other], live)
            if len(np.intersect1d(mine, theirs)) >= 0.9 * max(len(mine), 1):
                names.append(self.h.accounts[other])
        return tuple(names)

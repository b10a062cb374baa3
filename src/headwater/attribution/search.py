"""The search for takers of one leak: scan, stopping rule, standing. Nobody comes out of it by being the best of a bad lot."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from headwater.attribution.chances import edges_p, gumbel_p, thinned
from headwater.attribution.evidence import Source, losses
from headwater.attribution.likelihood import Strata, log_mean
from headwater.attribution.rivals import AS_MANY, alike
from headwater.attribution.scan import Scan, Weighing, rates, widened
from headwater.attribution.windows import Peak, Windows

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
ROUNDS = 32
"""Windows that are tried one after the other at most."""
DRAWS = ((9, (1e-6, 0.2)), (39, (1e-4, 0.02)))
"""So many random leaks first; a p-value outside these bounds needs no more."""
LEAST_BITS = 3.32
"""An account is named from ten to one on."""
SHIFTS = 39
"""Copies of the leak, moved along the keys, against which a new name must stand."""
COLLEAGUES, COLLEAGUE_ALPHA = 19, 0.01
"""So many colleagues' readings are tried as leaks; a new name must stand out among them."""
NEAR, CLASS = 0.25, 3
"""Who shares this part of what the nearest colleague shares is one of a class, where there are so many: only they count."""
LEAST_SPREAD = 0.25
"""How far a new name's score on colleagues' thefts is taken to vary at least, as a share of its mean, were there one of them."""
MANY = 3
"""A leak that a colleague could have taken has at most so many times the rows outside the main segments that the real one has."""
LISTS = 0
"""Stands for lists where the length of a window is asked for."""
TRIED = 3
"""So many accounts are refused at most before the search ends."""
MOST = 0.8
CAP = 40.0
"""Bits that hits may weigh: rows of a leak are not as independent as the formula has it."""


@dataclass(frozen=True, slots=True)
class Options:
    """How careful attribution is."""

    draws: int = 199
    """Leaks drawn at random for the null of the maximum."""
    alpha: float = 0.001
    """A taker is believed when random leaks come as near less often than this."""
    most: int = 20
    """So many takers of one leak at most."""
    least: int = 5
    """A leak with fewer of our records is too small to be laid to anybody."""
    ceiling: float = 0.99
    """No probability is printed above this: the history may lack what nobody logged."""
    seed: int = 20171


def _no_ends(account: str) -> Ints:
    return np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class House:
    """What the search must know of a house beside its histories.

    ``ends`` gives the first and last records of what an account's statements returned; ``services`` are the accounts that
    no person sits at; ``absent`` ones are passed over, as if the log did not know them.
    """

    ends: Callable[[str], Ints] = _no_ends
    services: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Chosen:
    """An account that was named, with its windows and the distinct records that it read in them."""

    account: int
    windows: tuple[Peak, ...]
    records: Ints
    p: float
    alike: tuple[str, ...]
    likely: tuple[Peak, ...] = ()
    """The best window of each of those alike."""
    bits: float = 0.0
    """What its reading weighs, beside that of stronger accounts."""
    needed: float = np.inf
    """Bits that are lost when it is left out, and the others explain what they can."""

    @property
    def start(self) -> int:
        """The first day of its windows."""
        return min(w.start for w in self.windows)

    @property
    def end(self) -> int:
        """The last day of its windows."""
        return max(w.start + w.length - 1 for w in self.windows)

    @property
    def listed(self) -> bool:
        """Whether it is named for lists alone, and not for what it read on some days."""
        return all(w.drawing >= 0 for w in self.windows)

    def with_window(self, peak: Peak, records: Ints) -> Chosen:
        """The same account with one more window."""
        return replace(self, windows=(*self.windows, peak), records=np.union1d(self.records, records))


def posterior(one: Chosen, prior: float, options: Options) -> float:
    """The probability that this account took rows of the leak; accounts that cannot be told apart share it."""
    alone = 1 / (1 + 2.0 ** -float(np.clip(one.bits + prior, -60, 60)))
    return float(min(options.ceiling, alone) / (1 + len(one.alike)))


class Search:
    """One leak's records (``leaked``, sorted) over one data set's histories.

    ``valid`` says per record from when and until when (days of the histories) the leaked values were current; always where
    it is left out.
    """

    def __init__(
        self,
        house: House,
        windows: Windows,
        leaked: Ints,
        valid: tuple[Floats, Floats] | None = None,
        options: Options | None = None,
    ) -> None:
        self.house, self.windows, self.h, self.options = house, windows, windows.h, options or Options()
        self.leaked = leaked
        self._ever = np.full(self.h.size, np.inf)
        self.valid = valid or (-self._ever, self._ever)
        self.background = self.h.background(leaked)
        self.by_book = self.background.by_book
        """Whether chance goes by books, since the leak comes from few people's."""
        self.allowed = np.array([a not in house.absent for a in self.h.accounts], bool)
        self.refused: set[int] = set()
        """Accounts that explain more than chance and were not believed: their colleagues' thefts would look the same."""

    def takers(self) -> list[Chosen]:
        """Best window first; what it read leaves the comparison; stop when the next one is no better than chance.

        An account that was named may come again with another window, and keeps what it explains. One that does not stand is
        passed over; who is found after it is believed only if those leave nothing of what it seemed to explain. At the end
        each must explain what all others together do not.
        """
        live, chosen = np.ones(self.h.size, bool), dict[int, Chosen]()
        self.refused, doubted, peaks, scan = set[int](), set[int](), list[Peak](), None
        for turn in range(ROUNDS):
            if len(chosen) >= self.options.most or np.count_nonzero(live[self.leaked]) < self.options.least:
                peaks = []
                break
            scan = Scan(self.weighing(live), self.allowed)
            peaks = scan.peaks()
            found = self._next(scan, peaks, tuple(chosen), turn)
            if found is None:
                break
            peak, p = widened(scan.weighing, found[0]), found[1]
            records = self.windows.taken(peak)
            known = chosen.get(peak.account)
            if known:
                chosen[peak.account] = known.with_window(peak, records)
            else:
                likely = alike(scan, peaks, peak, self.house.services)
                names = tuple(self.h.accounts[other.account] for other in likely)
                chosen[peak.account] = Chosen(peak.account, (peak,), records, p, names, likely)
                doubted |= {peak.account} if self.refused else set()
            live[records] = False
        left = next((p for p in peaks if p.account in self.refused), None)
        if left and scan and left.score >= self._least() and self._p(scan, left.score, ROUNDS) < self.options.alpha:
            chosen = {a: c for a, c in chosen.items() if a not in doubted}
        return self._standing(self._needed(list(chosen.values())))

    def _least(self) -> float:
        """The log Bayes factor (nats) without which nobody is looked at: it pays for there being so many accounts."""
        return float(np.log(len(self.h.accounts)))

    def weighing(self, live: npt.NDArray[np.bool_]) -> Weighing:
        """The leak among these records."""
        return Weighing(self.windows, Strata.of(self.background, self.leaked, live), *self.valid)

    def _next(self, scan: Scan, peaks: Sequence[Peak], known: tuple[int, ...], turn: int) -> tuple[Peak, float] | None:
        """The next window to believe: of an account that is named already, before a new name is brought in."""
        best = {p.account: p for p in reversed(peaks) if p.score >= self._least()}  # the best of each account stays
        fit = [p for p in reversed(best.values()) if p.account not in self.refused]
        for peak in sorted(fit, key=lambda p: (p.account not in known, -p.score, p.account)):
            p = self._p(scan, peak.score, turn)
            if p < self.options.alpha and (peak.account in known or self._stands(scan, peak, turn)):
                return peak, p
            if peak.account not in known:
                if p >= self.options.alpha or len(self.refused) >= TRIED:
                    return None
                self.refused.add(peak.account)
        return None

    def _p(self, scan: Scan, score: float, turn: int) -> float:
        """The p-value of a peak: few draws when they decide it, all of them when it is near."""
        null = np.zeros(0)
        for draws, (low, high) in (*DRAWS, (self.options.draws, (0.0, 0.0))):
            more = min(draws, self.options.draws) - len(null)
            null = np.concatenate([null, scan.null(more, self.options.seed + turn + 7919 * len(null))])
            p = gumbel_p(null, score)
            if not low < p < high:
                break
        return p

    def _stands(self, scan: Scan, peak: Peak, turn: int) -> bool:
        """Whether a new name stands against what makes rows of a leak lie together without a theft by this account."""
        return self._stands_in_stretches(scan, peak, turn) and self._stands_beside_colleagues(scan, peak, turn)

    def _stands_beside_colleagues(self, scan: Scan, peak: Peak, turn: int) -> bool:
        """Whether the leak is more this account's than one would be that a colleague took whom nobody knows.

        Colleagues who work from one queue read the same records on the same days. The account's largest score on leaks drawn
        from what each of them read in the same segments, those most of all who read what it is named for, is what such a
        theft would give it.
        Who read nearly all of that is no colleague but another candidate (:meth:`_alike`).
        """
        hits = scan.weighing.of(peak)[1]
        shared = self.windows.shared(hits)
        fit = self.allowed & (shared > 0) & (shared < AS_MANY * len(hits))
        fit &= np.array([a not in self.house.services for a in self.h.accounts], bool)
        fit[peak.account] = False
        near = fit & (shared >= NEAR * shared[fit].max(initial=0))
        fit = near if np.count_nonzero(near) >= CLASS else fit
        others = np.flatnonzero(fit)[np.argsort(-shared[fit], kind="stable")][:COLLEAGUES]
        if len(others) == 0:
            return True
        rng = np.random.default_rng(self.options.seed + 15485863 + turn)
        where, each = self._segments_of(hits), max(1, -(-COLLEAGUES // (2 * len(others))))
        # apart: windows of which nothing is shared would hide what whole readings share
        for kind in (None, peak.length, *((LISTS,) if peak.drawing >= 0 else ())):
            hauls = (read for other in others.tolist() for read in self._hauls(other, kind, each, rng))
            null = np.array([self._as_if_taken_by(read, peak, scan, where, hits, rng) for read in hauls])
            if len(null) == 0:
                continue
            gave = sum(kind != LISTS or len(self.h.exports.by(o)) > 0 for o in others.tolist())
            spread = LEAST_SPREAD * float(null.mean()) / np.sqrt(gave)
            if gumbel_p(null, peak.score, max(spread, 0.25)) >= COLLEAGUE_ALPHA:
                return False
        return True

    def _hauls(self, account: int, kind: int | None, count: int, rng: np.random.Generator) -> Iterator[Ints]:
        """What an account could have taken, so many times: what it read in a window of some length; all that it ever read; a list."""
        low, high = self.windows.first[account], self.windows.first[account + 1]
        lists = self.h.exports.by(account) if kind == LISTS else np.zeros(0, np.int64)
        for _turn in range(count):
            if kind is None:
                yield self.windows.ever_read(account)
            elif kind != LISTS:
                start = int(rng.choice(self.h.day[low:high])) - int(rng.integers(kind))
                yield self.windows.read_in(account, max(start, 0), kind)
            elif len(lists):
                yield self.h.exports.records(int(rng.choice(lists)))

    def _segments_of(self, hits: Ints) -> npt.NDArray[np.bool_]:
        """The records of the segments from which most of these hits come."""
        counts = np.bincount(self.h.segment[hits], minlength=int(self.h.segment.max(initial=0)) + 1)
        order = np.argsort(-counts, kind="stable")
        enough = int(np.searchsorted(np.cumsum(counts[order]), MOST * len(hits))) + 1
        return np.isin(self.h.segment, order[:enough])

    def _as_if_taken_by(
        self, read: Ints, peak: Peak, scan: Scan, where: npt.NDArray[np.bool_], hits: Ints, rng: np.random.Generator
    ) -> float:
        """The account's largest score if another had taken what it is to be named for.

        The leak's rows of some segments (``where``) are drawn from what the other read there. Elsewhere only the hits leave the
        leak, and so much of the other's reading comes in that as many hits are to be expected.
        """
        read, mine = read[scan.strata.live[read]], np.zeros(self.h.size, bool)
        mine[self.windows.taken(peak)] = True
        there, elsewhere = read[where[read]], read[~where[read]]
        shared, wanted = float(mine[elsewhere].mean()) if len(elsewhere) else 0.0, np.count_nonzero(~where[hits])
        mask = np.zeros(self.h.size, bool)
        mask[scan.leaked] = True
        mask[hits] = mask[where] = False
        most = MANY * max(wanted, np.count_nonzero(~where[scan.leaked]))
        for some, rows in (
            (there, np.count_nonzero(where[scan.leaked])),
            (elsewhere, min(wanted / shared, most) if shared else wanted),
        ):
            mask[rng.choice(some, min(round(float(rows)), len(some)), replace=False)] = True
        leaked = np.flatnonzero(mask)
        strata = Strata.of(self.h.background(leaked, self.by_book), leaked, scan.strata.live)
        return replace(scan.weighing, strata=strata, valid_from=-self._ever, valid_to=self._ever).best(peak.account)

    def _stands_in_stretches(self, scan: Scan, peak: Peak, turn: int) -> bool:
        """Whether a new name stands though rows of a leak lie side by side and are no independent witnesses.

        Either its score is enough with each stretch of keys counted once, or the stretches end where its statements did,
        or the same leak moved along the keys never comes near it.
        """
        if self._stands_thinned(scan, peak, turn):
            return True
        ends = self.house.ends(self.h.accounts[peak.account])
        if edges_p(scan.leaked, ends, self.h.size) * len(self.h.accounts) < self.options.alpha:
            return True
        few, (low, high) = DRAWS[0]
        for draws in (few, SHIFTS):
            null = scan.shifted(min(draws, self.options.draws), self.options.seed + 104729 + turn)
            p = gumbel_p(null, peak.score)
            if not low < p < high:
                break
        return p < self.options.alpha

    def _stands_thinned(self, scan: Scan, peak: Peak, turn: int) -> bool:
        """Whether the name stands with every stretch of the leak as one witness."""
        read, hits = scan.weighing.of(peak)
        first, hit = thinned(scan.leaked, hits)
        if len(first) == len(scan.leaked):
            return True
        few = replace(scan.weighing, strata=Strata.of(self.background, first, scan.strata.live))
        score = few.strata.bayes(read, hit)
        return (
            score >= np.log(len(self.h.accounts)) and self._p(Scan(few, scan.allowed), score, turn) < self.options.alpha
        )

    def _needed(self, chosen: list[Chosen]) -> list[Chosen]:
        """Those without whom the others explain the leak less well; the least needed is left out first.

        Leave-one-out: the likelihood of all against that of all but one, the others' coverage fitted anew. An auditor who
        read again what two had taken comes first in the scan, and is needed by nothing once they are named.
        """
        while len(chosen) > 1:
            lost = self._losses(chosen)
            weakest = int(np.argmin(lost))
            if lost[weakest] + self.prior() >= LEAST_BITS:
                return [replace(c, needed=float(x)) for c, x in zip(chosen, lost, strict=True)]
            chosen = chosen[:weakest] + chosen[weakest + 1 :]
        return chosen

    def _losses(self, chosen: Sequence[Chosen]) -> Floats:
        """Bits that are lost when each is left out."""
        outside, leaked = np.ones(self.h.size, bool), np.zeros(self.h.size, bool)
        outside[np.concatenate([c.records for c in chosen])] = False
        leaked[self.leaked] = True
        strata = replace(Strata.of(self.background, self.leaked, outside), live=np.ones(self.h.size, bool))
        sources = [Source(c.account, c.records) for c in chosen]
        return losses(sources, leaked, rates(strata)) / float(np.log(2))

    def _standing(self, chosen: list[Chosen]) -> list[Chosen]:
        """Those that explain more than chance on records that no stronger account ever read."""
        kept: list[Chosen] = []
        for c in chosen:
            bits = self.factor(c, kept)
            if bits + self.prior() >= LEAST_BITS:
                kept.append(replace(c, bits=bits))
        return kept

    def prior(self) -> float:
        """Bits against an account before any evidence: one of them is as likely as any other."""
        return -float(np.log2(max(2, len(self.h.accounts))))

    def factor(self, c: Chosen, others: Sequence[Chosen]) -> float:
        """Bits of what the account read and none of the others ever did, capped: the model is not known to more.

        Averaged over the account's windows; several of them together are one hypothesis more, and each is paid for.
        """
        live = np.ones(self.h.size, bool)
        for other in others:
            live[self.windows.ever_read(other.account)] = False
        weighing = self.weighing(live)
        told = [weighing.averaged(c.account)]
        if len(c.windows) > 1:
            tried = np.log(len(self.windows.lengths) * max(1, self.h.days) + len(self.h.exports.by(c.account)))
            hits = [weighing.of(w)[1] for w in c.windows]
            several = weighing.strata.bayes(c.records, np.unique(np.concatenate(hits)))
            told.append(several - len(c.windows) * tried)
        return min(CAP, c.needed, float(log_mean(np.array(told))) / float(np.log(2)))

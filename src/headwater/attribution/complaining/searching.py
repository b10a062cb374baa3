"""One source after the other, until what is left is no better than chance; and whether there is one at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.special import logsumexp

from headwater.attribution.chances import gumbel_p
from headwater.attribution.complaining.risk import RiskSets
from headwater.attribution.complaining.series import Series
from headwater.attribution.complaining.weighing import Weighed, Weighing
from headwater.attribution.rivals import ALIKE, AS_MANY
from headwater.attribution.search import DRAWS, House
from headwater.attribution.windows import Windows

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
ALPHA = 0.01
"""The chance that anybody is ever named for complaints that chance alone brought, however often it is asked."""
LEAST = 5
"""With fewer people nothing is attempted."""
FEW = 8
"""Fewer people tell nothing when no source is found."""
MOST = 8
"""So many sources at most."""
ACCOUNTS, WINDOWS = 8, 4
"""So many accounts are weighed exactly, each with its best windows of so many lengths."""


@dataclass(frozen=True, slots=True)
class Source:
    """An account that complaints lead to, with what it read and who of them complained."""

    weighed: Weighed
    p: float
    alike: tuple[str, ...]
    weighing: Weighing = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Handler:
    """An account that reads people because they complain: of how many complaints, and how many days before half of them."""

    account: int
    complaints: int
    days: int


@dataclass(frozen=True, slots=True)
class Found:
    """Sources of one data set's complaints. ``score``: log e-value (nats) of there being one at all; ``p``: the chance that
    the best account of as many people drawn at random looks as good, asked once. ``handlers``: who would be a source, if what
    it read were not as well explained by its handling complaints."""

    series: Series
    sources: tuple[Source, ...] = ()
    score: float = 0.0
    p: float = 1.0
    handlers: tuple[Handler, ...] = ()


def search(
    house: House,
    windows: Windows,
    series: Series,
    draws: int,
    seed: int,
    alpha: float = ALPHA,
    person: Ints | None = None,
) -> Found:
    """The sources of a series of complaints. What a source read leaves the comparison before the next is looked for.

    An account that was found may come again with another window. ``person``: the person of every record, where some have
    several; the histories are by person then.
    """
    h = windows.h
    allowed = np.array([a not in house.absent for a in h.accounts], bool)
    least = enough(len(h.accounts), alpha)
    everybody = np.arange(h.size)
    live, sources = everybody == (everybody if person is None else person), list[Source]()
    score, p, handlers = 0.0, 1.0, dict[int, Handler]()
    while len(sources) < MOST and np.count_nonzero(live[series.record]) >= LEAST:
        weighing = Weighing(RiskSets(windows, series.among(live), live), allowed)
        ranked = weighing.ranked(weighing.risk.real, ACCOUNTS, WINDOWS)
        handlers |= {w.account: _handler(weighing, w) for w in ranked if w.plain >= least > w.score}
        if sources and (not ranked or ranked[0].score < least):
            break
        near = chance(
            weighing,
            _some(max((w.score for w in ranked), default=-np.inf), len(h.accounts)),
            draws,
            seed + len(sources),
        )
        if not sources:
            score, p = anybody(ranked, len(h.accounts)), near
        if not ranked or ranked[0].score < least or near > alpha:
            break
        best = weighing.trimmed(ranked[0])
        sources.append(Source(best, near, _alike(house, weighing, ranked), weighing))
        live[weighing.exposure(best.best).record] = False
    named = {s.weighed.account for s in sources}
    return Found(series, tuple(sources), score, p, tuple(h for a, h in sorted(handlers.items()) if a not in named))


def _handler(weighing: Weighing, one: Weighed) -> Handler:
    lags = weighing.handling.lags(one.account)
    return Handler(one.account, len(lags), int(np.ceil(np.median(lags))))


def enough(accounts: int, alpha: float = ALPHA) -> float:
    """The log e-value (nats) from which one of so many accounts is named: the search among them is paid for."""
    return float(np.log(max(1, accounts) / alpha))


def anybody(ranked: Sequence[Weighed], accounts: int) -> float:
    """The log e-value of there being a source, whoever it is: the mean over accounts."""
    scores = np.array([w.score for w in ranked])
    return float(logsumexp(scores) - np.log(accounts)) if len(scores) else -float(np.log(accounts))


def chance(weighing: Weighing, score: float, draws: int, seed: int) -> float:
    """How often the best account of people drawn at random from the risk sets looks as good: the search itself is paid for."""
    rng, null, p = np.random.default_rng(seed), np.zeros(0), 1.0
    for number, (low, high) in (*DRAWS, (draws, (0.0, 0.0))):
        more = [_drawn(weighing, rng) for _i in range(max(0, min(number, draws) - len(null)))]
        null = np.concatenate([null, more])
        p = gumbel_p(null, score)
        if not low < p < high:
            break
    return p


def _drawn(weighing: Weighing, rng: np.random.Generator) -> float:
    drawn = weighing.risk.draw(rng, weighing.risk.likeliest())
    return _some(weighing.largest(drawn, ACCOUNTS, WINDOWS), len(weighing.h.accounts))


def _some(score: float, accounts: int) -> float:
    """A largest log e-value; where no account had read three of them, that of nothing."""
    return score if np.isfinite(score) else -float(np.log(accounts))


def _alike(house: House, weighing: Weighing, ranked: Sequence[Weighed]) -> tuple[str, ...]:
    """Accounts that had read the same people and explain them as well, within a factor of twenty.

    A service account reads by the clock what its task needs: a person who had read the same people, more than chance lets
    it, may as well be the source.
    """
    best, h = ranked[0], weighing.h
    served = h.accounts[best.account] in house.services
    near = min(best.score, float(np.log(len(h.accounts)))) if served else best.score
    mine, names = weighing.risk.series.record[best.hits], list[str]()
    for other in ranked[1:]:
        shared = np.intersect1d(weighing.windows.ever_read(other.account), mine)
        if other.score >= near - ALIKE and len(shared) >= AS_MANY * max(len(mine), 1):
            names.append(h.accounts[other.account])
    return tuple(sorted(names))

"""What a source explains of the complaints and what chance does, with intervals; how long after a reading people complain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from headwater.attribution.complaining import delays
from headwater.attribution.complaining.searching import Found, Source

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
FINE = np.exp(np.linspace(np.log(0.5), np.log(20_000.0), 41))
"""Ratios that are tried, equally likely: how much likelier those are to complain who were taken."""
SAMPLES = 1000
LOW, HIGH = 0.05, 0.95
"""Intervals hold nine tenths."""
LEAST_DAYS = 14
"""A rate is told of so many days at least."""


@dataclass(frozen=True, slots=True)
class Part:
    """What a source explains: ``samples`` of the number of complaints that it brought about, given all that is not known.

    ``expected`` complaints among those that it had read would be by chance; ``silent`` people whom it read have not
    complained; ``to_come`` of them will if delays go on as they did (``None``: the delays do not tell); ``half`` of those who
    complain do so within so many days.
    """

    samples: Ints
    expected: float
    silent: int
    to_come: float | None
    half: int

    @property
    def mean(self) -> float:
        """The expected number."""
        return float(self.samples.mean())

    @property
    def bounds(self) -> tuple[float, float]:
        """The bounds of nine tenths."""
        return float(np.quantile(self.samples, LOW)), float(np.quantile(self.samples, HIGH))


@dataclass(frozen=True, slots=True)
class Rate:
    """Complaints of the days up to ``last``, before anybody could have been harmed, and how many that lets expect since."""

    last: int
    days: int
    before: int
    since: int
    expected: float
    low: float
    high: float


def part(source: Source, seed: int) -> Part:
    """What one source explains, by the posterior over ratios, laws of delay and ways of complaining (on a grid)."""
    weighing, window = source.weighing, source.weighed.best
    risk, exposure = weighing.risk, weighing.exposure(window)
    hit, delay = risk.hits(exposure, risk.real)
    own = risk.real.own[None, :, hit]
    odds = FINE[:, None, None, None] * risk.laws[:, None, delay] / own
    base = np.stack([np.log1p(r * exposure.mass[:, None] / risk.total).sum(axis=2) for r in FINE])
    told = np.log1p(odds).sum(axis=3) - base + np.log(risk.real.own / risk.total).sum(axis=1)
    weight = np.exp(told - told.max()).ravel()
    rng = np.random.default_rng(seed)
    at = rng.choice(len(weight), SAMPLES, p=weight / weight.sum())
    theirs = (odds / (1 + odds)).reshape(len(weight), -1)
    samples = (rng.random((SAMPLES, len(hit))) < theirs[at]).sum(axis=1)
    likely = theirs[at].mean(axis=0)
    way = risk.likeliest()
    start = float(FINE[int(np.argmax(told.max(axis=(1, 2))))])
    seen = np.zeros((delays.LAWS, len(risk.series.record)))
    seen[:, hit] = risk.laws[:, delay]
    shares, _ratio = delays.fit(risk.real.own[way], seen, risk.total[way], exposure.mass, start)
    return Part(
        samples.astype(np.int64),
        float((exposure.usual[way] / risk.total[way]).sum()),
        len(exposure.record) - len(hit),
        _to_come(float(samples.mean()), shares, int(risk.series.day.max()) - exposure.day),
        _half(delay, likely),
    )


def together(parts: Sequence[Part]) -> Part:
    """What the windows of one account explain together; the delay is that of the window that explains most."""
    to_come = [p.to_come for p in parts if p.to_come is not None]
    return Part(
        sum((p.samples for p in parts), np.zeros(SAMPLES, np.int64)),
        sum(p.expected for p in parts),
        sum(p.silent for p in parts),
        sum(to_come) if len(to_come) == len(parts) else None,
        max(parts, key=lambda p: p.mean).half,
    )


def _to_come(explained: float, shares: Floats, since: Ints) -> float | None:
    """How many more will complain of what was taken; not told where no law of delay is better than none."""
    if shares[-1] >= max(shares[:-1]):
        return None
    seen = float(delays.arrived(since[since > 0], shares).mean()) if (since > 0).any() else 0.0
    return explained * (1 - seen) / seen if seen > 0.05 else None


def _half(delay: Ints, weight: Floats) -> int:
    order = np.argsort(delay, kind="stable")
    reached = np.cumsum(weight[order])
    return int(delay[order][np.searchsorted(reached, reached[-1] / 2)])


def by_chance(persons: int, parts: Sequence[Part]) -> tuple[float, float, float]:
    """People whose complaints no source explains: expected number, and the bounds of nine tenths."""
    rest = np.maximum(persons - sum((p.samples for p in parts), np.zeros(SAMPLES, np.int64)), 0)
    return float(rest.mean()), float(np.quantile(rest, LOW)), float(np.quantile(rest, HIGH))


def rate(found: Found) -> Rate | None:
    """The base rate: complaints of the days up to the first day of the earliest source (Poisson, interval by Gamma).

    ``None`` without a source, or where fewer than two weeks of complaints lie before it.
    """
    if not found.sources:
        return None
    begins, day = min(s.weighed.best[1] for s in found.sources), found.series.day
    days, after = begins - int(day.min()) + 1, int(day.max()) - begins
    if days < LEAST_DAYS or after < 1:
        return None
    before = int((day <= begins).sum())
    law = stats.gamma(before + 0.5, scale=after / days)
    return Rate(begins, days, before, len(day) - before, law.mean(), law.ppf(LOW), law.ppf(HIGH))

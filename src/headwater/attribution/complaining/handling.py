"""Whether an account reads people because they complain, rather than the other way round.

Who takes calls opens the caller's record, and the complaint is registered some days later: those whom he read complain, and
he took nothing. Under that null a complaint is handled by the account with some chance, on some day before it is
registered (a law of lags: any up to a month, with a tail beyond; the same for every day), and that reading is one of those which the
account makes that day. So the reading days follow the complaints' days; those of a theft do not, and on a day on which
hundreds were read no call explains more than one of them. How much likelier that makes all that the account ever read,
given who complained, than reading as usual is, at the most likely chances and lags:

``product over complaints of  1 + sum over lags of p(lag) * (read / rate - 1)``

with ``rate`` the number of times a day on which the account reads that person anyway. It is a likelihood ratio, of mean
one where the account reads as usual, so evidence of a theft that is divided by its largest value keeps a mean of one at
most both where nobody handles complaints and where the account does (Wasserman, Ramdas and Balakrishnan, "Universal
inference", 2020). The largest value is that of the proportions of a mixture: concave, found by expectation and
maximisation (compare Kiefer and Wolfowitz 1956).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from headwater.attribution.complaining.risk import Drawn, RiskSets
from headwater.attribution.ordering import counted
from headwater.identifiers.compiled import compiled

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
EDGES = np.array([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 10.0, 21.0])
"""Lags in working days: each day of the first week may have a chance of its own, then what lies between these, up to a month."""
HALVES = np.array([10.5, 21.0])
"""And whole laws for what takes longer: as likely to end on one day as on another (exponential), half of it within so many
working days. Banks and insurers are to settle complaints in 15 days, or 30 (银行业保险业消费投诉处理管理办法, 2020)."""
NEAR = 0.05
"""The fit ends where no other one can be likelier by more (nats)."""
ROUNDS = 1000


@dataclass(frozen=True, slots=True)
class Usual:
    """How an account reads: how many a day in each stratum with complaints (strata x days), and by which power of popularity
    they fall on its records."""

    rate: Floats
    power: int


@dataclass(frozen=True, slots=True)
class Readings:
    """All readings of an account, in order of record and day, and how it reads."""

    record: Ints
    day: Ints
    usual: Usual


class Handling:
    """The null that accounts read because of complaints, over the risk sets of a series."""

    def __init__(self, risk: RiskSets) -> None:
        self.risk, self.h = risk, risk.h
        self.worked = _worked(counted(risk.h.day, risk.h.days))
        self._of = self._clock(np.maximum(risk.series.day, 0))
        self._seen = _within(self._of) - _within(self._of - self._clock(np.clip(risk.series.day, 0, self.h.days)))
        self._read: dict[int, Readings] = {}

    def log_ratio(self, account: int, drawn: Drawn) -> float:
        """How much likelier an account's readings are if it handles complaints, in nats; 0 where not at all."""
        readings = self._readings(account)
        complaint, place = self._of_complainers(readings, drawn)
        likely = 1 - self._seen
        if len(place):
            day = readings.day[place]
            lags = _within(self._of[complaint] - self._clock(day)) - _within(self._of[complaint] - self._clock(day + 1))
            np.add.at(likely, complaint, lags / self._rate(readings.usual, readings.record[place], day)[:, None])
        return float(most_likely(likely))

    def lags(self, account: int) -> Ints:
        """How many days before each complaint the account last read who complained."""
        readings, real = self._readings(account), self.risk.real
        complaint, place = self._of_complainers(readings, real)
        last = np.flatnonzero(np.diff(complaint, append=-1))
        return np.asarray(self.risk.series.day[complaint[last]] - readings.day[place[last]])

    def _of_complainers(self, readings: Readings, drawn: Drawn) -> tuple[Ints, Ints]:
        """Readings of people before they complained: of which complaint, and the place of each."""
        low = np.searchsorted(readings.record, drawn.record)
        counts = np.searchsorted(readings.record, drawn.record, side="right") - low
        complaint = np.repeat(np.arange(len(low)), counts)
        place = np.arange(len(complaint)) + np.repeat(low - np.cumsum(counts) + counts, counts)
        before = readings.day[place] < self.risk.series.day[complaint]
        return complaint[before], place[before]

    def _rate(self, usual: Usual, record: Ints, day: Ints) -> Floats:
        """How often a day an account reads each of these records anyway, on these days."""
        at = self.risk.in_strata(record)
        weight = self.risk.popular[usual.power][record] / self.risk.popular_totals[usual.power, at]
        return np.asarray(np.maximum(usual.rate[at, day] * weight, 1e-12))

    def _readings(self, account: int) -> Readings:
        if account not in self._read:
            own = slice(int(self.h.bounds[account]), int(self.h.bounds[account + 1]))
            record, day = self.h.record[own], self.h.day[own].astype(np.int64)
            self._read[account] = Readings(record, day, self._usual(record, day))
        return self._read[account]

    def _usual(self, record: Ints, day: Ints) -> Usual:
        """Expected readings a day in each stratum: the number of that day and stratum, drawn towards what the account reads
        that day times the stratum's share of all that it reads; of a day, towards the account's mean."""
        risk, days = self.risk, self.h.days
        at = risk.in_strata(record)
        inside = (at >= 0) & risk.live[record]
        at = at[inside]
        read = np.bincount(at * days + day[inside], minlength=len(risk.popular_totals[0]) * days).reshape(-1, days)
        every = np.bincount(day, minlength=days).astype(float)[None, :]
        busy = _expected(every, len(day) * self.worked[None, :] / max(float(self.worked.sum()), 1e-9))
        shares = read.sum(axis=1, keepdims=True) / max(float(busy.sum()), 1e-9)
        weights = zip(risk.popular, risk.popular_totals, strict=True)
        told = [float(np.log(weight[record[inside]] / total[at]).sum()) for weight, total in weights]
        return Usual(_expected(read, shares * busy), int(np.argmax(told)))

    def _clock(self, day: Ints) -> Floats:
        """The working days up to the beginning of each day; after the log every day is one."""
        passed = np.concatenate([[0.0], np.cumsum(self.worked)])
        inside = np.clip(day, 0, self.h.days)
        return np.asarray(passed[inside] + (day - inside))


def _worked(read: Ints) -> Floats:
    """How much of a working day each day is, by how much the house reads: one at most, next to nothing on a holiday."""
    usual = float(np.median(read[read > 0])) if read.any() else 1.0
    return np.asarray(np.minimum(read / usual, 1.0))


def _within(lag: Floats) -> Floats:
    """The part of each law of lags (across) that lies below each of these."""
    some = np.clip((lag[:, None] - EDGES[None, :-1]) / np.diff(EDGES)[None, :], 0.0, 1.0)
    return np.concatenate([some, 1 - 0.5 ** (np.maximum(lag, 0.0)[:, None] / HALVES[None, :])], axis=1)


def _expected(read: Floats | Ints, mean: Floats) -> Floats:
    """Expected numbers of every day (across) of several things (down): those that were read, drawn towards a mean as much as
    the days are alike (Poisson numbers whose rates follow a Gamma law around it: negative binomial, fitted by moments)."""
    mean = np.maximum(mean, 1e-9)
    spread = np.maximum(((read - mean) ** 2 - mean).sum(axis=1, keepdims=True), 1e-9)
    alike = (mean**2).sum(axis=1, keepdims=True) / spread
    return np.asarray(mean * (read + alike) / (mean + alike))


@compiled
def most_likely(likely: Floats) -> float:
    """The largest log likelihood ratio (nats) of a mixture of classes (across), of which ``likely`` holds the ratio of each to
    chance for every complaint, with chance itself (ratio one) among them."""
    rows, classes = likely.shape
    shares, told = np.full(classes, 0.5 / classes), 0.0
    rest = 0.5
    for _round in range(ROUNDS):
        steps, step, told = np.zeros(classes), 0.0, 0.0
        for i in range(rows):
            ratio = rest
            for c in range(classes):
                ratio += shares[c] * likely[i, c]
            told += math.log(ratio)
            step += 1.0 / ratio
            for c in range(classes):
                steps[c] += likely[i, c] / ratio
        if max(steps.max(), step) - rows < NEAR:
            break
        for c in range(classes):
            shares[c] *= steps[c] / rows
        rest *= step / rows
    return max(told, 0.0)

"""Who could have complained on the day of each complaint: the risk sets, and whom an account had read by then.

A complaint is held against everybody who could have complained in its stead on that day: the records of the same segment of
the same book that were there by then. Days are conditioned on: a burst of nuisance calls makes more of such comparisons and
no other ones. This is the partial likelihood of Cox ("Regression models and life-tables", 1972) with everybody as a control,
as in nested case-control studies.

Among themselves they are not alike: who comes often is read by many and complains more, and so may the newest. How much is
not known and not fitted (the taken would pass for popular): every :class:`Habit` of complaining stands for itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from headwater.attribution.complaining import delays
from headwater.attribution.complaining.series import Series
from headwater.attribution.histories import Histories, numbered, readers
from headwater.attribution.windows import Windows

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Window = tuple[int, int, int]
"""An account, the first day and the length in days."""
POPULAR = (0.0, 0.5, 1.0, 1.5)
"""People complain as a power of how many accounts read them: one way of complaining for each."""
NEW = (0.0, 1.0)
"""And as a power of how new their records are, where the data set tells."""
AGES, MIDDLES = (0.0, 7.0, 30.0, 90.0, 365.0), (3.0, 16.0, 55.0, 200.0, 700.0)
"""Classes of a record's age in days on the day of the complaint: where each begins, and what stands for it."""
EARLY = -1e6
"""Records of which it is not told since when they are there were there long before."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Complaining people, real or drawn: records, and the weight of each by chance (ways of complaining x complaints)."""

    record: Ints
    own: Floats


@dataclass(frozen=True, slots=True)
class Exposure:
    """What an account read for the first time in a window: records (sorted) with days. Of each complaint's risk set what
    each law of delay makes of them (``mass``: laws x complaints), and their weight by chance (``usual``: ways x complaints)."""

    record: Ints
    day: Ints
    mass: Floats
    usual: Floats


class RiskSets:
    """The risk sets of a series of complaints among the records that are ``live``.

    ``total``: the weight of everybody in the risk set of each complaint (ways of complaining x complaints). ``popular``:
    what each record weighs by how many read it, one array for each power, and ``popular_totals`` their sums over the
    strata that have complaints (powers x strata). With ``pooled`` all records are one stratum.
    """

    def __init__(self, windows: Windows, series: Series, live: Flags, pooled: bool = False) -> None:
        self.windows, self.h, self.series, self.live = windows, windows.h, series, live
        self.kinds = _kinds(windows.h, pooled)
        self.born = np.where(np.isfinite(series.born), series.born, EARLY)
        self.laws = delays.table(int(series.day.max(initial=0)) + 1)
        self.kind = self.kinds[series.record]
        self._complained, self._place = np.unique(self.kind, return_inverse=True)
        self._stratum = np.full(int(self.kinds.max(initial=0)) + 1, -1, np.int64)
        self._stratum[self._complained] = np.arange(len(self._complained))
        self._days, self._when = np.unique(series.day, return_inverse=True)
        self._weigh()
        self._sort()
        self.total = np.concatenate([self._totals(w) for w in range(len(self.popular))])
        self.real = Drawn(series.record, self._own(series.record))

    def _weigh(self) -> None:
        """What each record weighs by how many read it, and each class of age, for each way of complaining."""
        counts = 1.0 + readers(self.h, self.h.size)
        self.popular = [np.where(self.live, counts**power, 0.0) for power in POPULAR]
        self.popular = [w * (np.count_nonzero(self.live) / max(float(w.sum()), 1e-300)) for w in self.popular]
        inside = self.in_strata(np.arange(self.h.size))
        sums = [np.bincount(inside[inside >= 0], w[inside >= 0], len(self._complained)) for w in self.popular]
        self.popular_totals = np.maximum(np.stack(sums), 1e-12)
        told = NEW if (self.born > EARLY).any() else NEW[:1]
        self._classes = np.array([(1 + np.array(MIDDLES[::-1]) / MIDDLES[1]) ** -power for power in told])

    def _sort(self) -> None:
        """Records by stratum and age, so that the risk set of a complaint is a stretch of them."""
        self._low = float(self.born.min(initial=0.0))
        latest = max(float(self.born.max(initial=0.0)), float(self.series.day.max(initial=0)))
        self._span = latest - self._low + 3.0
        keys = self.kinds * self._span + (self.born - self._low)
        self._members = np.argsort(keys, kind="stable")
        edges = self.series.day[:, None] - np.array([np.inf, *AGES[::-1]])[None, :]
        at = self.kind[:, None] * self._span + np.clip(edges - self._low, -1.0, self._span - 2)
        self._bounds = np.searchsorted(keys[self._members], at, side="right")

    def _totals(self, way: int) -> Floats:
        sums = np.concatenate([[0.0], np.cumsum(self.popular[way][self._members])])
        return np.asarray(self._classes @ np.diff(sums[self._bounds], axis=1).T)

    def _own(self, records: Ints) -> Floats:
        age = self.series.day - self.born[records]
        class_ = len(AGES) - np.clip(np.searchsorted(AGES, age, side="right"), 1, None)
        own = [weights[records] * self._classes[:, class_] for weights in self.popular]
        return np.asarray(np.maximum(np.concatenate(own), 1e-12))

    def draw(self, rng: np.random.Generator, way: int) -> Drawn:
        """Somebody else for each complaint, from its risk set: what chance alone would have brought, people complaining so."""
        popular, new = divmod(way, len(self._classes))
        sums = np.concatenate([[0.0], np.cumsum(self.popular[popular][self._members])])
        bounds, factor = sums[self._bounds], self._classes[new]
        steps = np.cumsum(np.diff(bounds, axis=1) * factor, axis=1)
        target = rng.random(len(steps)) * steps[:, -1]
        row, place = np.arange(len(steps)), np.minimum((target[:, None] >= steps).sum(axis=1), len(AGES) - 1)
        inside = (target - np.where(place > 0, steps[row, place - 1], 0.0)) / factor[place]
        at = np.searchsorted(sums, bounds[row, place] + inside, side="right") - 1
        record = self._members[np.clip(at, 0, len(self._members) - 1)]
        return Drawn(record, self._own(record))

    def likeliest(self) -> int:
        """The way of complaining that fits best who complained."""
        return int(np.argmax(np.log(self.real.own / self.total).sum(axis=1)))

    def in_strata(self, records: Ints) -> Ints:
        """The place of each record's stratum among those with complaints; -1 where nobody complained."""
        return np.asarray(self._stratum[self.kinds[records]])

    def expected_of(self, pairs: Ints) -> Floats:
        """Of some pairs of the histories how many complaints chance lets follow each, people complaining in the likeliest way."""
        after, way = self._after
        record = self.h.record[pairs]
        at = self.in_strata(record)
        told = np.where(at >= 0, after[at, self.h.day[pairs].astype(np.int64) + 1], 0.0)
        return np.asarray(told * self.popular[way // len(self._classes)][record])

    @cached_property
    def _after(self) -> tuple[Floats, int]:
        """Complaints on each day or later (strata x days), each by what it is to one of unit weight; and the likeliest way."""
        way = self.likeliest()
        after = np.zeros((len(self._complained), self.h.days + 1))
        middle = self._classes[way % len(self._classes)].mean()
        days = np.clip(self.series.day, 0, self.h.days)
        np.add.at(after, (self._place, days), middle / np.maximum(self.total[way], 1e-300))
        return after[:, ::-1].cumsum(axis=1)[:, ::-1], way

    def exposure(self, window: Window) -> Exposure:
        """What an account read for the first time in a window of days."""
        pairs = self.windows.firsts_in(*window)
        pairs = pairs[self.live[self.h.record[pairs]]]
        record, day = self.h.record[pairs], self.h.day[pairs]
        first, width = window[1], min(window[2], self.h.days - window[1])
        at = self.in_strata(record)
        inside = at >= 0
        cell, shape = at[inside] * width + (day[inside] - first), (len(self._complained), width)
        delay = np.clip(self._days[:, None] - (first + np.arange(width))[None, :], 0, self.laws.shape[1] - 1)
        read = np.bincount(cell, minlength=shape[0] * width).reshape(shape).astype(float)
        mass = (self.laws[:, delay] @ read.T)[:, self._when, self._place]
        usual = []
        for way, weights in enumerate(self.popular):
            weighed = np.bincount(cell, weights[record[inside]], shape[0] * width).reshape(shape)
            reached = (self.laws[-1][delay] @ weighed.T)[self._when, self._place]
            usual.append(reached * self._middle(way))
        return Exposure(record, day, mass, np.minimum(np.concatenate(usual), self.total))

    def _middle(self, way: int) -> Floats:
        """What the risk sets' classes of age weigh on the average."""
        rows = slice(way * len(self._classes), (way + 1) * len(self._classes))
        return np.asarray(self.total[rows] / np.maximum(self.total[way * len(self._classes)], 1e-300))

    def hits(self, exposure: Exposure, drawn: Drawn) -> tuple[Ints, Ints]:
        """Which complaints are of people whom a window's readings had reached by then, and how many days before."""
        if len(exposure.record) == 0:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        at = np.minimum(np.searchsorted(exposure.record, drawn.record), len(exposure.record) - 1)
        delay = self.series.day - exposure.day[at]
        found = np.flatnonzero((exposure.record[at] == drawn.record) & (delay > 0))
        return found, delay[found]


def _kinds(h: Histories, pooled: bool) -> Ints:
    """The stratum of every record: its segment, within each book."""
    if pooled:
        return np.zeros(h.size, np.int64)
    return numbered(h.book * (int(h.segment.max(initial=0)) + 1) + h.segment) if len(h.book) else h.segment

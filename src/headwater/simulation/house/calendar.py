"""The days of a made world: which are worked, and how they become points in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from headwater.simulation.clock import OFFSET
from headwater.simulation.events import DAY, Whole


@dataclass(frozen=True, slots=True)
class Calendar:
    """``days`` days from ``start``. ``working`` leaves out weekends and the days on which the house is closed;
    ``busy`` is how much more than usual a day asks of everybody (month-ends)."""

    start: date
    days: int
    working: NDArray[np.bool_]
    busy: NDArray[np.float64]

    def midnight(self, day: Whole | int) -> Whole:
        """The UTC milliseconds at which these local days begin."""
        epoch = (self.start - date(1970, 1, 1)).days
        return np.asarray((epoch + np.asarray(day, dtype=np.int64)) * DAY - OFFSET, dtype=np.int64)

    def day_of(self, time: Whole) -> Whole:
        """The numbers of the days in which these UTC milliseconds fall."""
        return np.asarray((np.asarray(time) - self.midnight(0)) // DAY, dtype=np.int64)

    def date(self, day: int) -> date:
        """The date of a day's number; days before the start have negative numbers."""
        return self.start + timedelta(days=int(day))

    def work_days(self, begins: float = 0.0, ends: float = 1.0) -> Whole:
        """The numbers of the working days between two shares of the span."""
        days = np.flatnonzero(self.working)
        return days[(days >= begins * self.days) & (days < ends * self.days)]


def calendar(start: date, days: int, month_end: float, rng: np.random.Generator) -> Calendar:
    """A calendar with one closed working day in each six weeks, as holidays are, and busy ends of months."""
    dates = [start + timedelta(days=n) for n in range(days)]
    working = np.array([day.weekday() < 5 for day in dates])
    closed = rng.choice(np.flatnonzero(working), days // 42, replace=False)
    working[closed] = False
    return Calendar(start, days, working, _busy(dates, working, month_end))


def _busy(dates: list[date], working: NDArray[np.bool_], month_end: float) -> NDArray[np.float64]:
    """The last three working days of each month are busier."""
    busy = np.ones(len(dates))
    months = np.array([day.year * 12 + day.month for day in dates])
    for month in np.unique(months)[:-1].tolist():
        busy[np.flatnonzero((months == month) & working)[-3:]] = month_end
    return busy

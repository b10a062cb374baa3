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
    """``days`` days from ``start``; ``working`` leaves out weekends and the days on which the house is closed."""

    start: date
    days: int
    working: NDArray[np.bool_]

    def midnight(self, day: Whole) -> Whole:
        """The UTC milliseconds at which these local days begin."""
        epoch = (self.start - date(1970, 1, 1)).days
        return (epoch + np.asarray(day, dtype=np.int64)) * DAY - OFFSET

    def date(self, day: int) -> date:
        """The date of a day's number; days before the start have negative numbers."""
        return self.start + timedelta(days=int(day))

    def work_days(self, begins: float = 0.0, ends: float = 1.0) -> Whole:
        """The numbers of the working days between two shares of the span."""
        days = np.flatnonzero(self.working)
        return days[(days >= begins * self.days) & (days < ends * self.days)]


def calendar(start: date, days: int, rng: np.random.Generator) -> Calendar:
    """A calendar with one closed working day in each six weeks, as holidays are."""
    working = np.array([(start + timedelta(days=n)).weekday() < 5 for n in range(days)])
    closed = rng.choice(np.flatnonzero(working), days // 42, replace=False)
    working[closed] = False
    return Calendar(start, days, working)

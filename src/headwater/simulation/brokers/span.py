"""The days of a made market in seconds of local time, and the hours in which somebody can be reached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from headwater.simulation.clock import OFFSET
from headwater.simulation.events import Whole

DAY = 86_400
HOUR = 3_600
_OFFSET = OFFSET // 1_000
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Span:
    """From the first midnight to the last one; times are seconds since 1970 in UTC."""

    start: int
    days: int

    @property
    def end(self) -> int:
        """The midnight after the last day."""
        return self.start + self.days * DAY

    def at(self, day: Whole, second: Whole) -> Whole:
        """The time of these seconds of these days."""
        return self.start + day * DAY + second

    def weekday(self, day: Whole) -> Whole:
        """0 for Monday to 6 for Sunday, for days of this span."""
        return ((self.start + _OFFSET) // DAY + day + 3) % 7


def span(start: date, days: int) -> Span:
    """The span of that many days."""
    return Span((start - _EPOCH).days * DAY - _OFFSET, days)


def moment(second: int) -> str:
    """ISO 8601 with the zone of the made market."""
    return f"{local(second, 'T')}+08:00"


def local(second: int, between: str = " ") -> str:
    """Date and time of day as clocks there show it."""
    day, rest = divmod(int(second) + _OFFSET, DAY)
    hour, rest = divmod(rest, HOUR)
    return f"{_date(day)}{between}{hour:02d}:{rest // 60:02d}:{rest % 60:02d}"


@lru_cache(maxsize=4_096)
def _date(day: int) -> str:
    return (_EPOCH + timedelta(days=day)).isoformat()


def next_open(time: Whole, opens: Whole, closes: Whole, weekdays: Whole, wait: Whole) -> Whole:
    """The first time from ``time`` on at which somebody is there.

    ``opens`` and ``closes`` are seconds of the day (``closes`` up to 24 hours), ``weekdays`` is 1 for those who have
    the weekend off; who comes late is served ``wait`` seconds after the next opening.
    """
    moved = time.copy()
    for _ in range(4):  # evening, then Saturday, then Sunday, then Monday
        day, second = np.divmod(moved + _OFFSET, DAY)
        free = (weekdays == 1) & ((day + 3) % 7 >= 5)
        late = (second > closes) | free
        early = (second < opens) & ~free
        moved = np.where(late, (day + 1) * DAY - _OFFSET, moved)
        moved = np.where(early, day * DAY + opens + wait - _OFFSET, moved)
    return moved

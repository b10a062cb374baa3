"""Alerts that were let through against what the budget promised, week by week."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from headwater.casework.budget import CARRIED_DAYS, Budget
from headwater.model.alert import Alert, Lane

LANES: tuple[Lane, ...] = ("fact", "day", "slow", "look-up")


@dataclass(frozen=True, slots=True)
class Week:
    """One week: alerts let through by lane, and how many statistical ones were promised, and let through, up to its end."""

    monday: date
    released: tuple[int, ...]  # as LANES
    promised: float
    so_far: int


@dataclass(frozen=True, slots=True)
class Rate:
    """Alerts against the budget: from the first evening to the last."""

    first: date
    last: date
    daily: float
    weeks: tuple[Week, ...]
    statistical: int
    facts: int
    waiting: int

    @property
    def promised(self) -> float:
        """Statistical alerts that the budget allows in all of these days."""
        return allowed(self.daily, (self.last - self.first).days + 1)

    @property
    def within(self) -> bool:
        """Whether what was let through keeps the promise."""
        return self.statistical <= self.promised


def allowed(daily: float, days: int) -> float:
    """What a bucket may give in so many days: the days' tokens, those of a week that it may have held, and the first one."""
    return daily * (days + CARRIED_DAYS) + 1


def rate(alerts: Iterable[Alert], last: date, per_10000: float, staff: int) -> Rate | None:
    """What was let through up to an evening; ``None`` where nothing was raised yet."""
    every = list(alerts)
    released = [a for a in every if a.released]
    if not every:
        return None
    first = min(a.raised for a in every)
    last = max([last, *(a.released for a in released if a.released)])
    daily = Budget(per_10000, staff).daily
    return Rate(
        first,
        last,
        daily,
        tuple(_weeks(released, first, last, daily)),
        statistical=sum(a.lane != "fact" for a in released),
        facts=sum(a.lane == "fact" for a in released),
        waiting=len(every) - len(released),
    )


def _weeks(released: list[Alert], first: date, last: date, daily: float) -> Iterable[Week]:
    counted = Counter((_monday(a.released), a.lane) for a in released if a.released)
    so_far, monday = 0, _monday(first)
    while monday <= last:
        lanes = tuple(counted[monday, lane] for lane in LANES)
        so_far += sum(lanes[1:])
        end = min(last, monday + timedelta(days=6))
        yield Week(monday, lanes, allowed(daily, (end - first).days + 1), so_far)
        monday += timedelta(days=7)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())

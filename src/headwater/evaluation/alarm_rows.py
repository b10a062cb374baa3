"""False alarms over many worlds, with the interval of their rate."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from headwater.evaluation.alarms import Alarms
from headwater.evaluation.alerts import PER_STAFF
from headwater.evaluation.intervals import poisson
from headwater.evaluation.scoring import Score

WITH, WITHOUT, ANY = "with crime", "without crime", "all worlds"


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """False alarms of one method under one budget, in worlds with crime, without, or all whose size is told.

    ``rate``, ``low``, ``high``: false alarms a day per 10,000 staff with the exact Poisson interval. ``staff_days``: staff × days
    that it rests on. ``alikes``, ``by_alike``: those that point at innocent look-alikes. ``worst_week``, ``worst_day``: the most in
    one week or day of one world; ``worst_week_scaled``: the same per 10,000 staff.
    """

    method: str
    unit: str
    reading: str
    budget: int
    worlds_are: str
    worlds: int
    staff_days: int
    alerts: int
    false: int
    rate: float
    low: float
    high: float
    alikes: int
    by_alike: Mapping[str, int]
    worst_week: int
    worst_week_scaled: float
    worst_day: int


def alarm_rows(method: str, scores: Iterable[Score]) -> tuple[AlarmRow, ...]:
    """All rows of one method. Worlds whose size the truth does not tell have no rate and are left out."""
    groups: dict[tuple[str, str, int, str], list[tuple[int, int, Alarms]]] = defaultdict(list)
    for score in scores:
        if not score.staff or not score.days:
            continue
        for point in score.points:
            for worlds in (ANY, WITH if score.crimes else WITHOUT):
                groups[point.unit, point.reading, point.budget, worlds].append((score.staff, score.days, point.alarms))
    return tuple(_row(method, at, found) for at, found in groups.items())


def _row(method: str, at: tuple[str, str, int, str], found: list[tuple[int, int, Alarms]]) -> AlarmRow:
    staff_days = sum(staff * days for staff, days, _alarms in found)
    false = sum(alarms.false for _staff, _days, alarms in found)
    kinds: Counter[str] = Counter()
    for _staff, _days, alarms in found:
        kinds.update(alarms.by_alike)
    low, high = poisson(false)
    scale = PER_STAFF / staff_days
    return AlarmRow(
        method,
        *at,
        worlds=len(found),
        staff_days=staff_days,
        alerts=sum(alarms.alerts for _staff, _days, alarms in found),
        false=false,
        rate=false * scale,
        low=low * scale,
        high=high * scale,
        alikes=sum(alarms.alikes for _staff, _days, alarms in found),
        by_alike=dict(sorted(kinds.items())),
        worst_week=max(alarms.worst_week for _staff, _days, alarms in found),
        worst_week_scaled=max(alarms.worst_week * PER_STAFF / staff for staff, _days, alarms in found),
        worst_day=max(alarms.worst_day for _staff, _days, alarms in found),
    )

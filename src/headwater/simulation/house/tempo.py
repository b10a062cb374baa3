"""How much work a day brings to whom: weekly rhythm, month-ends, campaigns, and the slow drift of each person's pace."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from headwater.simulation.house.house import House
from headwater.simulation.house.nouns import Day

_WEEK = np.array([1.14, 1.05, 1.0, 0.98, 0.92, 0.72, 0.6])  # Monday first; weekends are those of the rota
_FULL_DAY = 9.2  # hours from coming to going of a whole working day
_DRIFT, _KEPT = 0.06, 0.93  # a week's step of the logarithm of the pace, and how much of the distance stays
_TEAM_SURGE = (0.006, 1.5, 4.0)  # chance that a team's campaign begins on a day, and how much more it asks
_ROLE_SURGE = (0.007, 1.2, 2.2)  # the same for everybody of one kind of work, as after a storm
_LONGEST = 5  # days that a surge lasts at most

Floats = NDArray[np.float64]


def tempo(house: House, day: Day) -> Floats:
    """How much more or less than the median person's full day each of those at work has to do."""
    staff, number = house.staff, day.number
    rhythm = _WEEK[house.calendar.date(number).weekday()] * house.calendar.busy[number]
    hours = np.clip((day.goes - day.comes) / _FULL_DAY, 0.3, 1.25)
    surge = surges(house, number, "team", _TEAM_SURGE)[staff.team_on(number)[day.person]]
    storm = surges(house, number, "role", _ROLE_SURGE)[staff.role_on(number)[day.person]]
    drift = np.exp(drifts(house, number // 7)[day.person])
    return np.asarray(staff.pace[day.person] * drift * hours * rhythm * surge * storm, dtype=np.float64)


def drifts(house: House, week: int) -> Floats:
    """The logarithm of how far everybody's pace is from their usual one in a week: a slow walk that tends back."""
    name = f"drift {week}"
    if name not in house.kept:
        before = drifts(house, week - 1) if week > 0 else np.zeros(len(house.staff))
        house.kept.pop(f"drift {week - 2}", None)
        step = house.dice("drift", week).standard_t(3, len(house.staff)) * _DRIFT
        house.kept[name] = np.clip(_KEPT * before + step, -1.2, 1.2)
    kept: Floats = house.kept[name]
    return kept


def surges(house: House, day: int, of: str, how: tuple[float, float, float]) -> Floats:
    """By team or role: how much more a day asks because of campaigns that began on it or shortly before."""
    chance, least, most = how
    groups = (
        1 + int(max(house.staff.team.max(), house.staff.team_before.max())) if of == "team" else len(house.trade.roles)
    )
    out = np.ones(groups)
    for age in range(_LONGEST):
        rng = house.dice(f"surges of a {of}", day - age)
        begins = rng.random(groups) < chance
        lasts = rng.geometric(0.45, groups) > age
        height = least + (most - least) * rng.random(groups) ** 2
        out = np.where(begins & lasts, np.maximum(out, height), out)
    return out

"""Cover: whose work somebody does for a colleague of the same team, those who are away first."""

from __future__ import annotations

import numpy as np

from headwater.simulation.events import Whole
from headwater.simulation.house.client_books import held
from headwater.simulation.house.house import House
from headwater.simulation.house.open_cases import loads

_AWAY, _THERE = 3.0, 0.12  # how readily a colleague's work is taken who is away, or at the next desk


def covered(house: House, rng: np.random.Generator, person: Whole, day: int) -> Whole:
    """A colleague for each of these people; oneself where the team has nobody with work of their own."""
    staff, team = house.staff, house.staff.team_on(day)
    weight = _weight(house, day)
    order = np.argsort(team, kind="stable")
    mass = np.concatenate([[0.0], np.cumsum(weight[order])])
    begin = np.searchsorted(team[order], team[person], "left")
    end = np.searchsorted(team[order], team[person], "right")
    aim = mass[begin] + rng.random(len(person)) * (mass[end] - mass[begin])
    at = np.minimum(np.maximum(np.searchsorted(mass, aim, "right") - 1, begin), end - 1)
    found = order[at]
    return np.where((mass[end] > mass[begin]) & (weight[found] > 0), found, np.arange(len(staff))[person])


def _weight(house: House, day: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    staff = house.staff
    has_work = (held(house, day) > 0) | (loads(house, day) > 0)
    employed = (staff.hired <= day) & (staff.left >= day) & ~staff.outside
    weight = np.where(house.here[:, day], _THERE, _AWAY)
    return np.where(has_work & employed, weight, 0.0)

"""Cover: whose work somebody does for a colleague of the same team, those who are away first."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from headwater.simulation.events import Whole
from headwater.simulation.house.client_books import held
from headwater.simulation.house.house import House
from headwater.simulation.house.ladders import ladder, remembered
from headwater.simulation.house.open_cases import loads

_AWAY, _THERE = 3.0, 0.12  # how readily a colleague's work is taken who is away, or at the next desk


def covered(house: House, rng: np.random.Generator, person: Whole, day: int) -> Whole:
    """A colleague for each of these people; oneself where the team has nobody with work of their own."""
    team = house.staff.team_on(day)[person]
    found = remembered(house, "teams", day, lambda: ladder(house.staff.team_on(day), _weight(house, day))).draw(
        rng, team
    )
    return np.where(found >= 0, found, person)


def _weight(house: House, day: int) -> NDArray[np.float64]:
    staff = house.staff
    has_work = (held(house, day) > 0) | (loads(house, day) > 0)
    employed = (staff.hired <= day) & (staff.left >= day) & ~staff.outside
    weight = np.where(house.here[:, day], _THERE, _AWAY)
    return np.where(has_work & employed, weight, 0.0)

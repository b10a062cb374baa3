"""Who looks after whose clients on a day: books go to an heir while their owner has not come, has left or moved on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from headwater.simulation.events import Whole
from headwater.simulation.house.house import House

_STEPS = 4  # an heir who is gone too hands on to the next


def keepers(house: House, day: int) -> Whole:
    """Who looks after the book of each of the staff on a day: its owner, or the heir.

    ``keepers(house, day)[house.clients.owner[client]]`` is the agent of a client on that day (for owners >= 0).
    """
    keeps, keeper = _keeps(house, day), np.arange(len(house.staff))
    for _ in range(_STEPS):
        keeper = np.where(keeps[keeper], keeper, house.staff.heir[keeper])
    return keeper


def handovers(house: House) -> list[tuple[int, int, int]]:
    """Each passing of a book within the span, by day: who had it, who gets it, from which day on."""
    staff, days = house.staff, house.calendar.days
    goes = np.where(_moves_on(house), np.minimum(staff.moved, staff.left + 1), staff.left + 1)
    owners = np.bincount(house.clients.owner[house.clients.owner >= 0], minlength=len(staff)) > 0
    passed = [
        (int(goes[p]), p, int(keepers(house, int(goes[p]))[p]))
        for p in np.flatnonzero(owners & (goes > 0) & (goes < days)).tolist()
    ]
    come = np.flatnonzero(owners & (staff.hired > 0) & (staff.hired < days)).tolist()
    passed += [(int(staff.hired[p]), int(keepers(house, int(staff.hired[p]) - 1)[p]), p) for p in come]
    return [(giver, taker, day) for day, giver, taker in sorted(passed) if giver != taker]


def _keeps(house: House, day: int) -> NDArray[np.bool_]:
    """Who is in the house on a day and still does the work that their book belongs to."""
    staff = house.staff
    gone = _moves_on(house) & (staff.moved <= day)
    return np.asarray((staff.hired <= day) & (staff.left >= day) & ~gone)


def _moves_on(house: House) -> NDArray[np.bool_]:
    """Whose move takes them to another role or branch; a move between teams of one branch leaves the book."""
    staff = house.staff
    return np.asarray((staff.role != staff.role_before) | (staff.branch != staff.branch_before))

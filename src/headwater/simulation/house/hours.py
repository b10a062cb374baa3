"""When people come and go on a day: office hours, early and late turns, nights, and those who share a desk by turns."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from headwater.simulation.events import Whole
from headwater.simulation.house.house import House
from headwater.simulation.house.rota import shifts

Hours = NDArray[np.float64]
_TURNS: dict[str, tuple[tuple[float, float], ...]] = {
    "office": ((8.6, 17.7),),
    "late": ((8.4, 17.2), (11.6, 20.3)),
    "rota": ((8.0, 17.0), (10.2, 19.2)),
    "night": ((8.0, 16.2), (15.8, 23.8), (22.6, 30.8)),
    "always": ((9.0, 20.5), (10.2, 22.0)),
    "shared": ((8.0, 14.2), (14.6, 20.8)),
}
"""From when to when the turns of each shift last, as local hours; people change from turn to turn by the week."""


def hours(house: House, day: int) -> tuple[Hours, Hours]:
    """When everybody would come and go on a day, here or not."""
    staff, calendar = house.staff, house.calendar
    rng, count = house.dice("hours", day), len(house.staff)
    kind = shifts(house.trade, staff.role_on(day))
    rank, shared = _sharing(house, day)
    office = kind == "office"
    kind = np.where(shared, "shared", kind)
    comes, goes = _turn(kind, rank + day // 7)
    tight = np.where(shared, 0.25, 1.0)  # who hands a desk over keeps to the hour
    comes += np.clip(_habits(house) + rng.normal(0, 0.2, count), -1.4, 1.4) * tight
    later = rng.gamma(1.2, 0.4, count) + 1.5 * (calendar.busy[day] - 1)
    goes += np.minimum(later, 4.0) * np.where(shared, 0.05, 1.0)
    short = office & ~calendar.working[day]
    goes = np.where(short, comes + rng.uniform(2.5, 6.0, count), goes)
    return comes, goes


def _habits(house: House) -> Hours:
    """How much earlier or later than the others each is used to come."""
    return house.dice("habits").normal(0, 0.35, len(house.staff))


def _sharing(house: House, day: int) -> tuple[Whole, NDArray[np.bool_]]:
    """Everybody's turn number, and who of them shares a place; those at one place have numbers that follow on."""
    place = house.staff.place
    order = np.argsort(place, kind="stable")
    first = np.searchsorted(place[order], place)
    size = np.searchsorted(place[order], place, side="right") - first
    rank = np.empty(len(place), dtype=np.int64)
    rank[order] = np.arange(len(place))
    own = house.dice("turns").integers(6, size=len(place))
    return np.where(size > 1, rank - first, own), size > 1


def _turn(kind: NDArray[np.str_], number: Whole) -> tuple[Hours, Hours]:
    comes, goes = np.zeros(len(kind)), np.zeros(len(kind))
    for shift, turns in _TURNS.items():
        mine = kind == shift
        table = np.array(turns)[number[mine] % len(turns)]
        comes[mine], goes[mine] = table[:, 0], table[:, 1]
    return comes, goes

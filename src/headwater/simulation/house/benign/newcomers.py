"""New people: they read much while they learn, and a colleague shows them the system at their machine."""

from __future__ import annotations

import numpy as np

from headwater.simulation.house import sources
from headwater.simulation.house.benign.stage import Deed, Stage
from headwater.simulation.house.nouns import Day, Doing
from headwater.simulation.house.shelves import LONG_AGO, shelf

_FIRST_DAYS = 8


def newcomers(stage: Stage, count: int) -> list[Doing]:
    """So many of those hired within the span learn by opening records of an exercise, or whatever comes up."""
    staff, days = stage.house.staff, stage.house.calendar.days
    fresh = (staff.hired > 0) & (staff.hired < days - 3) & stage.does("lookups", 4) & ~staff.outside
    able = stage.rng.permutation(np.flatnonzero(fresh))[:count]
    in_turn = able[np.argsort(staff.hired[able], kind="stable")].tolist()
    return [doing for person in in_turn for doing in (*_training(stage, person), *_shown(stage, person))]


def _training(stage: Stage, person: int) -> list[Doing]:
    rng, house = stage.rng, stage.house
    deed = Deed(stage, "newcomer-in-training", (person,))
    first = int(house.staff.hired[person])
    exercise = rng.random() < 0.6
    recorded = rng.random() < 0.8
    everybody = shelf(house, "all")
    for number in stage.worked(person, first, first + _FIRST_DAYS).tolist():
        count = int(rng.poisson(rng.uniform(0.4, 2.0) * max(12.0, stage.usual(person))))
        none = np.zeros(count, dtype=np.int64)
        found = (
            everybody.evenly(rng, none, LONG_AGO, number) if exercise else everybody.draw(rng, none, LONG_AGO, number)
        )
        known = found[found >= 0]
        deed.looks(stage.seat(person, number), known)
        if recorded:
            deed.reason(person, known, "training", number, number)
    if not recorded and rng.random() < 0.3:
        deed.ticket("新员工上机培训", first, first + 14)
    return deed.done()


def _shown(stage: Stage, person: int) -> list[Doing]:
    """The manager or a colleague logs on at the newcomer's machine for an hour and shows how it is done."""
    rng, house = stage.rng, stage.house
    mate = int(house.staff.heir[person])
    days = stage.worked(person, int(house.staff.hired[person]), int(house.staff.hired[person]) + 3)
    shared = [number for number in days.tolist() if house.here[mate, number]]
    if mate == person or not shared or rng.random() < 0.4:
        return []
    deed = Deed(stage, "shown-at-anothers-machine", (mate, person))
    seat, theirs = stage.seat(mate, shared[0]), stage.seat(person, shared[0])
    here = Day(seat.number, seat.person, seat.comes, seat.goes, theirs.place, seat.account)
    begins = float(np.clip(theirs.comes[0] + rng.uniform(1.0, 4.0), seat.comes[0], seat.goes[0] - 1.2))
    acts = sources.opened(house, rng, np.full(int(rng.integers(8, 40)), mate), seat.number)
    times = np.sort(stage.hour(seat.number, begins + rng.random(len(acts.client))))
    deed.looks(here, acts.client, times)
    return deed.done()

"""Somebody on a journey has forgotten the password, gets in from a hotel at last, and looks a few things up."""

from __future__ import annotations

import numpy as np

from headwater.simulation.events import SECOND
from headwater.simulation.house import sources
from headwater.simulation.house.benign.stage import Deed, Stage
from headwater.simulation.house.desk import REMOTE
from headwater.simulation.house.nouns import Absence, Day, Doing
from headwater.simulation.house.places import elsewhere
from headwater.simulation.house.traces import logons

_JOURNEY = "出差"


def hotels(stage: Stage, count: int) -> list[Doing]:
    """Log-ons from an address never seen before, after failures, within a recorded journey."""
    house, rng = stage.house, stage.rng
    reads = stage.does("lookups", 2)
    away = [a for a in house.absences if a.kind == _JOURNEY and reads[a.person] and 0 <= a.first < house.calendar.days]
    chosen = [away[n] for n in rng.permutation(len(away))[:count].tolist()]
    return [doing for absence in chosen for doing in _hotel(stage, absence)]


def _hotel(stage: Stage, away: Absence) -> list[Doing]:
    rng, house = stage.rng, stage.house
    person, number = away.person, away.first
    deed = Deed(stage, "from-a-hotel", (person,))
    account, place = house.staff.account[[person]], house.staff.place[[person]]
    begins = float(rng.uniform(18.5, 21.5))
    seat = Day(number, np.array([person]), np.array([begins]), np.array([begins + 2.0]), place, account)
    wrong, origin = int(rng.integers(2, 7)), int(rng.choice(elsewhere(house.places)))
    start = stage.hour(number, begins)
    tries = start + np.arange(wrong) * 21 * SECOND
    far = np.full(wrong + 1, origin)
    deed.add("logons", logons(
        wrong + 1, time=np.concatenate([tries, start + 400 * SECOND]), account=np.repeat(account, wrong + 1),
        place=np.repeat(place, wrong + 1), action=["failure"] * wrong + ["logon"], kind=REMOTE, origin=far,
    ))  # fmt: skip
    acts = sources.opened(house, rng, np.full(int(rng.integers(3, 30)), person), number)
    times = np.sort(start + 500 * SECOND + rng.integers(0, 5_400, len(acts.client)) * SECOND)
    deed.looks(seat, acts.client, times)
    if rng.random() < 0.4:
        deed.ticket("出差期间远程办公", away.first, away.last)
    return deed.done()

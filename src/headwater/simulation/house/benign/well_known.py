"""One client in the news, or one accident: many people have to do with the same record on the same days."""

from __future__ import annotations

import numpy as np

from headwater.simulation.house.benign.stage import Deed, Stage
from headwater.simulation.house.nouns import Doing


def well_known(stage: Stage, count: int) -> list[Doing]:
    """A dozen people open one record within a few days; most of them because somebody called about it."""
    house, rng = stage.house, stage.rng
    done: list[Doing] = []
    for first in rng.integers(max(1, house.calendar.days - 3), size=count).tolist():
        able = np.flatnonzero(stage.does("lookups", 6) & house.here[:, first] & ~house.staff.outside)
        people = np.sort(rng.choice(able, min(len(able), int(rng.integers(5, 16))), replace=False)).tolist()
        there = int(np.searchsorted(house.clients.joined, first, "right"))
        if not people or not there:
            continue
        client, deed = int(rng.integers(there)), Deed(stage, "well-known-client", tuple(people))
        for person in people:
            number = min(first + int(rng.integers(3)), house.calendar.days - 1)
            seen = np.full(int(rng.integers(1, 5)), client)
            deed.looks(stage.seat(person, number), seen)
            if rng.random() < 0.8:
                deed.reason(person, seen, "call", number, number)
        done += deed.done()
    return done

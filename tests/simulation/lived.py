"""Days of small made houses, lived once for all the tests that look at them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
from small_trade import OFFICE

from headwater.simulation.events import Column, Events
from headwater.simulation.house import presence
from headwater.simulation.house.building import build
from headwater.simulation.house.house import House
from headwater.simulation.house.nouns import Day, Relations
from headwater.simulation.house.ordinary import ordinary, standing


@dataclass(frozen=True)
class Lived:
    """A house, its days, what happened on each of them, and all reasons on record."""

    house: House
    days: tuple[Day, ...]
    events: tuple[dict[str, list[Events]], ...]
    relations: tuple[Relations, ...]

    def column(self, kind: str, name: str) -> Column:
        """A column of all events of a kind."""
        return np.concatenate([part[name] for day in self.events for part in day[kind]])

    def day_of(self, kind: str) -> Column:
        """The day that each event of a kind belongs to."""
        sizes = [sum(map(len, day[kind])) for day in self.events]
        return np.repeat([day.number for day in self.days], sizes)


def house(seed: int = 5, staff: int = 70, days: int = 45) -> House:
    return build(OFFICE, seed=seed, staff=staff, clients=150 * staff, days=days, start=date(2024, 3, 4))


@cache
def lived(seed: int = 5, staff: int = 70, days: int = 45) -> Lived:
    made = house(seed, staff, days)
    relations = standing(made)
    at_work = tuple(presence.on(made, number) for number in range(days))
    events = tuple(ordinary(made, day, relations) for day in at_work)
    return Lived(made, at_work, events, tuple(relations))

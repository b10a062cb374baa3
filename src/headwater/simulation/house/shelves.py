"""Clients in the order of a group and the day they joined, so that many can be drawn at once from what is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from headwater.simulation.events import Whole
from headwater.simulation.house.clients import Clients
from headwater.simulation.house.house import House

LONG_AGO = -500_000
NOBODY = -2  # a group that no client is in; those of nobody's book are in group -1
_SPAN = 1_048_576  # more than the days from LONG_AGO to FOREVER
By = Literal["owner", "branch", "all"]


@dataclass(frozen=True, slots=True)
class Shelf:
    """Client ordinals sorted by group and day of joining; ``mass`` adds up how often each is dealt with."""

    order: NDArray[np.int32]
    place: Whole
    mass: NDArray[np.float64]

    def bounds(self, group: Whole, first: Whole | int, last: Whole | int) -> tuple[Whole, Whole]:
        """From where to where (excluded) the clients of these groups lie who joined between two days, both included."""
        begin = np.searchsorted(self.place, _place(group, np.asarray(first)), "left")
        end = np.searchsorted(self.place, _place(group, np.asarray(last)), "right")
        return begin, np.maximum(begin, end)

    def held(self, group: Whole, day: int) -> Whole:
        """How many clients these groups have on a day."""
        begin, end = self.bounds(group, LONG_AGO, day)
        return np.asarray(end - begin, dtype=np.int64)

    def draw(self, rng: np.random.Generator, group: Whole, first: Whole | int, last: Whole | int) -> Whole:
        """One client for each group, the often-seen more often; -1 where the group has none from these days."""
        begin, end = self.bounds(group, first, last)
        aim = self.mass[begin] + rng.random(len(group)) * (self.mass[end] - self.mass[begin])
        return self._at(np.searchsorted(self.mass, aim, "right") - 1, begin, end)

    def evenly(self, rng: np.random.Generator, group: Whole, first: Whole | int, last: Whole | int) -> Whole:
        """One client for each group, all alike; -1 where there is none."""
        begin, end = self.bounds(group, first, last)
        return self._at(begin + (rng.random(len(group)) * (end - begin)).astype(np.int64), begin, end)

    def _at(self, at: Whole, begin: Whole, end: Whole) -> Whole:
        inside = np.minimum(np.maximum(at, begin), np.maximum(end - 1, 0))
        return np.where(end > begin, self.order[inside], -1).astype(np.int64)


def shelf(house: House, by: By) -> Shelf:
    """The clients of a house by book, by branch, or all in one group (0)."""
    name = f"shelf {by}"
    if name not in house.kept:
        house.kept[name] = _shelf(house.clients, by)
    kept: Shelf = house.kept[name]
    return kept


def _shelf(clients: Clients, by: By) -> Shelf:
    group = {"owner": clients.owner, "branch": clients.branch, "all": np.zeros(1, dtype=np.int64)}[by]
    place = _place(group, clients.joined)
    order = np.argsort(place, kind="stable").astype(np.int32)
    weight = np.diff(clients.mass, prepend=0.0)[order]
    return Shelf(order, place[order], np.concatenate([[0.0], np.cumsum(weight)]))


def _place(group: Whole, day: Whole) -> Whole:
    return np.asarray(np.asarray(group, dtype=np.int64) * _SPAN + (day - LONG_AGO), dtype=np.int64)

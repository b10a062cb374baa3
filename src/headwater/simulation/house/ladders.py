"""Drawing members of groups by weight, many at once, and remembering what a day's draws are made from."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from headwater.simulation.events import Whole
from headwater.simulation.house.house import House

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ladder:
    """Members in the order of their groups; ``mass`` adds up their weights."""

    group: Whole
    member: Whole
    mass: NDArray[np.float64]

    def draw(self, rng: np.random.Generator, group: Whole) -> Whole:
        """One member of each of these groups by weight, -1 where none has any."""
        first, last = np.searchsorted(self.group, group), np.searchsorted(self.group, group, "right")
        aim = self.mass[first] + rng.random(len(group)) * (self.mass[last] - self.mass[first])
        at = np.searchsorted(self.mass, aim, "right") - 1
        inside = np.minimum(np.maximum(at, first), np.maximum(last - 1, 0))
        return np.where(self.mass[last] > self.mass[first], self.member[inside], -1)


def ladder(group: Whole, weight: NDArray[np.float64]) -> Ladder:
    """The ladder of everybody's group and weight; those without weight are left out."""
    member = np.flatnonzero(weight > 0)
    member = member[np.argsort(group[member], kind="stable")]
    return Ladder(group[member], member, np.concatenate([[0.0], np.cumsum(weight[member])]))


def remembered(house: House, part: str, key: Hashable, make: Callable[[], T], most: int = 12) -> T:
    """What ``make`` gives, made once for the last few keys of a part; it must depend on house and key alone."""
    table: dict[Hashable, T] = house.kept.setdefault(part, {})
    if key not in table:
        made = make()
        if len(table) >= most:
            table.clear()
        table[key] = made
    return table[key]

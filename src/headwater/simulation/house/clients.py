"""The protected data set of a house: compact columns by ordinal; names and numbers are made when they are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from headwater.simulation.events import Column, Whole


class Persons(Protocol):
    """Makes the personal values of clients, always the same ones for the same ordinal."""

    def values(self, ordinals: Whole, field: str, before: bool) -> Column:
        """``name``, ``id_number``, ``phone`` or ``address``; ``before`` the move for phone and address."""
        ...


@dataclass(frozen=True, slots=True)
class Clients:
    """Clients by ordinal, in the order of their keys. Days are numbers of the calendar.

    ``joined``: the day from which the record exists; it never falls from one ordinal to the next. ``moved``: the day
    from which new phone and address hold (far in the past for who never moved). ``owner``: whose book the client is
    in (index of the staff, -1: nobody's). ``mass``: cumulative chance to be dealt with, the last is 1.
    """

    number: Whole
    prefix: str
    joined: Whole
    moved: Whole
    branch: Whole
    owner: Whole
    mass: NDArray[np.float64]
    persons: Persons

    def __len__(self) -> int:
        return len(self.number)

    def keys(self, ordinals: Whole) -> Column:
        """The keys of clients, as text."""
        return np.array([f"{self.prefix}{n}" for n in self.number[ordinals].tolist()], dtype=object)

    def key(self, ordinal: int) -> str:
        """The key of one client."""
        return f"{self.prefix}{self.number[ordinal]}"

    def there(self, day: int) -> NDArray[np.bool_]:
        """Which clients are in the data set on a day."""
        return np.asarray(self.joined <= day, dtype=np.bool_)

    def ranged(self, first: int, last: int, day: int) -> Whole:
        """The ordinals that a range of keys, both ends included, returns on a day."""
        span = np.arange(first, last + 1)
        return span[self.joined[span] <= day]

    def popular(self, rng: np.random.Generator, count: int) -> Whole:
        """Clients as life deals them out: the often-seen more often. Some may not have joined yet."""
        return np.minimum(np.searchsorted(self.mass, rng.random(count)), len(self) - 1)

    def values(self, ordinals: Whole, day: Whole | int, field: str) -> Column:
        """A personal column of clients as the data set had it on a day."""
        before = np.asarray(day) < self.moved[ordinals]
        now = self.persons.values(ordinals, field, False)
        if not before.any():
            return now
        out = now.copy()
        out[before] = self.persons.values(ordinals[before], field, True)
        return out

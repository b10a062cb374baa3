"""Where and when those who play a part are at work, and moments within those hours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.simulation.events import HOUR, SECOND, Whole
from headwater.simulation.house import presence
from headwater.simulation.house.house import House
from headwater.simulation.house.nouns import Day

_BEFORE_GOING = 0.5  # hours that are left, after hurried work, for carrying the haul out
_MIDNIGHT = 24.0
_HURRY = 0.45  # share of a stay that hurried work may fill


@dataclass(frozen=True, slots=True)
class Seats:
    """One row for each person and day of work: the hours (local, fractions), the machine and the account in use."""

    person: Whole
    day: Whole
    comes: NDArray[np.float64]
    goes: NDArray[np.float64]
    place: Whole
    account: Whole

    def __len__(self) -> int:
        return len(self.person)

    def take(self, index: NDArray[np.int64] | NDArray[np.bool_]) -> Seats:
        """The rows at these places, or where this mask is true."""
        return Seats(
            self.person[index], self.day[index], self.comes[index], self.goes[index], self.place[index],
            self.account[index],
        )  # fmt: skip

    def of(self, person: int, first: int, last: int) -> Seats:
        """One person's days of work between two days, both included."""
        return self.take((self.person == person) & (self.day >= first) & (self.day <= last))


def seats(house: House, people: Whole) -> Seats:
    """The working days of some people over the whole span, by day."""
    parts = []
    for number in range(house.calendar.days):
        today = presence.on(house, number)
        mine = np.flatnonzero(np.isin(today.person, people))
        # the logs end with the last day, whoever works through the night
        goes = np.minimum(today.goes[mine], _MIDNIGHT if number == house.calendar.days - 1 else np.inf)
        day = np.full(len(mine), number)
        parts.append((today.person[mine], day, today.comes[mine], goes, today.place[mine], today.account[mine]))
    return Seats(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def together(parts: list[Seats]) -> Seats:
    """The rows of several, one after the other."""
    columns = ("person", "day", "comes", "goes", "place", "account")
    return Seats(*(np.concatenate([getattr(part, name) for part in parts]) for name in columns))


def at(house: House, day: Whole, hour: NDArray[np.float64]) -> Whole:
    """UTC milliseconds of local hours of these days."""
    return house.calendar.midnight(day) + (hour * HOUR).astype(np.int64)


def spread(rng: np.random.Generator, house: House, sat: Seats, rows: Whole) -> Whole:
    """A moment for each given row, as ordinary work has them: in bursts, seldom at lunch."""
    out = np.zeros(len(rows), dtype=np.int64)
    for number in np.unique(sat.day[rows]).tolist():
        mine = np.flatnonzero(sat.day[rows] == number)
        used, inverse = np.unique(rows[mine], return_inverse=True)
        part = sat.take(used)
        day = Day(number, part.person, part.comes, part.goes, part.place, part.account)
        out[mine] = presence.moments(rng, house, day, inverse.astype(np.int64))
    return _within(house, sat, rows, out)


def hurried(rng: np.random.Generator, house: House, sat: Seats, rows: Whole, gap: tuple[float, float]) -> Whole:
    """Moments for these rows (in order), one ``gap`` of seconds after the other, toward the end of each stay."""
    gaps = rng.uniform(*gap, len(rows)) / 3_600
    _, starts, counts = np.unique(rows, return_index=True, return_counts=True)
    passed = np.cumsum(gaps)
    passed -= np.repeat(passed[starts], counts)
    lasts = np.repeat(passed[starts + counts - 1], counts)
    stay = sat.goes[rows] - sat.comes[rows]
    squeeze = np.minimum(1.0, _HURRY * stay / np.maximum(lasts, 1e-9))
    begin = sat.goes[rows] - _BEFORE_GOING - lasts * squeeze
    return _within(house, sat, rows, at(house, sat.day[rows], begin + passed * squeeze))


def _within(house: House, sat: Seats, rows: Whole, times: Whole) -> Whole:
    comes, goes = at(house, sat.day[rows], sat.comes[rows]), at(house, sat.day[rows], sat.goes[rows])
    return np.clip(times, comes + SECOND, goes - SECOND)

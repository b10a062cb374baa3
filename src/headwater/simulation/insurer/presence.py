"""Who is at work when: hours, shifts, leave; and moments within a working day, in bursts and around lunch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.simulation.events import HOUR, Column, Whole
from headwater.simulation.insurer.calendar import Calendar
from headwater.simulation.insurer.staff import Staff

_LUNCH = (12.0, 1.25)  # begins at this hour, lasts so many
_BURSTS = 7  # work comes in bursts: so many a day, on average
_ABSENCES = ("年假", "病假", "出差", "培训")


@dataclass(frozen=True, slots=True)
class Absence:
    """A stretch of days, both ends included, on which somebody is away."""

    person: int
    first: int
    last: int
    kind: str


@dataclass(frozen=True, slots=True)
class Presence:
    """One row for each day that somebody works; hours are local and may be fractions."""

    person: Whole
    day: Whole
    comes: Column
    goes: Column
    desk: Whole  # index of the person whose machine is used that day: mostly one's own
    absences: tuple[Absence, ...]
    here: NDArray[np.bool_]  # people x days

    def __len__(self) -> int:
        return len(self.person)

    def rows_of(self, person: int) -> Whole:
        """The rows of one person."""
        return np.flatnonzero(self.person == person)


def presence(rng: np.random.Generator, people: Staff, calendar: Calendar) -> Presence:
    """The working days of everybody: no weekend, no leave, nothing before the hire or after the last day."""
    days = np.arange(calendar.days)
    away = _absences(rng, len(people), calendar)
    here = np.broadcast_to(calendar.working, (len(people), calendar.days)).copy()
    here[people.role == "service"] |= (days % 7 == (5 - calendar.start.weekday()) % 7) & (
        rng.random(calendar.days) < 0.9
    )
    here &= (people.hired[:, None] <= days) & (days <= people.left[:, None])
    for absence in away:
        here[absence.person, absence.first : absence.last + 1] = False
    person, day = np.nonzero(here)
    late = (people.role[person] == "service") & (person % 2 == 1)
    comes = np.where(late, 11.5, 8.6) + rng.normal(0, 0.3, len(person))
    goes = np.where(late, 20.0, 17.8) + rng.gamma(1.2, 0.4, len(person))
    return Presence(person, day, comes, goes, _desk(rng, people, person), away, here)


def moments(rng: np.random.Generator, present: Presence, rows: Whole, calendar: Calendar) -> Whole:
    """UTC milliseconds of one event for each given row of the presence: in bursts, seldom at lunch."""
    centres = rng.random((len(present), _BURSTS))
    at = centres[rows, rng.integers(_BURSTS, size=len(rows))] + rng.normal(0, 0.035, len(rows))
    at = np.abs(at) % 1.0
    comes, goes = present.comes[rows], present.goes[rows]
    begin, pause = _LUNCH
    hour = comes + at * (goes - comes - pause)
    skips = (hour > begin) & (rng.random(len(rows)) > 0.04)
    hour = np.where(skips, hour + pause, hour)
    return calendar.midnight(present.day[rows]) + (hour * HOUR).astype(np.int64)


def counts(rng: np.random.Generator, mean: Column) -> Whole:
    """Numbers of events around these means, with days that are busier than chance alone would have them."""
    drawn: Whole = rng.poisson(mean * rng.gamma(4.0, 0.25, len(mean)))
    return drawn


def _absences(rng: np.random.Generator, count: int, calendar: Calendar) -> tuple[Absence, ...]:
    made = []
    for person in range(count):
        for _ in range(rng.poisson(calendar.days / 75)):
            first = int(rng.integers(calendar.days))
            last = min(calendar.days - 1, first + int(rng.geometric(0.28)) - 1)
            made.append(Absence(person, first, last, _ABSENCES[rng.choice(4, p=(0.5, 0.2, 0.2, 0.1))]))
    return tuple(made)


def _desk(rng: np.random.Generator, people: Staff, person: Whole) -> Whole:
    """One day in thirty is spent at the machine of somebody of the same role, as when one's own is broken."""
    desk = person.copy()
    for role in np.unique(people.role.astype(str)):
        mine = np.flatnonzero((people.role[person] == role) & (rng.random(len(person)) < 1 / 30))
        desk[mine] = rng.choice(people.of(str(role)), len(mine))
    return desk

"""What innocent doings are made with: people at their desks, and a deed that gathers traces, papers and reasons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from headwater.simulation.events import HOUR, Events, Whole, in_order
from headwater.simulation.house import presence
from headwater.simulation.house.house import House
from headwater.simulation.house.ladders import remembered
from headwater.simulation.house.nouns import Day, Doing, Relations, Ticket
from headwater.simulation.house.reading import Reading, again_and_changes, lookups
from headwater.simulation.house.searching import lists, sought

DAYS = "days of innocent doings"
"""Under which name a house remembers who was where while innocent doings are made."""
OWN, BRANCH, FILTER = 0, 2, 3
"""What lists are drawn of, as places among the scopes."""


@dataclass(slots=True)
class Stage:
    """A house, and dice for what is innocent in it."""

    house: House
    rng: np.random.Generator

    def seat(self, person: int, number: int) -> Day:
        """Where and with which account somebody works on a day, as a day of one row; of none when away."""
        day = remembered(self.house, DAYS, number, lambda: presence.on(self.house, number), 200)
        row = np.flatnonzero(day.person == person)
        return Day(number, day.person[row], day.comes[row], day.goes[row], day.place[row], day.account[row])

    def worked(self, person: int, first: int, last: int) -> Whole:
        """The days between two, both included, on which somebody is at work."""
        first = max(0, first)
        return first + np.flatnonzero(self.house.here[person, first : max(first, last + 1)])

    def spell(self, person: int, count: int) -> Whole:
        """So many days of work of a person, one after the other, somewhere in the span."""
        days = self.worked(person, 0, self.house.calendar.days - 1)
        begin = int(self.rng.integers(max(1, len(days) - count + 1)))
        return days[begin : begin + count]

    def usual(self, person: int) -> float:
        """The records that somebody opens on a usual day."""
        staff = self.house.staff
        return float(self.house.trade.roles[staff.role_before[person]].lookups * staff.pace[person])

    def some(self, fit: NDArray[np.bool_], count: int) -> list[int]:
        """Some of those who fit and are at work for some weeks at least, in an order of chance."""
        staff = self.house.staff
        able = np.flatnonzero(
            fit & ~staff.outside & (self.house.here.sum(axis=1) > min(12, self.house.calendar.days // 3))
        )
        return [int(person) for person in self.rng.permutation(able)[:count]]

    def does(self, attribute: str, least: float = 0.01) -> NDArray[np.bool_]:
        """Whose work has at least so much of something: lookups, exports, queries."""
        rate = np.array([getattr(role, attribute) for role in self.house.trade.roles])
        return np.asarray(rate[self.house.staff.role_before] >= least)

    def chief(self, person: int) -> str:
        """The employee number of who gives leave to somebody: the manager, or another one for those who have none."""
        staff = self.house.staff
        above = int(staff.manager[person])
        if above < 0:
            others = np.unique(staff.manager[(staff.manager >= 0) & (staff.manager != person)])
            above = int(others[0]) if len(others) else person
        return str(staff.employee[above])

    def factor(self, least: float = 2.5, most: float = 12.0) -> float:
        """How many times the usual: seldom very many."""
        return float(min(most, least * (1.0 + self.rng.pareto(1.7))))

    def hour(self, number: int, hours: NDArray[np.float64] | float) -> Whole:
        """Local hours of a day as points in time."""
        return self.house.calendar.midnight(number) + (np.atleast_1d(np.asarray(hours)) * HOUR).astype(np.int64)


@dataclass(slots=True)
class Deed:
    """One innocent doing while it is being made."""

    stage: Stage
    kind: str
    people: tuple[int, ...]
    parts: dict[str, list[Events]] = field(default_factory=dict)
    tickets: list[Ticket] = field(default_factory=list)
    relations: list[Relations] = field(default_factory=list)

    def add(self, kind: str, *events: Events) -> None:
        """Add events of a kind."""
        self.parts.setdefault(kind, []).extend(part for part in events if len(part))

    def looks(self, seat: Day, clients: Whole, times: Whole | None = None) -> None:
        """Records opened at a seat, with searches before them and changes after; at moments of that day's work."""
        house, rng = self.stage.house, self.stage.rng
        if not len(seat) or not len(clients):
            return
        row = np.zeros(len(clients), dtype=np.int64)
        when = presence.moments(rng, house, seat, row) if times is None else times
        read = Reading(row, clients, lookups(house, rng, seat, row, when, clients))
        self.add("access", read.events, *sought(house, rng, seat, read), *again_and_changes(house, rng, seat, read))

    def draws(self, seat: Day, rows: Whole, scope: int, times: Whole | None = None) -> None:
        """Lists of so many rows drawn at a seat, and their spreadsheets."""
        house, rng = self.stage.house, self.stage.rng
        if not len(seat) or not len(rows):
            return
        row = np.zeros(len(rows), dtype=np.int64)
        when = presence.moments(rng, house, seat, row) if times is None else times
        drawn, sheets = lists(house, rng, seat, row, when, np.asarray(rows), np.full(len(rows), scope))
        self.add("access", drawn)
        self.add("files", *sheets)

    def ticket(self, purpose: str, first: int, last: int, who: str | None = None) -> None:
        """Leave to do this, given by the manager of the first of the people."""
        person = self.people[0]
        name = str(self.stage.house.staff.employee[person])
        self.tickets.append(Ticket(who or name, purpose, self.stage.chief(person), int(first), int(last)))

    def reason(self, person: int, clients: Whole, kind: str, first: int, last: int) -> None:
        """A business reason on record for these clients."""
        if len(clients):
            size, once = len(np.unique(clients)), np.unique(clients)
            word = np.full(size, kind, dtype=object)
            days = np.full(size, first), np.full(size, last)
            self.relations.append(Relations(np.full(size, person), once, word, *days))

    def done(self, papers: bool | None = None) -> list[Doing]:
        """The doing, or none when it left no trace. ``papers``: known when not told by tickets and reasons."""
        traces = {kind: in_order(parts) for kind, parts in sorted(self.parts.items()) if parts}
        if not traces:
            return []
        times = np.concatenate([part["time"] for part in traces.values()])
        days = self.stage.house.calendar.day_of(np.array([times.min(), times.max()]))
        return [
            Doing(
                id="",
                kind=self.kind,
                strength="",
                people=self.people,
                accounts=_distinct(traces.values(), "account"),
                places=_distinct(traces.values(), "place"),
                traces=traces,
                tickets=tuple(self.tickets),
                papers=bool(self.tickets or self.relations) if papers is None else papers,
                span=(int(days[0]), int(days[1])),
                relations=_together(self.relations),
            )
        ]


def _distinct(parts: Iterable[Events], column: str) -> tuple[int, ...]:
    return tuple(np.unique(np.concatenate([part[column] for part in parts])).tolist())


def _together(parts: list[Relations]) -> tuple[Relations, ...]:
    if not any(map(len, parts)):
        return ()
    names = ("person", "client", "kind", "first", "last")
    return (Relations(*(np.concatenate([getattr(part, name) for part in parts]) for name in names)),)

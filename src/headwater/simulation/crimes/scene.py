"""What a way of taking is given to play with, and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from headwater.simulation.crimes.pools import Pool, shared_out
from headwater.simulation.crimes.seats import Seats
from headwater.simulation.events import Events, Whole, in_order
from headwater.simulation.house.house import House
from headwater.simulation.house.nouns import Doing
from headwater.simulation.trades.trade import Crime

Traces = dict[str, list[Events]]


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays in a crime: ``place`` of the crime among those asked for (from 1), the actors, whose account serves.

    ``actors`` and ``lender`` are indices of the staff; ``outsiders`` are addresses that strangers use, as places.
    """

    crime: Crime
    place: int
    actors: tuple[int, ...]
    lender: int = -1
    outsiders: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Scene:
    """A house, a crime and its cast. ``seats`` are the working days of the cast, ``pool`` all clients."""

    house: House
    cast: Cast
    seats: Seats
    pool: Pool
    rng: np.random.Generator

    @property
    def first(self) -> int:
        """The first day on which something may be taken."""
        return round(self.cast.crime.begins * self.house.calendar.days)

    @property
    def last(self) -> int:
        """The last day on which something may be taken."""
        days = self.house.calendar.days
        return min(days - 1, max(self.first, round(self.cast.crime.ends * days) - 1))

    def parts(self) -> list[Pool]:
        """The clients, shared out among those who act together."""
        return shared_out(self.rng, self.pool, len(self.cast.actors))

    def working(self, person: int) -> Seats:
        """The days of work of one of the cast within the span of the crime."""
        return self.seats.of(person, self.first, self.last)

    def ordinary(self, person: int) -> float:
        """How many records this person opens on an ordinary day, by role and pace; never less than two."""
        staff = self.house.staff
        return max(2.0, self.house.trade.roles[int(staff.role[person])].lookups * float(staff.pace[person]))


@dataclass(frozen=True, slots=True)
class Act:
    """One account's (or one group's) part: the events, and the takings in any order.

    ``takers`` are indices of the staff, -1 for a stranger; ``kept`` is the share still with the takers.
    """

    people: tuple[int, ...]
    traces: Traces
    clients: Whole
    times: Whole
    takers: Whole
    way_out: str = "none"
    destination: str = ""
    kept: float = 0.0


def finished(scene: Scene, act: Act, number: int) -> Doing:
    """The doing of an act: takings in the order of time, every event stamped with the number of the doing."""
    order = np.argsort(act.times, kind="stable")
    traces = {kind: _stamped(parts, number) for kind, parts in act.traces.items() if any(map(len, parts))}
    used = [traces[kind] for kind in ("access", "queries") if kind in traces]
    days = scene.house.calendar.day_of(act.times[order[[0, -1]]])
    crime = scene.cast.crime
    return Doing(
        id=f"D{number}",
        kind=crime.kind,
        strength=crime.strength,
        people=act.people,
        accounts=_distinct(used, "account"),
        places=_distinct(used, "place"),
        concert=f"C{scene.cast.place}" if crime.people > 1 else None,
        way_out=act.way_out,
        destination=act.destination,
        traces=traces,
        taken=act.clients[order],
        taken_at=act.times[order],
        taker=act.takers[order],
        kept=act.kept,
        span=(int(days[0]), int(days[1])),
    )


def _stamped(parts: list[Events], number: int) -> Events:
    whole = in_order(parts)
    return Events({**whole.columns, "doing": np.full(len(whole), number, dtype=np.int64)})


def _distinct(parts: list[Events], column: str) -> tuple[int, ...]:
    return tuple(np.unique(np.concatenate([part[column] for part in parts])).tolist())

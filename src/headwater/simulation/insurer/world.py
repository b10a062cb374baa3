"""A made house before anything happens in it: days, clients, people, and when those are at work."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from headwater.simulation.events import Whole, dice
from headwater.simulation.insurer.calendar import Calendar, calendar
from headwater.simulation.insurer.clients import Clients, clients
from headwater.simulation.insurer.habits import Habits
from headwater.simulation.insurer.presence import Presence, presence
from headwater.simulation.insurer.scenarios import (
    BorrowedAccount,
    HijackedAccount,
    Leaver,
    LookupForHire,
    Scenario,
    SlowDrip,
)
from headwater.simulation.insurer.staff import Staff, staff

_IDLE_LEAVERS = 2
_ACTORS = {
    BorrowedAccount: "sales",
    SlowDrip: "sales",
    Leaver: "sales",
    LookupForHire: "service",
    HijackedAccount: "claims",
}


@dataclass(frozen=True, slots=True)
class Cast:
    """Who acts in a scenario, and whose account is lent, as indices of the staff; empty for strangers."""

    scenario: Scenario
    actors: tuple[int, ...]
    lender: int = -1


@dataclass(frozen=True, slots=True)
class World:
    """Everything that holds before the first event."""

    seed: int
    habits: Habits
    calendar: Calendar
    clients: Clients
    staff: Staff
    presence: Presence
    casts: tuple[Cast, ...]
    book: Whole  # for each client, the index of the agent
    newcomer: int
    idle: tuple[int, ...]  # former employees whose account is still enabled and whom nobody borrows from

    def dice(self, part: str) -> np.random.Generator:
        """The random source of one part of this world."""
        return dice(self.seed, part)


def world(habits: Habits, *, seed: int, count: int, client_count: int, days: int, start: date) -> World:
    """A house of ``count`` employees and ``client_count`` clients, its scenarios cast."""
    days_of = calendar(start, days, dice(seed, "calendar"))
    lenders = sum(isinstance(s, BorrowedAccount) for s in habits.scenarios)
    people = staff(dice(seed, "staff"), count, lenders + _IDLE_LEAVERS, habits)
    casts = _cast(people, count, habits, dice(seed, "cast"))
    newcomer = int(people.of("service")[-1])
    idle = tuple(range(count + lenders, len(people)))
    people = _dated(people, casts, newcomer, idle, days)
    insured = clients(dice(seed, "clients"), client_count, days, habits)
    return World(
        seed=seed,
        habits=habits,
        calendar=days_of,
        clients=insured,
        staff=people,
        presence=presence(dice(seed, "presence"), people, days_of),
        casts=casts,
        book=dice(seed, "book").choice(people.of("sales"), client_count),
        newcomer=newcomer,
        idle=idle,
    )


def _cast(people: Staff, count: int, habits: Habits, rng: np.random.Generator) -> tuple[Cast, ...]:
    """Deal the parts: nobody plays two, and the last clerk of the service department (the newcomer) plays none."""
    free = {role: list(rng.permutation(people.of(role)[1:-1]).tolist()) for role in ("sales", "service", "claims")}
    casts, lender = [], count
    for scenario in habits.scenarios:
        role = _ACTORS.get(type(scenario))
        wanted = scenario.users if isinstance(scenario, BorrowedAccount) else int(role is not None)
        if role and wanted > len(free[role]):
            raise ValueError(f"too few people in {role} for the scenarios: ask for more staff")
        actors = tuple(free[role].pop() for _ in range(wanted)) if role else ()
        borrowed = isinstance(scenario, BorrowedAccount)
        casts.append(Cast(scenario, actors, lender if borrowed else -1))
        lender += borrowed
    return tuple(casts)


def _dated(people: Staff, casts: tuple[Cast, ...], newcomer: int, idle: tuple[int, ...], days: int) -> Staff:
    """The staff with the dates of those who are new, gone or going."""
    hired, left, resigned = people.hired.copy(), people.left.copy(), people.resigned.copy()
    hired[newcomer] = days // 5
    for place, person in enumerate(idle):
        left[person], resigned[person] = -40 - 90 * place, -70 - 90 * place
    for cast in casts:
        if isinstance(cast.scenario, BorrowedAccount):
            left[cast.lender] = -cast.scenario.lender_left_days_before
            resigned[cast.lender] = left[cast.lender] - 30
        if isinstance(cast.scenario, Leaver):
            resigned[cast.actors[0]] = int(cast.scenario.notice * days)
            left[cast.actors[0]] = resigned[cast.actors[0]] + cast.scenario.notice_days
    hired = np.minimum(hired, np.where(left < 0, left - 200, hired))
    return replace(people, hired=hired, left=left, resigned=resigned)

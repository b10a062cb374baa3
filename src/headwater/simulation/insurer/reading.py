"""Ordinary reading of client records: each department for its own reasons, most of them on record."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from headwater.simulation.events import Column, Events, Whole
from headwater.simulation.insurer.doings import Relation, access
from headwater.simulation.insurer.presence import counts, moments
from headwater.simulation.insurer.world import World

_PER_DAY = {"sales": 22, "service": 52, "claims": 34, "data": 2, "it": 2, "audit": 3, "finance": 14, "office": 1}
_SEARCHES = {"sales": 0.15, "service": 0.45, "claims": 0.2}
_SEARCH_BY = np.array(["phone", "name", "policy"], dtype=object)
_CLAIM_DAYS = 9
_CLAIMS_PER_DAY = 5

Reasons = tuple[Whole, Column, str]  # clients, which of them have a reason on record, the kind of reason


def reading(world: World) -> tuple[list[Events], list[Relation]]:
    """Look-ups and searches of everybody, and the business relations that explain them."""
    parts: list[Events] = []
    relations = [_books(world)]
    for role, mean in _PER_DAY.items():
        rng = world.dice(f"reading {role}")
        rows = _rows(world, role, mean, rng)
        clients, explained, kind = _SOURCES[role](world, rows, rng)
        early = world.clients.joined[clients] > world.presence.day[rows]
        clients = np.where(early, clients // 2, clients)  # nobody is read before being a client
        parts.append(_opened(world, rows, clients, rng))
        parts.append(_searches(world, rows[rng.random(len(rows)) < _SEARCHES.get(role, 0.05)], rng))
        relations.append(_relation(world, rows[explained], clients[explained], kind))
    return parts, relations


def _rows(world: World, role: str, mean: float, rng: np.random.Generator) -> Whole:
    """Rows of the presence, each as often as its person reads that day; now and then the whole department is busy."""
    present = world.presence
    mine = np.flatnonzero(world.staff.role[present.person] == role)
    surge = np.where(rng.random(world.calendar.days) < 0.03, rng.uniform(1.5, 3.0, world.calendar.days), 1.0)
    pace = world.staff.pace[present.person[mine]] * surge[present.day[mine]] * world.habits.activity
    return np.repeat(mine, counts(rng, mean * pace))


def _opened(world: World, rows: Whole, clients: Whole, rng: np.random.Generator) -> Events:
    person, size = world.presence.person[rows], len(rows)
    return access(
        size,
        time=moments(rng, world.presence, rows, world.calendar),
        account=world.staff.account[person],
        ip=world.staff.ip[world.presence.desk[rows]],
        path=np.array([world.habits.record_path.format(subject=k) for k in world.clients.key], dtype=object)[clients],
        client=clients,
        status=np.where(rng.random(size) < 0.004, 403, 200),
        bytes=rng.integers(900, 3_200, size),
        agent=person % 3,
    )


def _searches(world: World, rows: Whole, rng: np.random.Generator) -> Events:
    person, size = world.presence.person[rows], len(rows)
    base = world.habits.search_path
    paths = [f"{base}?by={by}&p=1" for by in _SEARCH_BY[rng.choice(3, size, p=(0.5, 0.3, 0.2))]]
    found = np.minimum(rng.geometric(0.4, size), 20)
    return access(
        size,
        time=moments(rng, world.presence, rows, world.calendar),
        account=world.staff.account[person],
        ip=world.staff.ip[world.presence.desk[rows]],
        path=paths,
        rows=found,
        bytes=300 + found * rng.integers(200, 350, size),
        agent=person % 3,
    )


def _agents(world: World, rows: Whole, rng: np.random.Generator) -> Reasons:
    """Agents read their own book, an absent colleague's now and then, callers, and a few for no reason on record."""
    present, staff = world.presence, world.staff
    agents = staff.of("sales")
    reader, day = present.person[rows], present.day[rows]
    absent = [np.setdiff1d(agents, agents[present.here[agents, d]]) for d in range(world.calendar.days)]
    whose = reader.copy()
    for place in np.flatnonzero(rng.random(len(rows)) < 0.08):
        if len(absent[day[place]]):
            whose[place] = rng.choice(absent[day[place]])
    clients = _of_book(world, whose, rng)
    draw = rng.random(len(rows))
    called = draw < 0.12
    other = called | (draw > 1 - world.habits.unexplained)
    clients[other] = _popular(world, int(other.sum()), rng)
    return clients, called, "call"


def _of_book(world: World, agent: Whole, rng: np.random.Generator) -> Whole:
    """A client of each agent's book, the popular ones more often."""
    out = np.empty(len(agent), dtype=np.int64)
    for person in np.unique(agent):
        mine, book = agent == person, np.flatnonzero(world.book == person)
        weight = world.clients.popularity[book]
        out[mine] = rng.choice(book, int(mine.sum()), p=weight / weight.sum())
    return out


def _callers(world: World, rows: Whole, rng: np.random.Generator) -> Reasons:
    """Service clerks open the records of people who call; the newcomer's practice is on record as training."""
    clients = _popular(world, len(rows), rng)
    known = rng.random(len(rows)) > world.habits.unexplained
    return clients, known & (world.presence.person[rows] != world.newcomer), "call"


def _claims(world: World, rows: Whole, rng: np.random.Generator) -> Reasons:
    """Claims handlers come back to their open cases for some days."""
    cases = _popular(world, len(world.staff) * (world.calendar.days + _CLAIM_DAYS) * _CLAIMS_PER_DAY, rng)
    cases = cases.reshape(len(world.staff), -1, _CLAIMS_PER_DAY)
    age = np.minimum(rng.geometric(0.3, len(rows)) - 1, _CLAIM_DAYS)
    opened = world.presence.day[rows] + _CLAIM_DAYS - age
    clients = cases[world.presence.person[rows], opened, rng.integers(_CLAIMS_PER_DAY, size=len(rows))]
    stray = rng.random(len(rows)) < world.habits.unexplained
    clients[stray] = _popular(world, int(stray.sum()), rng)
    return clients, ~stray, "claim"


def _bills(world: World, rows: Whole, rng: np.random.Generator) -> Reasons:
    return _popular(world, len(rows), rng), rng.random(len(rows)) > 2 * world.habits.unexplained, "billing"


def _anybody(world: World, rows: Whole, rng: np.random.Generator) -> Reasons:
    return _popular(world, len(rows), rng), rng.random(len(rows)) < 0.5, "ticket"


def _popular(world: World, count: int, rng: np.random.Generator) -> Whole:
    return rng.choice(len(world.clients), count, p=world.clients.popularity)


def _books(world: World) -> Relation:
    everybody = np.arange(len(world.clients))
    return Relation(world.book, everybody, "agent", world.clients.joined, np.full(len(everybody), -1))


def _relation(world: World, rows: Whole, clients: Whole, kind: str) -> Relation:
    person, day = world.presence.person[rows], world.presence.day[rows]
    return Relation(person, clients, kind, day, day)


_SOURCES: dict[str, Callable[[World, Whole, np.random.Generator], Reasons]] = {
    "sales": _agents,
    "service": _callers,
    "claims": _claims,
    "finance": _bills,
    "data": _anybody,
    "it": _anybody,
    "audit": _anybody,
    "office": _anybody,
}

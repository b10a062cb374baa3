"""Whose record is opened next: a client for each act of reading, by the reasons for which a kind of work reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.simulation.events import Whole
from headwater.simulation.house.client_books import drawn
from headwater.simulation.house.colleagues import covered
from headwater.simulation.house.house import House
from headwater.simulation.house.nouns import Relations
from headwater.simulation.house.open_cases import picks
from headwater.simulation.house.shelves import LONG_AGO, shelf
from headwater.simulation.trades.trade import Source, SourceKind

_NEW = 21  # days for which a record is new where records stay for good
_STALE = 0.04  # of the calls are about what is long done, where records do not stay
_LATE = 0.015  # of the reasons are put on record a day later
_TASTE = 0.3  # sigma with which people differ in how they share their work among its sources

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Opened:
    """Acts of reading: who, of whom, and the place of the reason among the reader's sources (-1: none was at hand)."""

    person: Whole
    client: Whole
    source: Whole


@dataclass(frozen=True, slots=True)
class _Reader:
    house: House
    rng: np.random.Generator
    day: int

    def since(self, count: int) -> Whole | int:
        """The day from which records are still in work."""
        lifetime = self.house.trade.lifetime
        if lifetime is None:
            return LONG_AGO
        old = self.rng.random(count) < _STALE
        return self.day - np.where(old, 8 * lifetime, lifetime)


def opened(house: House, rng: np.random.Generator, person: Whole, day: int) -> Opened:
    """A client and a reason for each of these people, once for each time that a person is named.

    Where a reason has no client to offer (an empty book, no open case) the next one of the role is taken.
    """
    reader = _Reader(house, rng, day)
    source = _chosen(house, rng, person, day)
    role = house.staff.role_on(day)[person]
    many = np.array([len(each.sources) for each in house.trade.roles])[role]
    client = np.full(len(person), -1, dtype=np.int64)
    for _ in range(int(many.max(initial=0))):
        lost = np.flatnonzero(client < 0)
        client[lost] = _drawn(reader, person[lost], role[lost], source[lost])
        still = lost[client[lost] < 0]
        source[still] = (source[still] + 1) % many[still]
    lost = np.flatnonzero(client < 0)
    client[lost], source[lost] = _any(reader, person[lost]), -1
    return Opened(person, client, source)


def _drawn(reader: _Reader, person: Whole, role: Whole, source: Whole) -> Whole:
    client = np.full(len(person), -1, dtype=np.int64)
    for number, kind in enumerate(reader.house.trade.roles):
        for place, each in enumerate(kind.sources):
            mine = np.flatnonzero((role == number) & (source == place))
            if len(mine):
                client[mine] = _FROM[each.kind](reader, person[mine])
    return client


def on_record(house: House, rng: np.random.Generator, acts: Opened, day: int) -> Relations:
    """The business reasons of these acts, as far as anybody records them. Books and cases are on record elsewhere."""
    role = house.staff.role_on(day)[acts.person]
    share, kind = _recording(house)
    known = (acts.source >= 0) & (rng.random(len(role)) < share[role, acts.source])
    mine = np.flatnonzero(known)
    person, client, what = acts.person[mine], acts.client[mine], kind[role[mine], acts.source[mine]]
    when = day + (rng.random(len(mine)) < _LATE).astype(np.int64)
    return Relations(person, client, what, when, when)


def _chosen(house: House, rng: np.random.Generator, person: Whole, day: int) -> Whole:
    """The place of a source for each person: the role's shares, bent by each person's own ways."""
    most = max(len(role.sources) for role in house.trade.roles)
    shares = np.zeros((len(house.trade.roles), most))
    for number, role in enumerate(house.trade.roles):
        shares[number, : len(role.sources)] = [source.share for source in role.sources]
    if "taste" not in house.kept:
        house.kept["taste"] = house.dice("taste").lognormal(0.0, _TASTE, (len(house.staff), most))
    ladder = np.cumsum(shares[house.staff.role_on(day)[person]] * house.kept["taste"][person], axis=1)
    rung = (rng.random(len(person))[:, None] * ladder[:, -1:] > ladder).sum(axis=1)
    return np.asarray(np.minimum(rung, most - 1), dtype=np.int64)


def _recording(house: House) -> tuple[Floats, NDArray[np.object_]]:
    most = max(len(role.sources) for role in house.trade.roles)
    share = np.zeros((len(house.trade.roles), most))
    kind = np.full(share.shape, "", dtype=object)
    for number, role in enumerate(house.trade.roles):
        for place, source in enumerate(role.sources):
            share[number, place] = source.recorded if _by_act(source) else 0.0
            kind[number, place] = source.relation
    return share, kind


def _by_act(source: Source) -> bool:
    return bool(source.relation) and source.kind not in ("own", "case")


def _own(reader: _Reader, person: Whole) -> Whole:
    return drawn(reader.house, reader.rng, person, reader.since(len(person)), reader.day)


def _team(reader: _Reader, person: Whole) -> Whole:
    whose = covered(reader.house, reader.rng, person, reader.day)
    client = _own(reader, whose)
    none = np.flatnonzero(client < 0)
    client[none] = picks(reader.house, reader.rng, whose[none], reader.day)
    bare = np.flatnonzero(client < 0)
    client[bare] = _branch(reader, person[bare])
    return client


def _branch(reader: _Reader, person: Whole) -> Whole:
    where = reader.house.staff.branch_on(reader.day)[person]
    return shelf(reader.house, "branch").draw(reader.rng, where, reader.since(len(person)), reader.day)


def _caller(reader: _Reader, person: Whole) -> Whole:
    everywhere = np.zeros_like(person)
    return shelf(reader.house, "all").draw(reader.rng, everywhere, reader.since(len(person)), reader.day)


def _case(reader: _Reader, person: Whole) -> Whole:
    return picks(reader.house, reader.rng, person, reader.day)


def _recent(reader: _Reader, person: Whole) -> Whole:
    """What is new: of one's own book for who has one outside, else of one's branch, else anywhere."""
    staff, first = reader.house.staff, reader.day - (reader.house.trade.lifetime or _NEW)
    own = shelf(reader.house, "owner").draw(reader.rng, person, first, reader.day)
    near = shelf(reader.house, "branch").draw(reader.rng, staff.branch_on(reader.day)[person], first, reader.day)
    anywhere = shelf(reader.house, "all").draw(reader.rng, np.zeros_like(person), first, reader.day)
    near = np.where(near >= 0, near, anywhere)
    return np.where(staff.outside[person] & (own >= 0), own, near)


def _any(reader: _Reader, person: Whole) -> Whole:
    return shelf(reader.house, "all").evenly(reader.rng, np.zeros_like(person), LONG_AGO, reader.day)


_FROM: dict[SourceKind, Callable[[_Reader, Whole], Whole]] = {
    "own": _own,
    "team": _team,
    "branch": _branch,
    "caller": _caller,
    "case": _case,
    "recent": _recent,
    "any": _any,
}

"""Open cases: what somebody was given some days ago and looks at again until it is closed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.simulation.events import Whole
from headwater.simulation.house.house import House
from headwater.simulation.house.ladders import remembered
from headwater.simulation.house.nouns import Relations
from headwater.simulation.house.shelves import LONG_AGO, shelf

DAYS = 10  # a case is looked at on the day it comes and for so many days less one
_KEPT = 500  # days whose cases are kept for the next who ask
_EACH = 12  # cases that one person is given in a day, at most
_LOOKS = 3.5  # how often a case is opened, all in all
_CLOSED = 0.28  # of the open cases, closed in a day
_LOCAL = 0.6  # concern a client of the handler's branch


@dataclass(frozen=True, slots=True)
class Given:
    """The cases of one day: who got any (in order), and their clients by ordinal, -1 for none (handlers x cases)."""

    handler: Whole
    client: NDArray[np.int32]

    def of(self, person: Whole, which: Whole) -> Whole:
        """The client of each person's case with this number, -1 for who got none such."""
        if not len(self.handler):
            return np.full(len(person), -1, dtype=np.int64)
        row = np.minimum(np.searchsorted(self.handler, person), len(self.handler) - 1)
        return np.where(self.handler[row] == person, self.client[row, which], -1).astype(np.int64)


def picks(house: House, rng: np.random.Generator, person: Whole, day: int) -> Whole:
    """One of each person's open cases, the new ones sooner; -1 for who has none."""
    age = np.minimum(rng.geometric(_CLOSED, len(person)) - 1, DAYS - 1)
    which = (rng.random(len(person)) * loads(house, day)[person]).astype(np.int64)
    found = np.full(len(person), -1, dtype=np.int64)
    for _ in range(5):  # nobody was given anything on days off
        lost = np.flatnonzero(found < 0)
        for days in np.unique(age[lost]).tolist():
            mine = lost[age[lost] == days]
            found[mine] = given(house, day - days).of(person[mine], which[mine])
        age = np.where(found < 0, rng.integers(DAYS, size=len(age)), age)
    lost = np.flatnonzero(found < 0)  # who comes back from leave has what came today
    found[lost] = given(house, day).of(person[lost], which[lost])
    return found


def given(house: House, day: int) -> Given:
    """The cases that came on a day."""
    return remembered(house, "cases", day, lambda: _given(house, day), _KEPT)


def on_record(house: House, day: int) -> Relations:
    """The reasons that the case system recorded on a day: from the day the case came until it was closed for good."""
    came, (relation, share) = given(house, day), _kinds(house)
    rng = house.dice("cases on record", day)
    role = house.staff.role_on(day)[came.handler]
    known = (came.client >= 0) & (relation[role] != "")[:, None]
    row, which = np.nonzero(known & (rng.random(came.client.shape) < share[role][:, None]))
    client = came.client[row, which].astype(np.int64)
    first, last = np.full(len(row), day), np.full(len(row), day + DAYS + 2)
    return Relations(came.handler[row], client, relation[role[row]], first, last)


def _given(house: House, day: int) -> Given:
    rng, many = house.dice("cases", day), _at_work(house, day) * loads(house, day)
    handler = np.flatnonzero(many)
    row, which = np.nonzero(np.arange(_EACH) < many[handler, None])
    since = LONG_AGO if house.trade.lifetime is None else day - house.trade.lifetime
    near = shelf(house, "branch").draw(rng, house.staff.branch_on(day)[handler[row]], since, day)
    far = shelf(house, "all").draw(rng, np.zeros_like(row), since, day)
    client = np.full((len(handler), _EACH), -1, dtype=np.int32)
    client[row, which] = np.where((rng.random(len(row)) < _LOCAL) & (near >= 0), near, far)
    return Given(handler, client)


def loads(house: House, day: int) -> Whole:
    """How many cases each person is given on a day of work: more for whoever reads more of them."""
    looks = [
        role.lookups * sum(source.share for source in role.sources if source.kind == "case")
        for role in house.trade.roles
    ]
    mean = np.array(looks)[house.staff.role_on(day)] * np.sqrt(house.staff.pace) / _LOOKS
    return np.where(mean > 0, np.clip(np.rint(mean), 1, _EACH), 0).astype(np.int64)


def _at_work(house: House, day: int) -> NDArray[np.bool_]:
    if day >= 0:
        return np.asarray(house.here[:, day])
    return np.asarray((house.staff.hired <= day) & (house.calendar.date(day).weekday() < 5))


def _kinds(house: House) -> tuple[NDArray[np.object_], NDArray[np.float64]]:
    relation, share = [], []
    for role in house.trade.roles:
        mine = [source for source in role.sources if source.kind == "case"]
        relation.append(mine[0].relation if mine else "")
        share.append(mine[0].recorded if mine else 0.0)
    return np.array(relation, dtype=object), np.array(share)

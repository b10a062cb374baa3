"""Open cases: what somebody was given some days ago and looks at again until it is closed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from headwater.simulation.events import Whole
from headwater.simulation.house.house import House
from headwater.simulation.house.nouns import Relations
from headwater.simulation.house.shelves import LONG_AGO, shelf

DAYS = 10  # a case is looked at on the day it comes and for so many days less one
_EACH = 12  # cases that one person is given in a day, at most
_LOOKS = 3.5  # how often a case is opened, all in all
_CLOSED = 0.28  # of the open cases, closed in a day
_LOCAL = 0.6  # concern a client of the handler's branch


def picks(house: House, rng: np.random.Generator, person: Whole, day: int) -> Whole:
    """One of each person's open cases, the new ones sooner; -1 for who has none."""
    age = np.minimum(rng.geometric(_CLOSED, len(person)) - 1, DAYS - 1)
    which = (rng.random(len(person)) * loads(house, day)[person]).astype(np.int64)
    found = np.full(len(person), -1, dtype=np.int64)
    for _ in range(5):  # nobody was given anything on days off
        lost = np.flatnonzero(found < 0)
        for days in np.unique(age[lost]).tolist():
            mine = lost[age[lost] == days]
            found[mine] = given(house, day - days)[person[mine], which[mine]]
        age = np.where(found < 0, rng.integers(DAYS, size=len(age)), age)
    lost = np.flatnonzero(found < 0)  # who comes back from leave has what came today
    found[lost] = given(house, day)[person[lost], which[lost]]
    return found


def given(house: House, day: int) -> Whole:
    """The clients (ordinals) of the cases that each person was given on a day, -1 for none: people x cases."""
    name = f"cases {day}"
    if name not in house.kept:
        for old in [key for key in house.kept if key.startswith("cases ") and abs(int(key[6:]) - day) > 2 * DAYS]:
            del house.kept[old]
        house.kept[name] = _given(house, day)
    kept: Whole = house.kept[name]
    return kept


def on_record(house: House, day: int) -> Relations:
    """The reasons that the case system recorded on a day: from the day the case came until it was closed for good."""
    cases, (relation, share) = given(house, day), _kinds(house)
    rng = house.dice("cases on record", day)
    role = house.staff.role_on(day)
    recorded = (cases >= 0) & (rng.random(cases.shape) < share[role][:, None]) & (relation[role] != "")[:, None]
    person, which = np.nonzero(recorded)
    last = np.full(len(person), day + DAYS + 2)
    return Relations(person, cases[person, which], relation[role[person]], np.full(len(person), day), last)


def _given(house: House, day: int) -> Whole:
    rng, many = house.dice("cases", day), _at_work(house, day) * loads(house, day)
    handler, which = np.nonzero(np.arange(_EACH) < many[:, None])
    since = LONG_AGO if house.trade.lifetime is None else day - house.trade.lifetime
    near = shelf(house, "branch").draw(rng, house.staff.branch_on(day)[handler], since, day)
    far = shelf(house, "all").draw(rng, np.zeros_like(handler), since, day)
    cases = np.full((len(house.staff), _EACH), -1, dtype=np.int64)
    cases[handler, which] = np.where((rng.random(len(handler)) < _LOCAL) & (near >= 0), near, far)
    return cases


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

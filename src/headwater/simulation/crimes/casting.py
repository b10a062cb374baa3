"""Who plays in which crime: people whom the part fits, nobody in two, and the dates that a part needs.

``prepare`` comes first: it turns an ordinary employee into the leaver or the departed lender that a crime asks for
where the house has none. ``cast`` deals the parts of a prepared house, always alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from headwater.simulation.crimes.dates import departed, leaving
from headwater.simulation.crimes.fitting import (
    LIKES,
    ghosts,
    leavers,
    liking,
    may,
    partners,
    settled,
    staying,
    strangers,
    there,
)
from headwater.simulation.crimes.scene import Cast
from headwater.simulation.events import Whole
from headwater.simulation.house.house import House
from headwater.simulation.house.places import elsewhere
from headwater.simulation.trades.trade import Crime

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]
_EARLY = ("leaver", "borrowed-account")  # parts for which few people fit are dealt first
_WELL = 0.35  # of the best fitting work's liking: from there on a part fits well
_BY_DATABASE = 0.65  # share of the lent accounts that are an engineer's, with rights in the database


def prepare(house: House, wanted: Sequence[Crime]) -> House:
    """The house with the dates that these crimes need; all else is as it was."""
    going, gone = leavers(house).tolist(), ghosts(house).tolist()
    for one in _dealt(house, wanted):
        if one.crime.kind == "leaver":
            for person in set(one.actors).difference(going):
                house = leaving(house, person, one.crime)
        if one.lender >= 0 and one.lender not in gone:
            house = departed(house, one.lender)
    return house


def cast(house: House, wanted: Sequence[Crime]) -> list[Cast]:
    """The parts of a prepared house, in the order in which the crimes are asked for."""
    going, gone = leavers(house).tolist(), ghosts(house).tolist()
    casts = _dealt(house, wanted)
    for one in casts:
        unready = one.crime.kind == "leaver" and set(one.actors).difference(going)
        if unready or (one.lender >= 0 and one.lender not in gone):
            raise ValueError("prepare the house for its crimes before they are acted, and give it days enough for them")
    before = np.cumsum([0] + [strangers(one.crime) for one in casts]).tolist()
    return [
        replace(one, outsiders=_outside(house, n, strangers(one.crime))) for n, one in zip(before, casts, strict=False)
    ]


def _outside(house: House, first: int, many: int) -> tuple[int, ...]:
    """Addresses that are nobody's so far, the last ones first."""
    free = elsewhere(house.places)[::-1]
    return tuple(int(free[n % len(free)]) for n in range(first, first + many))


def _dealt(house: House, wanted: Sequence[Crime]) -> list[Cast]:
    """Deal the parts, those that fit few people first; each from a shuffle of its own over the whole staff."""
    free, stays = np.ones(len(house.staff), dtype=np.bool_), settled(house)
    casts: dict[int, Cast] = {}
    for place, crime in sorted(enumerate(wanted, 1), key=lambda pair: (pair[1].kind not in _EARLY, pair[0])):
        rng = house.dice(f"casting {place} {crime.kind}")
        shuffled = rng.permutation(len(house.staff))
        lender = (
            _lender(house, shuffled, free & ~_chiefs(house), stays, rng) if crime.kind == "borrowed-account" else -1
        )
        if lender >= 0:
            free[lender] = False
        actors = _actors(house, crime, shuffled, free, stays)
        free[list(actors)] = False
        casts[place] = Cast(crime, place, actors, lender)
    return [casts[place] for place in sorted(casts)]


def _actors(house: House, crime: Crime, shuffled: Whole, free: Mask, stays: Mask) -> tuple[int, ...]:
    """As many as the crime asks for, those first whom the part fits well; in a small house whoever can play it."""
    fit = liking(house, LIKES[crime.kind])
    present = np.ones_like(free) if crime.kind == "leaver" else there(house, crime)
    for steady in (stays, staying(house)):
        able = _able(house, crime, shuffled, free & present, steady, fit)
        if len(able) >= crime.people:
            return tuple(able[: crime.people].tolist())
    raise ValueError(f"too few people fit the part {crime.kind}: ask for more staff or for fewer crimes")


def _able(house: House, crime: Crime, shuffled: Whole, free: Mask, stays: Mask, fit: Floats) -> Whole:
    """Those who could play a part, the best first."""
    outside = partners(house)
    if crime.kind == "scraping" and len(outside):
        return shuffled[np.isin(shuffled, outside) & free[shuffled]]
    if crime.kind != "leaver":
        return _near(house, shuffled[((fit > 0) & free & stays)[shuffled]], fit)
    going = np.isin(np.arange(len(free)), leavers(house))
    ready = stays & ~_chiefs(house)
    able = shuffled[(free & (fit > 0) & (going | ready))[shuffled]]
    order = np.lexsort((~going[able], fit[able] < _WELL * fit.max()))
    return np.asarray(able[order], dtype=np.int64)


def _near(house: House, able: Whole, fit: Floats) -> Whole:
    """Somebody whom the part fits well, then the others: of the same work, branch and team first."""
    if not len(able):
        return able
    staff = house.staff
    first = able[fit[able] >= min(_WELL * fit.max(), fit[able].max())][0]
    distance = (
        3 * (staff.role[able] != staff.role[first])
        + 2 * (staff.branch[able] != staff.branch[first])
        + (staff.team[able] != staff.team[first])
        - (able == first)
    )
    return np.asarray(able[np.argsort(distance, kind="stable")], dtype=np.int64)


def _lender(house: House, shuffled: Whole, free: Mask, stays: Mask, rng: np.random.Generator) -> int:
    """Somebody who has left and whose account works on; else somebody whose departure costs the house little."""
    sql = np.array([may(role, "sql") and role.queries > 0 for role in house.trade.roles])[house.staff.role]
    reads = liking(house, LIKES["snooping"]) > 0
    forgotten = np.isin(np.arange(len(free)), ghosts(house))
    by_database = rng.random() < _BY_DATABASE and (sql & free & (stays | forgotten)).sum() > 1
    fits = sql if by_database else reads & ~sql
    gone = shuffled[(forgotten & fits & free)[shuffled]]
    if len(gone):
        return int(gone[0])
    able = shuffled[(fits & free & stays)[shuffled]]
    if not len(able):
        raise ValueError("nobody fits the part of a departed lender: ask for more staff")
    return int(able[0])


def _chiefs(house: House) -> Mask:
    """Who has people under them: their departure would leave holes in the roster."""
    return np.isin(np.arange(len(house.staff)), house.staff.manager)

"""Every crime of a world, acted by its cast."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from headwater.simulation.crimes import (
    borrowed_account,
    bulk,
    database_administrator,
    hijacked_account,
    leaver,
    lookup_for_hire,
    rented_account,
    scraping,
    screen_photos,
    slow_drip,
    snooping,
)
from headwater.simulation.crimes.casting import cast
from headwater.simulation.crimes.pools import pool_of
from headwater.simulation.crimes.scene import Act, Cast, Scene, finished
from headwater.simulation.crimes.seats import Seats, seats
from headwater.simulation.house.house import House
from headwater.simulation.house.nouns import Doing
from headwater.simulation.trades.trade import Crime, CrimeKind

ACTS: Mapping[CrimeKind, Callable[[Scene], list[Act]]] = {
    "bulk": bulk.act,
    "slow-drip": slow_drip.act,
    "lookup-for-hire": lookup_for_hire.act,
    "leaver": leaver.act,
    "borrowed-account": borrowed_account.act,
    "rented-account": rented_account.act,
    "scraping": scraping.act,
    "hijacked-account": hijacked_account.act,
    "database-administrator": database_administrator.act,
    "screen-photos": screen_photos.act,
    "snooping": snooping.act,
}


def crimes(house: House, wanted: Sequence[Crime]) -> list[Doing]:
    """The doings of these crimes in a prepared house (`casting.prepare`), numbered from D1 in the order asked for.

    A crime in which several people use an account each gives several doings with one concert.
    """
    casts = cast(house, wanted)
    if not casts:
        return []
    everyone = seats(house, np.unique([person for one in casts for person in one.actors]))
    done: list[Doing] = []
    for one in casts:
        scene = _scene(house, one, everyone)
        done.extend(
            finished(scene, act, number) for number, act in enumerate(ACTS[one.crime.kind](scene), len(done) + 1)
        )
    return done


def _scene(house: House, one: Cast, everyone: Seats) -> Scene:
    """A crime with dice of its own, whatever else the house is asked to hold."""
    mine = everyone.take(np.isin(everyone.person, one.actors))
    return Scene(house, one, mine, pool_of(house), house.dice(f"crime {one.place} {one.crime.kind}"))

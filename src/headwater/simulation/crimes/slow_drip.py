"""Some records more a day than the work asks for, for weeks or months.

Entitlement: the actor may open every record; no single day is out of the ordinary. The records are of other people's
books, or just not of the actor's own cases.

That insiders trickle data out in working hours is what the cases of the market say (NETWORK.md section 5: slow insiders
in working hours; Shanghai Yangpu went on from May to October 2017). The excess of 100, 50, 25 and 10 % is assumed, after
the question that simulations of such thefts put (DETECTION.md section 6: x 2 and x 1.5 over 60 days).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from headwater.simulation.crimes.lookups import Manner, looked
from headwater.simulation.crimes.pools import Pool
from headwater.simulation.crimes.scene import Act, Scene
from headwater.simulation.crimes.ways_out import Exit, carried, exit_of, loads
from headwater.simulation.house import presence
from headwater.simulation.trades.trade import Strength

_EXCESS: Mapping[Strength, float] = {"strong": 1.0, "medium": 0.5, "weak": 0.25, "faint": 0.1}
_SEARCHES: Mapping[Strength, float] = {"strong": 0.0, "medium": 0.1, "weak": 0.2, "faint": 0.3}


def act(scene: Scene) -> list[Act]:
    """Each actor's part; those who act together share the clients out and have one destination."""
    out = exit_of(scene, "shop-chat")
    return [_part(scene, person, pool, out) for person, pool in zip(scene.cast.actors, scene.parts(), strict=True)]


def _part(scene: Scene, person: int, pool: Pool, out: Exit) -> Act:
    """Among each day's work, as much more as the strength says; carried out once a week."""
    rng, strength = scene.rng, scene.cast.crime.strength
    sat = scene.working(person)
    mean = np.full(len(sat), _EXCESS[strength] * scene.ordinary(person))
    rows = np.repeat(np.arange(len(sat)), presence.counts(rng, mean))
    rows = rows if len(rows) else rng.integers(len(sat), size=3)
    took = looked(scene, sat, rows, pool.only(scene.house.clients.owner != person), Manner(None, _SEARCHES[strength]))
    traces = {"access": took.events, **carried(scene, sat, loads(sat, rows, took.times, 7), out)}
    return Act((person,), traces, took.clients, took.times, np.full(len(rows), person), out.way, out.destination, 0.9)

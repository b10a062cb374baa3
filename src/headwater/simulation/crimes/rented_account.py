"""An employee rents the account to outsiders, who query records of other branches from elsewhere.

Entitlement: the account may open every record; its owner knows that others use it. The records are of other branches
than the owner's. The outsiders read from an address outside, the careful ones from a desk of the house that nobody
uses any more, on days on which the owner is at work as well.

YTO Handan 2020: accounts of employees rented for CNY 500 a day, over 400,000 waybills, most of other branches. How much
is read on how many days, and the empty desk, are assumed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from headwater.simulation.crimes.lookups import Manner, days_of, looked, repeated
from headwater.simulation.crimes.pools import Pool
from headwater.simulation.crimes.scene import Act, Scene
from headwater.simulation.trades.trade import Strength


@dataclass(frozen=True, slots=True)
class _Figures:
    days: int
    multiple: float  # of the owner's ordinary day, each day
    manner: Manner
    outside: bool


_FIGURES: Mapping[Strength, _Figures] = {
    "strong": _Figures(20, 6.0, Manner((4, 14)), True),
    "medium": _Figures(16, 2.5, Manner((10, 45)), True),
    "weak": _Figures(12, 0.8, Manner(None, 0.2), False),
    "faint": _Figures(8, 0.12, Manner(None, 0.4), False),
}


def act(scene: Scene) -> list[Act]:
    """Each rented account's part: the same outsiders share the clients out."""
    pairs = zip(scene.cast.actors, scene.parts(), scene.cast.outsiders, strict=True)
    return [_part(scene, owner, pool, elsewhere) for owner, pool, elsewhere in pairs]


def _part(scene: Scene, owner: int, pool: Pool, elsewhere: int) -> Act:
    house, figures = scene.house, _FIGURES[scene.cast.crime.strength]
    sat = scene.working(owner)
    place = elsewhere if figures.outside else _second(scene, owner)
    away = replace(sat, place=np.full(len(sat), place))
    days = days_of(scene, away, figures.days, run=False)
    rows = repeated(scene.rng, days, figures.multiple * scene.ordinary(owner) * len(days))
    others = pool.only(house.clients.branch != house.staff.branch[owner])
    took = looked(scene, away, rows, others, figures.manner, int(house.staff.account[owner]))
    return Act((owner,), {"access": took.events}, took.clients, took.times, np.full(len(rows), -1))


def _second(scene: Scene, owner: int) -> int:
    """A desk that nobody works at any more, of the owner's branch where there is one: strangers are seen at others."""
    staff = scene.house.staff
    used = staff.place[(staff.left >= 0) & ~staff.outside]
    others = np.flatnonzero(~np.isin(staff.place, used) & ~staff.outside)
    near = others[staff.branch[others] == staff.branch[owner]]
    return int(staff.place[scene.rng.choice(near if len(near) else others)])

"""Single people looked up for a buyer: a search by name, one record, out; a few a day, a price for each.

Entitlement: the actor, a clerk whom anybody may call, has the right to every look-up; none has a call behind it. The
subjects have nothing to do with each other nor with the clerk's work.

Huai'an 2019-20: a bank clerk took CNY 80-110 a query, 26 suspects had 50,000 items; Jingzhou 2016-17: 4,000 look-ups a
month by one clerk are beyond this kind and belong to bulk. Two to twelve a day as a share of ordinary work, and six in
all for the faint one, are assumed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from headwater.simulation.crimes.lookups import Manner, days_of, looked, repeated
from headwater.simulation.crimes.pools import Pool
from headwater.simulation.crimes.scene import Act, Scene
from headwater.simulation.crimes.ways_out import Exit, carried, exit_of, loads
from headwater.simulation.trades.trade import Strength


@dataclass(frozen=True, slots=True)
class _Figures:
    share: float  # of an ordinary day's look-ups, each day
    most: float  # a day
    of_days: float  # share of the days on which orders come in
    searches: float


_FIGURES: Mapping[Strength, _Figures] = {
    "strong": _Figures(0.5, 12.0, 0.95, 1.0),
    "medium": _Figures(0.2, 6.0, 0.9, 1.0),
    "weak": _Figures(0.08, 2.5, 0.7, 0.9),
    "faint": _Figures(0.0, 0.0, 0.2, 0.6),
}
_SIX = 6  # look-ups in all of the faint one


def act(scene: Scene) -> list[Act]:
    """Each actor's part; those who act together serve the same buyer and share the orders out."""
    out = exit_of(scene, "phone")
    return [_part(scene, person, pool, out) for person, pool in zip(scene.cast.actors, scene.parts(), strict=True)]


def _part(scene: Scene, person: int, pool: Pool, out: Exit) -> Act:
    rng, figures = scene.rng, _FIGURES[scene.cast.crime.strength]
    sat = scene.working(person)
    days = days_of(scene, sat, max(3, round(figures.of_days * len(sat))), run=False)
    total = min(figures.share * scene.ordinary(person), figures.most) * len(days)
    rows = repeated(rng, days, max(total, _SIX + (0 if figures.most == 0 else rng.poisson(3))))
    took = looked(scene, sat, rows, pool, Manner(None, figures.searches, "name"))
    traces = {"access": took.events, **carried(scene, sat, loads(sat, rows, took.times, 7), out)}
    return Act((person,), traces, took.clients, took.times, np.full(len(rows), person), out.way, out.destination)

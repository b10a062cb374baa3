"""Records opened only to photograph the screen: look-ups beyond need, never a list and never a file.

Entitlement: the actor may open every record. What leaves the house is on a telephone, so that the look-ups are the only
trace: no search before them where it is crude, each open for some seconds.

A photograph is among the exits of LAW.md section 6; the amounts are assumed: a hundred and fifty per cent more for
three weeks for the strong one, some per cent for the faint.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from headwater.simulation.crimes.lookups import Manner, days_of, looked, repeated
from headwater.simulation.crimes.pools import Pool
from headwater.simulation.crimes.scene import Act, Scene
from headwater.simulation.trades.trade import Strength


@dataclass(frozen=True, slots=True)
class _Figures:
    days: int
    excess: float  # of an ordinary day's look-ups, each day
    manner: Manner


_FIGURES: Mapping[Strength, _Figures] = {
    "strong": _Figures(15, 1.5, Manner((8, 25))),
    "medium": _Figures(15, 0.7, Manner((10, 40))),
    "weak": _Figures(18, 0.25, Manner(None, 0.1)),
    "faint": _Figures(18, 0.07, Manner(None, 0.3)),
}


def act(scene: Scene) -> list[Act]:
    """Each actor's part; those who act together share the clients out."""
    return [_part(scene, person, pool) for person, pool in zip(scene.cast.actors, scene.parts(), strict=True)]


def _part(scene: Scene, person: int, pool: Pool) -> Act:
    figures, sat = _FIGURES[scene.cast.crime.strength], scene.working(person)
    days = days_of(scene, sat, figures.days, run=False)
    rows = repeated(scene.rng, days, max(2.0, figures.excess * scene.ordinary(person) * len(days)))
    took = looked(scene, sat, rows, pool, figures.manner)
    return Act((person,), {"access": took.events}, took.clients, took.times, np.full(len(rows), person), "phone")

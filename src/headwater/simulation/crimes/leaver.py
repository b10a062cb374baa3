"""After notice and before the last day: colleagues' client books, carried off on a stick or to one's own mail.

Entitlement: the actor may open the records; those taken are of colleagues' books (of the same team, else of the branch),
not the actor's own. Where a trade has no books, they are of the branch.

Lily & Beauty 2017 (10 m rows with a leaver's live account) and the Anhui insurer 2017-20 (a former colleague as buyer)
show whom it serves. That a leaver takes days' to weeks' worth of reading between notice and departure, in a hurry at
the end where it is crude, and uses a stick most of the time, is assumed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from headwater.simulation.crimes.lookups import Manner, days_of, looked, repeated
from headwater.simulation.crimes.pools import Pool
from headwater.simulation.crimes.scene import Act, Scene
from headwater.simulation.crimes.seats import Seats
from headwater.simulation.crimes.ways_out import Exit, carried, exit_of, loads
from headwater.simulation.trades.trade import Strength

_BY_MAIL = 0.25  # of the leavers use their own mail box, not a stick


@dataclass(frozen=True, slots=True)
class _Figures:
    multiple: float  # ordinary days' look-ups, in all
    last: float  # share of the days between notice and departure, the last ones, that are used
    manner: Manner
    every: int  # days that one load gathers


_FIGURES: Mapping[Strength, _Figures] = {
    "strong": _Figures(20.0, 0.25, Manner((3, 10)), 60),
    "medium": _Figures(8.0, 0.5, Manner((8, 40)), 60),
    "weak": _Figures(3.0, 0.8, Manner(None, 0.15), 7),
    "faint": _Figures(1.0, 1.0, Manner(None, 0.3), 14),
}


def act(scene: Scene) -> list[Act]:
    """Each leaver's part; those who go together share the clients out."""
    out = exit_of(scene, "web-mail" if scene.rng.random() < _BY_MAIL else "usb")
    return [_part(scene, person, pool, out) for person, pool in zip(scene.cast.actors, scene.parts(), strict=True)]


def _part(scene: Scene, person: int, pool: Pool, out: Exit) -> Act:
    figures, staff = _FIGURES[scene.cast.crime.strength], scene.house.staff
    last = min(int(staff.left[person]), scene.house.calendar.days - 1)
    sat = scene.seats.of(person, int(staff.resigned[person]), last)
    sat = _last(sat, figures.last)
    rows = repeated(scene.rng, days_of(scene, sat, len(sat), run=True), figures.multiple * scene.ordinary(person))
    took = looked(scene, sat, rows, _colleagues(scene, person, pool), figures.manner)
    traces = {"access": took.events, **carried(scene, sat, loads(sat, rows, took.times, figures.every), out)}
    return Act((person,), traces, took.clients, took.times, np.full(len(rows), person), out.way, out.destination, 1.0)


def _last(sat: Seats, share: float) -> Seats:
    count = max(2, round(share * len(sat)))
    return sat.take(np.arange(len(sat))[-count:])


def _colleagues(scene: Scene, person: int, pool: Pool) -> Pool:
    """Clients of colleagues' books, of the team's or else anybody's of the branch; of the branch where there are none."""
    staff, clients = scene.house.staff, scene.house.clients
    others = (clients.owner >= 0) & (clients.owner != person)
    near = pool.only(others & (staff.team[clients.owner] == staff.team[person]))
    if len(near) < len(pool):
        return near
    return pool.only((others | (clients.owner < 0)) & (clients.branch == staff.branch[person]))

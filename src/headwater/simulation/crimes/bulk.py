"""Very much in a few days: an insider who may do so draws lists, or opens record after record.

Entitlement: the actor has the right to every single act (export or look-up); what is beyond need is the amount. The
strong and the medium one may pass the rows that the role is allowed in a day, the others stay below.

The pattern is that of the tele-sales chief of the Anhui insurer (2017-20: buyers took 20,000 to 90,000 rows at a time)
and of most of 229 Beijing cases of 2018-23, over half of which had more than 50,000 rows. How many ordinary days' work
or what share of a branch is taken, in how many days, and how much is hidden are assumed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from headwater.simulation.crimes.fitting import may
from headwater.simulation.crimes.lookups import Looked, Manner, days_of, looked, repeated
from headwater.simulation.crimes.pools import Pool
from headwater.simulation.crimes.reading import listed
from headwater.simulation.crimes.scene import Act, Scene
from headwater.simulation.crimes.seats import Seats, hurried, spread
from headwater.simulation.crimes.ways_out import Exit, carried, exit_of, loads
from headwater.simulation.events import Whole
from headwater.simulation.trades.trade import Role, Strength

_BY_LISTS = 0.6  # of those who may draw lists do so


@dataclass(frozen=True, slots=True)
class _Figures:
    days: int
    multiple: float  # ordinary days' look-ups, in all
    branch: float  # share of the branch's clients, where lists are drawn
    lists: int
    manner: Manner
    limited: bool  # keeps to the rows a day that the role is allowed


_FIGURES: Mapping[Strength, _Figures] = {
    "strong": _Figures(3, 36.0, 1.0, 6, Manner((4, 12)), False),
    "medium": _Figures(4, 16.0, 0.3, 4, Manner((6, 25)), False),
    "weak": _Figures(5, 7.0, 0.06, 3, Manner((15, 70), 0.1), True),
    "faint": _Figures(6, 2.4, 0.012, 2, Manner(None, 0.2), True),
}


def act(scene: Scene) -> list[Act]:
    """Each actor's part; those who act together share the clients out and have one destination."""
    figures, out = _FIGURES[scene.cast.crime.strength], exit_of(scene, "shop-chat")
    parts = scene.parts()
    return [_part(scene, person, part, figures, out) for person, part in zip(scene.cast.actors, parts, strict=True)]


def _part(scene: Scene, person: int, pool: Pool, figures: _Figures, out: Exit) -> Act:
    sat = scene.working(person)
    rows = days_of(scene, sat, figures.days, run=True)
    role = scene.house.trade.roles[scene.house.staff.role[person]]
    lists = may(role, "export") and role.exports > 0 and scene.rng.random() < _BY_LISTS
    took = _lists(scene, sat, rows, pool, figures, role) if lists else _opened(scene, person, sat, rows, pool, figures)
    traces = {"access": took.events, **carried(scene, sat, loads(sat, took.rows, took.times, 1), out)}
    who = np.full(len(took.rows), person)
    return Act((person,), traces, took.clients, took.times, who, out.way, out.destination, 0.9)


def _opened(scene: Scene, person: int, sat: Seats, rows: Whole, pool: Pool, figures: _Figures) -> Looked:
    total = figures.multiple * scene.ordinary(person)
    return looked(scene, sat, repeated(scene.rng, rows, total), pool, figures.manner)


def _lists(scene: Scene, sat: Seats, rows: Whole, pool: Pool, figures: _Figures, role: Role) -> Looked:
    """Lists of the actor's branch: whole ones, or choices that together make a share of it."""
    rng, house = scene.rng, scene.house
    # where records age there is little in one branch on one day: lists go across branches
    branch = pool.only(house.clients.branch == house.staff.branch[sat.person[0]]) if pool.lasting else pool
    days = np.sort(rng.choice(rows, min(figures.lists, 2 * len(rows)), replace=figures.lists > len(rows)))
    limit = min(
        (r.rows_per_day or len(branch) for r in role.rights if r.action in ("export", "*")), default=len(branch)
    )
    part = figures.branch / (len(days) if pool.lasting else 1)
    each = np.array([max(1, round(part * len(branch.worth(day)))) for day in sat.day[days].tolist()])
    each = np.minimum(each, limit) if figures.limited else each
    times = spread(rng, house, sat, days) if figures.manner.gap is None else hurried(rng, house, sat, days, (120, 600))
    scope = "branch" if figures.branch >= 1 and pool.lasting else "filter"
    drawn = listed(house, rng, each, times, sat.account[days], sat.place[days], scope)
    which = np.repeat(np.arange(len(days)), each)
    return Looked([drawn], days[which], branch.pick(rng, sat.day[days[which]]), times[which])

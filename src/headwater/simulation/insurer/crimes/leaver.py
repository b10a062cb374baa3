"""A salesman on his way out, who carries off what is not his."""

from __future__ import annotations

import numpy as np

from headwater.simulation.events import HOUR, Events
from headwater.simulation.insurer.crimes.carrying import archived, saved
from headwater.simulation.insurer.crimes.lookups import opened
from headwater.simulation.insurer.doings import Doing
from headwater.simulation.insurer.presence import moments
from headwater.simulation.insurer.scenarios import Leaver
from headwater.simulation.insurer.world import Cast, World


def act(world: World, cast: Cast, scenario: Leaver, number: int) -> Doing:
    """Between notice and last day, open colleagues' clients day by day, then pack them on a removable drive."""
    rng, staff, present = world.dice(f"{scenario.kind} {number}"), world.staff, world.presence
    (actor,) = cast.actors
    mine = present.rows_of(actor)
    days = present.day[mine]
    mine = mine[(days >= staff.resigned[actor]) & (days <= staff.left[actor])]
    if not len(mine):
        raise ValueError("the leaver has no working day between notice and departure: change `notice` or the span")
    others = np.flatnonzero((world.book != actor) & world.clients.there(0))
    taken = rng.choice(others, round(scenario.share * len(others)), replace=False)
    rows = np.sort(rng.choice(mine, len(taken)))
    account, ip = str(staff.account[actor]), staff.ip[present.desk[rows]]
    times = moments(rng, present, rows, world.calendar)
    looked = opened(world, taken, times, account=account, ip=ip, agent=actor % 3, number=number)
    evening = int(world.calendar.midnight(present.day[mine[-1:]])[0] + 17.2 * HOUR)
    packed: list[Events] = [
        saved(world, actor, evening, len(taken), "交接.xlsx", number),
        archived(world, actor, evening + 300_000, len(taken), number),
    ]
    return Doing(
        scenario.kind,
        (account,),
        (str(staff.employee[actor]),),
        (str(staff.device[actor]),),
        {"access": [looked], "files": packed},
        taken,
        present.day[rows],
        {actor: np.flatnonzero(rng.random(len(taken)) < scenario.kept)},
    )

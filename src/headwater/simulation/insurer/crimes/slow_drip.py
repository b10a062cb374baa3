"""A salesman who opens a few records more than his work asks for, every day."""

from __future__ import annotations

import numpy as np

from headwater.simulation.events import HOUR, Events
from headwater.simulation.insurer.crimes.carrying import saved, sent
from headwater.simulation.insurer.crimes.lookups import opened
from headwater.simulation.insurer.doings import Doing
from headwater.simulation.insurer.presence import counts, moments
from headwater.simulation.insurer.scenarios import SlowDrip
from headwater.simulation.insurer.world import Cast, World


def act(world: World, cast: Cast, scenario: SlowDrip, number: int) -> Doing:
    """Open clients of other agents' books in bursts among the day's work; once a week write them up and send them."""
    rng, staff, present = world.dice(f"{scenario.kind} {number}"), world.staff, world.presence
    (actor,) = cast.actors
    span = world.calendar.work_days(scenario.begins, scenario.ends)
    mine = present.rows_of(actor)
    mine = mine[np.isin(present.day[mine], span)]
    rows = np.repeat(mine, counts(rng, np.full(len(mine), float(scenario.extra_per_day))))
    others = np.flatnonzero((world.book != actor) & world.clients.there(0))
    taken = rng.choice(others, len(rows), replace=len(rows) > len(others))
    account, ip = str(staff.account[actor]), staff.ip[present.desk[rows]]
    times = moments(rng, present, rows, world.calendar)
    looked = opened(world, taken, times, account=account, ip=ip, agent=actor % 3, number=number)
    traces: dict[str, list[Events]] = {"access": [looked], "files": [], "web": []}
    for week in np.array_split(mine, max(1, len(mine) // 5)):
        count = int(np.isin(rows, week).sum())
        evening = int(world.calendar.midnight(present.day[week[-1:]])[0] + 17.4 * HOUR)
        traces["files"].append(saved(world, actor, evening, count, "意向客户.xlsx", number))
        traces["web"].append(sent(world, actor, evening + 600_000, count, number))
    kept = np.flatnonzero(rng.random(len(taken)) < scenario.kept)
    return Doing(
        scenario.kind,
        (account,),
        (str(staff.employee[actor]),),
        (str(staff.device[actor]),),
        traces,
        taken,
        present.day[rows],
        {actor: kept},
    )

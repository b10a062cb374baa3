"""A service clerk who looks people up for a buyer: search, one record, a photograph of the screen, no file."""

from __future__ import annotations

import numpy as np

from headwater.simulation.insurer.crimes.lookups import opened
from headwater.simulation.insurer.doings import Doing, access
from headwater.simulation.insurer.presence import moments
from headwater.simulation.insurer.scenarios import LookupForHire
from headwater.simulation.insurer.world import Cast, World


def act(world: World, cast: Cast, scenario: LookupForHire, number: int) -> Doing:
    """A few look-ups a day, each a search by name and a record half a minute later, none with a call behind it."""
    rng, staff, present = world.dice(f"{scenario.kind} {number}"), world.staff, world.presence
    (actor,) = cast.actors
    span = world.calendar.work_days(scenario.begins, scenario.ends)
    mine = present.rows_of(actor)
    mine = mine[np.isin(present.day[mine], span)]
    rows = np.repeat(mine, rng.poisson(scenario.per_day, len(mine)))
    taken = rng.choice(np.flatnonzero(world.clients.there(0)), len(rows))
    times = moments(rng, present, rows, world.calendar)
    account, ip = str(staff.account[actor]), staff.ip[present.desk[rows]]
    sought = access(
        len(rows),
        time=times - rng.integers(15_000, 40_000, len(rows)),
        account=account,
        ip=ip,
        path=f"{world.habits.search_path}?by=name&p=1",
        rows=rng.geometric(0.3, len(rows)),
        agent=actor % 3,
        doing=number,
    )
    looked = opened(world, taken, times, account=account, ip=ip, agent=actor % 3, number=number)
    return Doing(
        scenario.kind,
        (account,),
        (str(staff.employee[actor]),),
        (str(staff.device[actor]),),
        {"access": [sought, looked]},
        taken,
        present.day[rows],
    )

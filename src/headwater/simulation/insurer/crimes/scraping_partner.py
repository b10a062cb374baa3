"""A partner's interface account that walks through the client numbers by night."""

from __future__ import annotations

import numpy as np

from headwater.simulation.events import HOUR
from headwater.simulation.insurer.crimes.lookups import opened
from headwater.simulation.insurer.doings import Doing
from headwater.simulation.insurer.querying import PARTNER, PARTNER_IP
from headwater.simulation.insurer.scenarios import ScrapingPartner
from headwater.simulation.insurer.world import Cast, World


def act(world: World, cast: Cast, scenario: ScrapingPartner, number: int) -> Doing:
    """On consecutive nights, one number after the other, at the steady pace of a program."""
    rng = world.dice(f"{scenario.kind} {number}")
    first_night = int(scenario.begins * world.calendar.days)
    nights = np.arange(first_night, min(first_night + scenario.nights, world.calendar.days))
    there = np.flatnonzero(world.clients.there(first_night))
    count = min(len(nights) * scenario.per_night, len(there))
    start = int(rng.integers(len(there) - count + 1))
    taken, days = there[start : start + count], np.repeat(nights, scenario.per_night)[:count]
    within = np.arange(count) % scenario.per_night
    times = world.calendar.midnight(days) + HOUR + within * 4_000 + rng.integers(0, 300, count)
    looked = opened(world, taken, times, account=PARTNER, ip=PARTNER_IP, agent=3, number=number)
    return Doing(scenario.kind, (PARTNER,), (), (), {"access": [looked]}, taken, days)

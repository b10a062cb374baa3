"""A clerk's account in a stranger's hands."""

from __future__ import annotations

import numpy as np

from headwater.simulation.events import HOUR, SECOND, Events
from headwater.simulation.insurer.crimes.lookups import opened
from headwater.simulation.insurer.doings import Doing, logons
from headwater.simulation.insurer.scenarios import HijackedAccount
from headwater.simulation.insurer.world import Cast, World

_ADDRESS, _DEVICE, _GATE = "198.51.100.73", "DESKTOP-7QK2", "VPN-GW1"


def act(world: World, cast: Cast, scenario: HijackedAccount, number: int) -> Doing:
    """By night, from an address and a machine never seen before, after failed log-ons: record after record."""
    rng, staff = world.dice(f"{scenario.kind} {number}"), world.staff
    (victim,) = cast.actors
    nights = world.calendar.work_days(scenario.begins)[: scenario.nights]
    account = str(staff.account[victim])
    there = np.flatnonzero(world.clients.there(0))
    taken = rng.choice(there, min(len(nights) * scenario.per_night, len(there)), replace=False)
    days = np.repeat(nights, scenario.per_night)[: len(taken)]
    gaps = np.cumsum(rng.integers(3, 12, len(taken))) * SECOND
    since = gaps - gaps[np.searchsorted(days, days)]
    times = world.calendar.midnight(days) + int(1.5 * HOUR) + since
    looked = opened(world, taken, times, account=account, ip=_ADDRESS, agent=2, number=number)
    tries = [_tries(world, int(night), account, number) for night in nights]
    return Doing(scenario.kind, (account,), (), (_DEVICE,), {"access": [looked], "logons": tries}, taken, days)


def _tries(world: World, night: int, account: str, number: int) -> Events:
    """Four failures and a success at the gate for those who work from outside."""
    begin = int(world.calendar.midnight(np.array([night]))[0]) + int(1.4 * HOUR)
    return logons(
        5,
        time=begin + np.arange(5) * 20_000,
        account=account,
        device=[_GATE] * 4 + [_DEVICE],
        ip=_ADDRESS,
        action=["failure"] * 4 + ["logon"],
        kind=3,
        doing=number,
    )

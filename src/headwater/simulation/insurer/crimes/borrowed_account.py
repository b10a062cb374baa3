"""A departed colleague's database account, used by sales people at their own machines."""

from __future__ import annotations

import numpy as np

from headwater.simulation.events import HOUR, SECOND, Events, Whole
from headwater.simulation.insurer.crimes.carrying import archived, saved, sent
from headwater.simulation.insurer.doings import Doing, logons, queries
from headwater.simulation.insurer.hostile import HOSTILE_NAME
from headwater.simulation.insurer.querying import range_statement, ranged
from headwater.simulation.insurer.scenarios import BorrowedAccount
from headwater.simulation.insurer.world import Cast, World

_COLUMNS = "cust_name, id_card, mobile, home_address"


def act(world: World, cast: Cast, scenario: BorrowedAccount, number: int) -> Doing:
    """Read range after range over the chosen days, keep each day's haul, and post it out."""
    rng = world.dice(f"{scenario.kind} {number}")
    traces: dict[str, list[Events]] = {"queries": [], "logons": [], "files": [], "web": []}
    taken, taken_on, kept, place = [], [], {}, 0
    slices = _slices(world, cast, scenario, rng)
    for actor, turns in slices.items():
        places = []
        for day, ranges in turns:
            got = _session(world, cast, actor, day, ranges, traces, scenario, number, rng)
            taken.append(got)
            taken_on.append(np.full(len(got), day))
            places.append(np.arange(place, place + len(got)))
            place += len(got)
        mine = np.concatenate(places)
        kept[actor] = mine[rng.random(len(mine)) < scenario.kept]
    staff, actors = world.staff, list(cast.actors)
    return Doing(
        scenario.kind,
        (str(staff.account[cast.lender]),),
        tuple(staff.employee[actors].tolist()),
        tuple(staff.device[actors].tolist()),
        traces,
        np.concatenate(taken),
        np.concatenate(taken_on),
        kept,
    )


Turns = list[tuple[int, list[tuple[int, int]]]]


def _slices(world: World, cast: Cast, scenario: BorrowedAccount, rng: np.random.Generator) -> dict[int, Turns]:
    """For each actor, on which day which ranges of ordinals; two actors overlap by chance only."""
    there = int(world.clients.there(0).sum())
    starts = np.arange(0, there - scenario.chunk, scenario.chunk)
    wanted = max(len(cast.actors), round(scenario.share * there / scenario.chunk))
    chosen = np.sort(rng.choice(starts, min(wanted, len(starts)), replace=False))
    turns: dict[int, Turns] = {}
    for actor, part in zip(cast.actors, np.array_split(chosen, len(cast.actors)), strict=True):
        days = _days(world, actor, scenario, rng)
        ranges = [(int(s), int(s) + scenario.chunk - 1 - int(rng.integers(0, 6))) for s in part]
        shares = np.array_split(np.arange(len(ranges)), len(days))
        turns[actor] = [
            (int(d), [ranges[i] for i in share]) for d, share in zip(days, shares, strict=True) if len(share)
        ]
    return turns


def _days(world: World, actor: int, scenario: BorrowedAccount, rng: np.random.Generator) -> Whole:
    span = world.calendar.work_days(scenario.begins, scenario.ends)
    here = span[world.presence.here[actor, span]]
    return np.sort(rng.choice(here, min(scenario.days, len(here)), replace=False))


def _session(
    world: World, cast: Cast, actor: int, day: int, ranges: list[tuple[int, int]],
    traces: dict[str, list[Events]], scenario: BorrowedAccount, number: int, rng: np.random.Generator,
) -> Whole:  # fmt: skip
    """One sitting: log on with the lent account, read, log off, save, send; gives the ordinals that were read."""
    staff, lent = world.staff, str(world.staff.account[cast.lender])
    begin = int(world.calendar.midnight(np.array([day]))[0] + rng.choice([12.2, 17.3, 18.2]) * HOUR)
    times = begin + np.cumsum(rng.integers(25, 140, len(ranges))) * SECOND
    got = [ranged(world, first, last, day) for first, last in ranges]
    place = {"account": lent, "ip": str(staff.ip[actor]), "doing": number}
    traces["queries"].append(
        queries(
            len(ranges),
            time=times,
            statement=[range_statement(world, _COLUMNS, first, last) for first, last in ranges],
            rows=np.array([len(part) for part in got]),
            first=np.array([first for first, _ in ranges]),
            last=np.array([last for _, last in ranges]),
            program="Navicat",
            **place,
        )
    )
    ends = np.array([begin - 40_000, int(times[-1]) + 120_000])
    traces["logons"].append(logons(2, time=ends, device=str(staff.device[actor]), action=["logon", "logoff"], **place))
    rows = sum(len(part) for part in got)
    name = f"{HOSTILE_NAME if world.habits.hostile else '名单'}{day}.xlsx"
    traces["files"].append(saved(world, actor, int(ends[1]), rows, name, number))
    if scenario.send:
        traces["web"].append(sent(world, actor, int(ends[1]) + 15 * 60_000, rows, number))
    else:
        traces["files"].append(archived(world, actor, int(ends[1]) + 60_000, rows, number))
    return np.concatenate(got)

"""A departed colleague's database account, used by sales people at their own machines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from headwater.simulation.events import HOUR, SECOND, Events, Whole
from headwater.simulation.insurer.crimes.carrying import archived, saved, sent
from headwater.simulation.insurer.doings import Doing, logons, queries
from headwater.simulation.insurer.hostile import HOSTILE_NAME
from headwater.simulation.insurer.querying import range_statement, ranged
from headwater.simulation.insurer.scenarios import BorrowedAccount
from headwater.simulation.insurer.world import Cast, World

_COLUMNS = "cust_name, id_card, mobile, home_address"
_BEGINS = (12.2, 17.3, 18.2)  # hours at which a sitting may begin: lunch, or after the others have gone


@dataclass(frozen=True, slots=True)
class _Sitting:
    """One actor, one day: the ranges (ordinals, both ends included) and the moments of their reading."""

    actor: int
    day: int
    ranges: tuple[tuple[int, int], ...]
    times: Whole


def act(world: World, cast: Cast, scenario: BorrowedAccount, number: int) -> Doing:
    """Read range after range over the chosen days, keep each day's haul, and carry it out."""
    rng, staff, actors = world.dice(f"{scenario.kind} {number}"), world.staff, list(cast.actors)
    lent = str(staff.account[cast.lender])
    traces: dict[str, list[Events]] = {"queries": [], "logons": [], "files": [], "web": []}
    hauls: list[tuple[int, int, Whole]] = []
    for sitting in _sittings(world, cast, scenario, rng):
        got = [ranged(world, first, last, sitting.day) for first, last in sitting.ranges]
        _read(world, sitting, lent, got, number, traces)
        _carry(world, sitting, sum(len(part) for part in got), scenario.send, number, traces)
        hauls.append((sitting.actor, sitting.day, np.concatenate(got)))
    whose = np.repeat([actor for actor, _, _ in hauls], [len(got) for _, _, got in hauls])
    stays = rng.random(len(whose)) < scenario.kept
    return Doing(
        scenario.kind,
        (lent,),
        tuple(staff.employee[actors].tolist()),
        tuple(staff.device[actors].tolist()),
        traces,
        np.concatenate([got for _, _, got in hauls]),
        np.repeat([day for _, day, _ in hauls], [len(got) for _, _, got in hauls]),
        {actor: np.flatnonzero((whose == actor) & stays) for actor in actors},
    )


def _sittings(world: World, cast: Cast, scenario: BorrowedAccount, rng: np.random.Generator) -> Iterator[_Sitting]:
    """Who sits down on which day to read which ranges; the actors share the ranges out between them."""
    there = int(world.clients.there(0).sum())
    starts = np.arange(0, there - scenario.chunk, scenario.chunk)
    wanted = max(len(cast.actors), round(scenario.share * there / scenario.chunk))
    chosen = np.sort(rng.choice(starts, min(wanted, len(starts)), replace=False))
    for actor, part in zip(cast.actors, np.array_split(chosen, len(cast.actors)), strict=True):
        days = _days(world, actor, scenario, rng)
        for day, firsts in zip(days.tolist(), np.array_split(part, len(days)), strict=True):
            if len(firsts):
                lasts = firsts + scenario.chunk - 1 - rng.integers(0, 6, len(firsts))
                begin = int(world.calendar.midnight(np.array([day]))[0] + rng.choice(_BEGINS) * HOUR)
                times = begin + np.cumsum(rng.integers(25, 140, len(firsts))) * SECOND
                yield _Sitting(actor, day, tuple(zip(firsts.tolist(), lasts.tolist(), strict=True)), times)


def _days(world: World, actor: int, scenario: BorrowedAccount, rng: np.random.Generator) -> Whole:
    span = world.calendar.work_days(scenario.begins, scenario.ends)
    here = span[world.presence.here[actor, span]]
    return np.sort(rng.choice(here, min(scenario.days, len(here)), replace=False))


def _read(
    world: World, sitting: _Sitting, lent: str, got: list[Whole], number: int, traces: dict[str, list[Events]]
) -> None:
    """Log on with the lent account at one's own machine, read the ranges, log off."""
    staff, actor = world.staff, sitting.actor
    place = {"account": lent, "ip": str(staff.ip[actor]), "doing": number}
    asked = queries(
        len(got),
        time=sitting.times,
        statement=[range_statement(world, _COLUMNS, first, last) for first, last in sitting.ranges],
        rows=np.array([len(part) for part in got]),
        first=np.array([first for first, _ in sitting.ranges]),
        last=np.array([last for _, last in sitting.ranges]),
        program="Navicat",
        **place,
    )
    ends = np.array([sitting.times[0] - 90 * SECOND, sitting.times[-1] + 120 * SECOND])
    traces["queries"].append(asked)
    traces["logons"].append(logons(2, time=ends, device=str(staff.device[actor]), action=["logon", "logoff"], **place))


def _carry(
    world: World, sitting: _Sitting, rows: int, send: bool, number: int, traces: dict[str, list[Events]]
) -> None:
    """Keep the haul in a spreadsheet; send it to the shop's chat, or pack it on a removable drive."""
    after = int(sitting.times[-1]) + 120 * SECOND
    name = f"{HOSTILE_NAME if world.habits.hostile else '名单'}{sitting.day}.xlsx"
    traces["files"].append(saved(world, sitting.actor, after, rows, name, number))
    if send:
        traces["web"].append(sent(world, sitting.actor, after + 900 * SECOND, rows, number))
    else:
        traces["files"].append(archived(world, sitting.actor, after + 60 * SECOND, rows, number))

"""Ordinary reading of client records: everybody for the reasons of their work, most of them on record."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.simulation.events import SECOND, Column, Events, Whole
from headwater.simulation.house import presence, sources
from headwater.simulation.house.house import House
from headwater.simulation.house.nouns import Day, Relations
from headwater.simulation.house.traces import access

_ERRORS = ((200, 0.9925), (403, 0.0025), (404, 0.003), (500, 0.002))
_OUTAGE = 0.015  # of the days the application stumbles for an hour
_AGAIN = 0.045  # of the records are opened once more at once: a second click, a page gone back to
_PROGRAM = 3  # the agent of software that is no browser


@dataclass(frozen=True, slots=True)
class Reading:
    """A day's look-ups: ``row`` (of the day) and ``client`` of each, and the events, in the same order."""

    row: Whole
    client: Whole
    events: Events


def reading(house: House, day: Day, tempo: NDArray[np.float64], relations: list[Relations]) -> Reading:
    """Everybody's look-ups of one day; their recorded reasons are added to ``relations``."""
    rng = house.dice("reading", day.number)
    role = house.staff.role_on(day.number)[day.person]
    mean = np.array([each.lookups for each in house.trade.roles])[role] * tempo
    row = np.repeat(np.arange(len(day)), presence.counts(rng, mean))
    acts = sources.opened(house, rng, day.person[row], day.number)
    relations.append(sources.on_record(house, rng, acts, day.number))
    time = presence.moments(rng, house, day, row)
    return Reading(row, acts.client, lookups(house, rng, day, row, time, acts.client))


def lookups(house: House, rng: np.random.Generator, day: Day, row: Whole, time: Whole, client: Whole) -> Events:
    """Records opened by those at work, with the errors that any application has."""
    status = statuses(house, rng, day.number, time)
    good = status == 200
    return access(
        len(row),
        time=time,
        account=day.account[row],
        place=day.place[row],
        client=client,
        status=status,
        rows=good.astype(np.int64),
        bytes=np.where(good, rng.integers(900, 3_200, len(row)), rng.integers(180, 420, len(row))),
        agent=agents(house, day, row),
    )


def again_and_changes(house: House, rng: np.random.Generator, day: Day, read: Reading) -> list[Events]:
    """Second clicks on the same record, and changes to it."""
    log = read.events
    again = log.take(rng.random(len(log)) < _AGAIN)
    later = np.where(rng.random(len(again)) < 0.6, rng.integers(1, 9, len(again)), rng.integers(30, 400, len(again)))
    share = np.array([role.edits for role in house.trade.roles])
    role = house.staff.role_on(day.number)[day.person[read.row]]
    edited = log.take((rng.random(len(log)) < share[role]) & (log["status"] == 200))
    takes = (rng.gamma(1.6, 45.0, len(edited)) * SECOND).astype(np.int64) + 4 * SECOND
    size = rng.integers(150, 700, len(edited))
    return [
        changed(again, time=again["time"] + later * SECOND + 130),
        changed(edited, time=edited["time"] + takes, bytes=size, action=_word("edit", len(edited))),
    ]


def statuses(house: House, rng: np.random.Generator, day: int, time: Whole) -> Whole:
    """What the application answers: mostly 200; on a bad day many errors within one hour."""
    codes, shares = zip(*_ERRORS, strict=True)
    status = np.array(codes)[rng.choice(len(codes), len(time), p=shares)]
    bad = house.dice("outage", day)
    if bad.random() < _OUTAGE:
        hour = house.calendar.midnight(day) + int(bad.uniform(8, 18) * 3_600_000)
        failing = (time >= hour) & (time < hour + int(bad.uniform(600_000, 4_000_000)))
        status = np.where(failing & (rng.random(len(time)) < 0.3), 500, status)
    return np.asarray(status, dtype=np.int64)


def agents(house: House, day: Day, row: Whole) -> Whole:
    """The program at each desk: one browser for good; some partners read by software."""
    outside = house.staff.outside[day.person[row]] & (day.person[row] % 2 == 1)
    return np.where(outside, _PROGRAM, day.place[row] % _PROGRAM)


def changed(log: Events, **columns: Column) -> Events:
    """The same events with other values in some columns."""
    return Events({**log.columns, **columns})


def _word(text: str, count: int) -> Column:
    return np.full(count, text, dtype=object)

"""Work on whole databases: migrations with and without a ticket, tests of load, a backup at an unusual hour."""

from __future__ import annotations

import numpy as np

from headwater.simulation.events import SECOND, Whole
from headwater.simulation.house.benign.stage import Deed, Stage
from headwater.simulation.house.nouns import Day, Doing
from headwater.simulation.house.querying import PROGRAMS
from headwater.simulation.house.services import backup
from headwater.simulation.house.statements import range_text, tables, there_between
from headwater.simulation.house.traces import files, queries

_PAUSES = (2.0, 25.0)  # seconds between two ranges


def migrations(stage: Stage, count: int) -> list[Doing]:
    """An engineer moves a part of the data set to another system, range by range, mostly in the evening."""
    able = stage.does("queries", 2)
    return [doing for person in stage.some(able, count) for doing in _migration(stage, person, None)]


def secret_migrations(stage: Stage, count: int) -> list[Doing]:
    """The same, as an engineer does it whom nobody told that migrations want a ticket."""
    able = stage.does("queries", 2)
    return [doing for person in stage.some(able, count) for doing in _migration(stage, person, False)]


def moved_backups(stage: Stage, count: int) -> list[Doing]:
    """The backup runs by day for once, or for a week, because a disk was full or a window was moved."""
    house, rng = stage.house, stage.rng
    found = [service for service in house.trade.services if service.purpose == "backup"]
    done: list[Doing] = []
    for service in found[:1] * count:
        deed = Deed(stage, "moved-backup", tuple(stage.some(stage.does("queries", 2), 1)))
        first, length = int(rng.integers(house.calendar.days)), int(min(7, rng.geometric(0.5)))
        at = float(rng.uniform(9.5, 20.0))
        for number in range(first, min(house.calendar.days, first + length)):
            deed.add("queries", *backup(house, service, rng, number, at))
        if rng.random() < 0.6 and deed.people:
            deed.ticket("备份窗口调整", first, first + length - 1, service.name)
        done += deed.done()
    return done


def load_tests(stage: Stage, count: int) -> list[Doing]:
    """An engineer lets a program open record after record, always with the same pause, before a release."""
    return [doing for person in stage.some(stage.does("queries", 2), count) for doing in _load_test(stage, person)]


def _migration(stage: Stage, person: int, ticket: bool | None) -> list[Doing]:
    rng, house = stage.rng, stage.house
    told = bool(rng.random() < 0.9) if ticket is None else ticket
    deed = Deed(stage, "migration" if told else "migration-without-ticket", (person,))
    days = stage.spell(person, int(rng.integers(1, 5)))
    share = float(np.clip(rng.lognormal(-1.6, 0.7), 0.03, 1.0))
    part = max(20, int(share * len(house.clients)))
    begin = int(rng.integers(max(1, len(house.clients) - part + 1)))
    edges = np.linspace(begin, begin + part, len(days) + 1).astype(np.int64)
    for number, first, end in zip(days.tolist(), edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        _ranges(deed, stage.seat(person, number), first, end, evening=bool(rng.random() < 0.6))
    if told:
        deed.ticket("系统迁移", days[0] - 2, days[-1] + 3)
    return deed.done()


def _ranges(deed: Deed, seat: Day, first: int, end: int, evening: bool) -> None:
    """Ranges of keys, one after the other, and the file into which they are unloaded."""
    house, rng, names = deed.stage.house, deed.stage.rng, tables(deed.stage.house)
    if not len(seat) or end <= first:
        return
    step = max(1, min(20_000, -(-(end - first) // int(rng.integers(8, 40)))))
    begins = np.arange(first, end, step)
    lasts = np.minimum(begins + step, end) - 1
    keys = zip(house.clients.keys(begins), house.clients.keys(lasts), strict=True)
    start = float(seat.goes[0]) + 0.3 if evening else float(rng.uniform(seat.comes[0], seat.goes[0] - 1.0))
    time = deed.stage.hour(seat.number, start) + np.cumsum(rng.uniform(*_PAUSES, len(begins)) * SECOND).astype(np.int64)
    deed.add("queries", queries(
        len(begins), time=time, account=np.repeat(seat.account, len(begins)), place=np.repeat(seat.place, len(begins)),
        program=PROGRAMS[int(seat.person[0]) % len(PROGRAMS)], statement=[range_text(names, "*", a, b) for a, b in keys],
        rows=there_between(house, begins, lasts, seat.number), first=begins, last=lasts,
    ))  # fmt: skip
    deed.add("files", files(
        1, time=time[-1:] + 40 * SECOND, account=seat.account, place=seat.place,
        path=f"D:\\migration\\part_{seat.number}.csv", bytes=np.array([(end - first) * 130]),
    ))  # fmt: skip


def _load_test(stage: Stage, person: int) -> list[Doing]:
    rng, house = stage.rng, stage.house
    deed = Deed(stage, "load-test", (person,))
    number = int(stage.spell(person, 1)[0])
    seat = stage.seat(person, number)
    there = np.flatnonzero(house.clients.there(number))
    count, pause = int(rng.integers(120, 600)), float(rng.choice([1.0, 2.0, 5.0]))
    few: Whole = rng.choice(there, min(len(there), int(rng.integers(5, 60))), replace=False)
    times = stage.hour(number, float(seat.goes[0]) - 1.2) + (np.arange(count) * pause * SECOND).astype(np.int64)
    deed.looks(seat, few[np.arange(count) % len(few)], times)
    if rng.random() < 0.7:
        deed.ticket("上线前压测", number - 1, number + 1)
    return deed.done()

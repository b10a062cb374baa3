"""Days on which somebody, or a whole team, works through far more records than usual, for good reasons."""

from __future__ import annotations

import numpy as np

from headwater.simulation.events import Events, Whole
from headwater.simulation.house import sources
from headwater.simulation.house.benign.stage import Deed, Stage
from headwater.simulation.house.desk import REMOTE
from headwater.simulation.house.nouns import Day, Doing
from headwater.simulation.house.traces import logons

_BACKLOG = ("积压件清理", "专项回访", "数据核对", "质量抽查", "资料补录", "投诉集中处理")
_PAPERS = 0.8  # of the busy days are explained by papers (DETECTION.md section 6)


def backlogs(stage: Stage, count: int) -> list[Doing]:
    """A day or two of many times the usual reading: a backlog, a check, an inquiry; a ticket explains most."""
    busy = [
        (stage.spell(person, int(min(3, stage.rng.geometric(0.7)))), person)
        for person in stage.some(stage.does("lookups", 6), count)
    ]
    in_turn = sorted(busy, key=lambda pair: int(pair[0][0]))  # what is worked out for a day serves the next who asks
    return [doing for days, person in in_turn for doing in _backlog(stage, person, days)]


def call_rounds(stage: Stage, count: int) -> list[Doing]:
    """A whole team calls the clients of its branch for some days: a recall, a new tariff, a renewal."""
    return [doing for person in stage.some(stage.does("lookups", 6), count) for doing in _call_round(stage, person)]


def deadline_nights(stage: Stage, count: int) -> list[Doing]:
    """Somebody stays until late before a deadline, or goes on from home."""
    return [doing for person in stage.some(stage.does("lookups", 4), count) for doing in _night(stage, person)]


def _backlog(stage: Stage, person: int, days: Whole) -> list[Doing]:
    rng, deed = stage.rng, Deed(stage, "busy-day", (person,))
    explained, factor = rng.random() < _PAPERS, stage.factor()
    for number in days.tolist():
        more = _as_usual(stage, person, number, factor)
        deed.looks(stage.seat(person, number), more.client)
        if explained:
            deed.relations.append(sources.on_record(stage.house, rng, more, number))
    if explained and len(days) and rng.random() < 0.85:
        deed.ticket(_BACKLOG[rng.integers(len(_BACKLOG))], days[0] - int(rng.integers(3)), days[-1])
    return deed.done(papers=bool(explained))


def _call_round(stage: Stage, person: int) -> list[Doing]:
    rng, house = stage.rng, stage.house
    first = int(stage.spell(person, 1)[0])
    team = house.staff.team_on(first)
    mates = np.flatnonzero((team == team[person]) & house.here[:, first])[:15]
    order = (person, *(mate for mate in mates.tolist() if mate != person))
    deed = Deed(stage, "call-round", order)
    last, extra, papers = first + int(rng.integers(2, 6)), rng.uniform(0.6, 3.0), rng.random() < 0.9
    for number in range(first, min(last + 1, house.calendar.days)):
        for mate in order:
            called = _as_usual(stage, mate, number, 1.0 + extra) if house.here[mate, number] else None
            if called is not None:
                deed.looks(stage.seat(mate, number), called.client)
                if papers:
                    deed.reason(mate, called.client, "campaign", first, last)
    return deed.done(papers=bool(papers))


def _night(stage: Stage, person: int) -> list[Doing]:
    rng, house = stage.rng, stage.house
    deed = Deed(stage, "deadline-night", (person,))
    number = int(stage.spell(person, 1)[0])
    seat = stage.seat(person, number)
    begins = float(seat.goes[0]) + rng.uniform(0.2, 2.5)
    more = _as_usual(stage, person, number, 1.0 + rng.uniform(0.4, 2.5))
    hours = np.sort(begins + rng.uniform(0.1, 3.4, len(more.client)))
    deed.looks(seat, more.client, house.calendar.midnight(number) + (hours * 3_600_000).astype(np.int64))
    homes = np.flatnonzero(house.places.kind == "elsewhere")
    if len(homes) and rng.random() < 0.5:
        deed.add("logons", from_outside(stage, seat, begins, int(rng.choice(homes))))
    explained = rng.random() < 0.6
    if explained:
        deed.relations.append(sources.on_record(house, rng, more, number))
        deed.ticket("限期报送", number, number + 1)
    return deed.done(papers=bool(explained))


def from_outside(stage: Stage, seat: Day, begins: float, origin: int) -> Events:
    """A log-on at one's own machine from an address outside."""
    return logons(
        1, time=stage.hour(seat.number, begins), account=seat.account, place=seat.place, kind=REMOTE,
        origin=np.array([origin]),
    )  # fmt: skip


def _as_usual(stage: Stage, person: int, number: int, factor: float) -> sources.Opened:
    """What comes on top of a usual day when it is so many times the usual, for the usual reasons."""
    count = int(stage.rng.poisson(max(0.0, factor - 1.0) * stage.usual(person)))
    return sources.opened(stage.house, stage.rng, np.full(count, person), number)

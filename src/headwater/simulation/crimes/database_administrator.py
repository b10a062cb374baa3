"""An engineer with rights in the database, who reads parts of the data set past every application.

Entitlement: the account may write any statement; no work asks for these. The crude one copies by night under the name
of a known program, the careful one reads small ranges, below what anybody would look at, among the day's statements.

Carriers' and platforms' engineers appear in the judgments (of 8,602 over half were insiders' leaks, NETWORK.md section
5) without figures: the shares of the data set, the nights, the sizes of ranges and the false names are assumed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from headwater.simulation.crimes.lookups import days_of
from headwater.simulation.crimes.reading import blocks, ranges
from headwater.simulation.crimes.scene import Act, Scene
from headwater.simulation.crimes.seats import Seats, at, spread
from headwater.simulation.crimes.ways_out import Exit, Loads, carried, exit_of, loads
from headwater.simulation.events import Events, Whole
from headwater.simulation.house.querying import PROGRAMS
from headwater.simulation.trades.trade import Strength


@dataclass(frozen=True, slots=True)
class _Figures:
    days: int
    share: float  # of the data set, at most
    wide: int  # clients in one range, at most (0: no limit)
    statements: float  # a day; below 1 a share of the ordinary ones
    program: str  # the name it goes by; empty for the usual one
    copied: bool
    night: bool


_FIGURES: Mapping[Strength, _Figures] = {
    "strong": _Figures(2, 0.60, 0, 3, "pg_dump", True, True),
    "medium": _Figures(4, 0.15, 0, 8, "batch", False, True),
    "weak": _Figures(20, 0.04, 480, 0.5, "", False, False),
    "faint": _Figures(25, 0.004, 40, 0.12, "", False, False),
}
_NARROWEST = 5  # clients in one range, where the house is small


def act(scene: Scene) -> list[Act]:
    """Each engineer's part; those who act together share the ranges out."""
    figures, out = _FIGURES[scene.cast.crime.strength], exit_of(scene, "cloud-disk")
    actors = scene.cast.actors
    sats = [_sittings(scene, person, figures) for person in actors]
    each = [max(1, round(len(sat) * _statements(scene, p, figures))) for p, sat in zip(actors, sats, strict=True)]
    spans = _spans(scene, sum(each), figures)
    lots = np.array_split(scene.rng.permutation(len(spans)), len(actors))
    return [
        _part(scene, person, sat, [spans[n] for n in np.sort(lot).tolist()], figures, out)
        for person, sat, lot in zip(actors, sats, lots, strict=True)
    ]


def _sittings(scene: Scene, person: int, figures: _Figures) -> Seats:
    sat = scene.working(person)
    return sat.take(days_of(scene, sat, figures.days, run=figures.night))


def _statements(scene: Scene, person: int, figures: _Figures) -> float:
    """Statements a day: so many, or a share of the person's ordinary ones."""
    staff = scene.house.staff
    usual = scene.house.trade.roles[int(staff.role[person])].queries * float(staff.pace[person])
    return figures.statements if figures.statements >= 1 else figures.statements * usual


def _spans(scene: Scene, statements: int, figures: _Figures) -> list[tuple[int, int]]:
    there = len(scene.pool.there(scene.first))
    most = max(2 * len(scene.cast.actors), round(figures.share * there))
    wide = min(figures.wide or most, max(_NARROWEST, -(-most // statements)), most // len(scene.cast.actors))
    return blocks(scene.rng, there, min(most, wide * statements), wide)


def _part(scene: Scene, person: int, sat: Seats, spans: list[tuple[int, int]], figures: _Figures, out: Exit) -> Act:
    rng, house = scene.rng, scene.house
    rows = np.sort(rng.integers(len(sat), size=len(spans)))
    times = _nightly(scene, sat, rows) if figures.night else spread(rng, house, sat, rows)
    account = int(house.staff.account[person])
    log, got = ranges(
        house,
        spans,
        times,
        ", ".join((house.trade.key, *house.trade.headers)) if figures.night else "*",
        account=account,
        place=np.full(len(rows), house.staff.place[person]) if figures.night else sat.place[rows],
        program=figures.program or PROGRAMS[person % len(PROGRAMS)],
        command="COPY" if figures.copied else "SELECT",
    )
    which = np.repeat(np.arange(len(spans)), [len(part) for part in got])
    clients, when = np.concatenate(got), times[which]
    ready = _mornings(scene, person, when) if figures.night else loads(sat, rows[which], when, 7)
    traces = {"queries": [_copies(log) if figures.copied else log]}
    traces |= carried(scene, scene.working(person) if figures.night else sat, ready, out)
    return Act((person,), traces, clients, when, np.full(len(when), person), out.way, out.destination, 0.9)


def _copies(log: Events) -> Events:
    """The statements as they are when their result is copied out."""
    texts = np.array([f"COPY ({text}) TO STDOUT" for text in log["statement"].tolist()], dtype=object)
    return Events({**log.columns, "statement": texts})


def _nightly(scene: Scene, sat: Seats, rows: Whole) -> Whole:
    """Between half past one and five, some minutes apart."""
    hours = np.sort(scene.rng.uniform(1.5, 5.0, len(rows)))
    order = np.lexsort((hours, sat.day[rows]))
    return at(scene.house, sat.day[rows[order]], hours[order])


def _mornings(scene: Scene, person: int, when: Whole) -> Loads:
    """What a night has brought is ready when the next day of work begins."""
    sat = scene.working(person)
    row = np.minimum(np.searchsorted(sat.day, scene.house.calendar.day_of(when)), len(sat) - 1)
    used, counts = np.unique(row, return_counts=True)
    comes = at(scene.house, sat.day[used], sat.comes[used])
    return Loads(used, comes + scene.rng.integers(600_000, 5_000_000, len(used)), counts)

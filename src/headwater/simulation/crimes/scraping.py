"""Software that walks the interface through partners' or merchants' accounts: number after number.

Entitlement: the account may open single records; nothing allows it those of others' customers one after the other.
Where a trade has no partners, an employee's account is walked from the employee's machine.

Weifang 2023: orders of delivery platforms read through merchants' back-ends, over 4 m rows; sequential numbers as a
first sign are in LAW.md section 6. Rhythms are assumed: strong walks by night in order every second or two, medium
shuffles and varies the pause, weak goes on day and evening at a person's pace, faint hides some in the usual hours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from headwater.simulation.crimes.lookups import days_of
from headwater.simulation.crimes.reading import SOFTWARE, opened
from headwater.simulation.crimes.scene import Act, Scene
from headwater.simulation.crimes.seats import Seats, at, spread
from headwater.simulation.events import Whole
from headwater.simulation.trades.trade import Strength


@dataclass(frozen=True, slots=True)
class _Figures:
    days: int
    multiple: float  # of the account's ordinary day, each day
    share: float  # of the data set, at most, through all accounts
    hours: tuple[float, float] | None  # from when to when, local; None: the account's own hours
    shuffled: int  # numbers that change places with each other; 1: in order
    jitter: float  # how much the pause varies


_FIGURES: Mapping[Strength, _Figures] = {
    "strong": _Figures(8, 12.0, 0.30, (1.0, 5.0), 1, 0.1),
    "medium": _Figures(12, 5.0, 0.12, (0.2, 6.0), 20, 0.9),
    "weak": _Figures(16, 1.5, 0.04, (9.0, 22.5), 400, 1.5),
    "faint": _Figures(20, 0.25, 0.01, None, 1_000_000, 0.0),
}
_REGULAR = 2.0  # seconds between two requests of the crude walker


def act(scene: Scene) -> list[Act]:
    """Each account's part of one walk: the numbers are shared out in stretches."""
    figures, actors = _FIGURES[scene.cast.crime.strength], scene.cast.actors
    acts = []
    for n, person in enumerate(actors):
        sat = scene.working(person)
        rows = days_of(scene, sat, figures.days, run=True)
        walks = _walks(scene, sat.day[rows], n, figures.multiple * scene.ordinary(person), figures)
        days = np.repeat(rows, [len(walk) for walk in walks])
        acts.append(_part(scene, person, sat, days, np.concatenate(walks), figures))
    return acts


def _walks(scene: Scene, days: Whole, account: int, wanted: float, figures: _Figures) -> list[Whole]:
    """The clients of each day's walk. Where records stay, it goes on where it stopped the day before, in this
    account's stretch of the numbers; where they age, it goes through the new ones each day."""
    pool, many, rng = scene.pool, len(scene.cast.actors), scene.rng
    stretch = np.array_split(pool.worth(scene.first), many)[account]
    walks, begin = [], int(rng.integers(len(stretch)))
    for day in days.tolist():
        mine = stretch if pool.lasting else np.array_split(pool.worth(day), many)[account]
        share = figures.share / (len(days) if pool.lasting else 1)
        count = max(1, min(round(wanted), int(share * len(mine))))
        place = (begin + np.arange(count)) % len(mine) if figures.hours else rng.choice(len(mine), count, replace=False)
        order = np.argsort(
            np.arange(count) // figures.shuffled + rng.random(count) * (figures.shuffled > 1), kind="stable"
        )
        walks.append(mine[place[order]])
        begin += count
    return walks


def _part(scene: Scene, person: int, sat: Seats, rows: Whole, walk: Whole, figures: _Figures) -> Act:
    rng, house = scene.rng, scene.house
    times = spread(rng, house, sat, rows) if figures.hours is None else _walked(scene, sat, rows, figures)
    order = np.argsort(times, kind="stable")
    outside = bool(house.staff.outside[person])
    bare = figures.hours is not None and figures.shuffled < 400
    log = opened(
        rng, walk, times[order], int(house.staff.account[person]), sat.place[rows], **_agent(sat, rows, bare, person)
    )
    people, taker = ((), -1) if outside else ((person,), person)
    return Act(people, {"access": [log]}, walk, times[order], np.full(len(walk), taker))


def _agent(sat: Seats, rows: Whole, bare: bool, person: int) -> dict[str, object]:
    """Crude software says what it is; the rest says what the account's usual program says."""
    usual = np.where(person % 2 == 1, SOFTWARE, sat.place[rows] % 3)
    return {"agent": np.full(len(rows), SOFTWARE) if bare else usual}


def _walked(scene: Scene, sat: Seats, rows: Whole, figures: _Figures) -> Whole:
    """One request after the other from a moment of the night or day on, as fast as the hours allow and not faster."""
    begin, end = figures.hours or (0.0, 24.0)
    _, starts, counts = np.unique(rows, return_index=True, return_counts=True)
    room = np.repeat((end - begin) * 3_600 * 0.9 / counts, counts)
    usual = np.minimum(room, _REGULAR if figures.jitter < 0.5 else 20.0 if figures.jitter < 1.0 else 120.0)
    pause = usual * scene.rng.gamma(1 / figures.jitter**2, figures.jitter**2, len(rows))
    passed = np.cumsum(pause)
    passed -= np.repeat(passed[starts], counts)
    lasts = np.repeat(passed[starts + counts - 1], counts)
    fits = np.minimum(1.0, (end - begin) * 3_600 / np.maximum(lasts, 1e-9))
    free = (end - begin) - lasts * fits / 3_600
    late = np.repeat(scene.rng.random(len(counts)), counts) * np.maximum(free, 0.0)
    return at(scene.house, sat.day[rows], begin + late + passed * fits / 3_600)

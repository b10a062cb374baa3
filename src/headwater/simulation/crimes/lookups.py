"""Records opened one by one at work, as most ways of taking do it: how many on which days, at what moments."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from headwater.simulation.crimes.pools import Pool
from headwater.simulation.crimes.reading import opened, sought
from headwater.simulation.crimes.scene import Scene
from headwater.simulation.crimes.seats import Seats, hurried, spread
from headwater.simulation.events import Events, Whole

Gap = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Manner:
    """How records are opened: ``gap`` of seconds in one hurried run toward the end of the stay (None: in bursts among
    the day's work), the share with a search before, and by what is searched."""

    gap: Gap | None = None
    searches: float = 0.0
    by: str = "phone"


@dataclass(frozen=True, slots=True)
class Looked:
    """Look-ups in the order of their rows of the seats: the events, the clients, the times."""

    events: list[Events]
    rows: Whole
    clients: Whole
    times: Whole


def days_of(scene: Scene, sat: Seats, count: int, run: bool) -> Whole:
    """The rows of so many days of somebody's seats, in order: a run of days from a chance beginning, or any days."""
    if not len(sat):
        raise ValueError(f"nobody is at work in the span of the crime {scene.cast.crime.kind}: make it longer")
    count = min(count, len(sat))
    if run:
        return int(scene.rng.integers(len(sat) - count + 1)) + np.arange(count)
    return np.sort(scene.rng.choice(len(sat), count, replace=False))


def repeated(rng: np.random.Generator, rows: Whole, total: float) -> Whole:
    """These rows, each as often as a share of ``total`` acts falls on it, unevenly; at least one in all."""
    count = max(1, round(total))
    weight = rng.gamma(4.0, 1.0, len(rows))
    return np.repeat(rows, rng.multinomial(count, weight / weight.sum()))


def looked(
    scene: Scene,
    sat: Seats,
    rows: Whole,
    pool: Pool,
    manner: Manner,
    account: int | None = None,
    clients: Whole | None = None,
) -> Looked:
    """A record of the pool for each row, with the account of the day unless another is said."""
    rng, house = scene.rng, scene.house
    times = spread(rng, house, sat, rows) if manner.gap is None else hurried(rng, house, sat, rows, manner.gap)
    whom = pool.pick(rng, sat.day[rows]) if clients is None else clients
    used = sat.account[rows] if account is None else np.full(len(rows), account)
    events = opened(rng, whom, times, used, sat.place[rows])
    return Looked([events, sought(house, rng, events, manner.searches, manner.by)], rows, whom, times)

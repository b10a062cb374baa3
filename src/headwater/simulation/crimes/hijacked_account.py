"""A clerk's account in a stranger's hands: from a foreign place, after wrong passwords, by night.

Entitlement: the account has the right; its owner is at home and knows nothing of it.

The kind is in every catalogue of incidents; no published Chinese case gives figures. Everything is assumed: three nights
of many look-ups after some failures for the strong one, a few look-ups on a day off without a failure for the faint.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from headwater.simulation.crimes.lookups import repeated
from headwater.simulation.crimes.pools import Pool
from headwater.simulation.crimes.reading import opened, sought
from headwater.simulation.crimes.scene import Act, Scene
from headwater.simulation.crimes.seats import at
from headwater.simulation.events import HOUR, SECOND, Events, Whole
from headwater.simulation.house.traces import logons
from headwater.simulation.trades.trade import Strength

_NETWORK = 3  # Windows' kind of a log-on over the network


@dataclass(frozen=True, slots=True)
class _Figures:
    days: int
    multiple: float  # of the owner's ordinary day, each time
    failures: int
    hours: tuple[float, float]
    gap: tuple[float, float]
    searches: float


_FIGURES: Mapping[Strength, _Figures] = {
    "strong": _Figures(3, 8.0, 5, (1.0, 2.5), (3, 10), 0.0),
    "medium": _Figures(3, 3.0, 2, (0.3, 4.0), (8, 30), 0.0),
    "weak": _Figures(3, 1.0, 1, (22.0, 22.3), (15, 60), 0.2),
    "faint": _Figures(2, 0.15, 0, (9.5, 14.0), (40, 300), 0.5),
}
_ROOM = 1.6  # hours that one sitting lasts at most


def act(scene: Scene) -> list[Act]:
    """Each victim's part: one stranger with several passwords."""
    pairs = zip(scene.cast.actors, scene.parts(), strict=True)
    return [_part(scene, victim, pool) for victim, pool in pairs]


def _part(scene: Scene, victim: int, pool: Pool) -> Act:
    rng, house, figures = scene.rng, scene.house, _FIGURES[scene.cast.crime.strength]
    place, account = scene.cast.outsiders[0], int(house.staff.account[victim])
    days = _days(scene, victim, figures)
    rows = repeated(rng, np.arange(len(days)), max(3.0, figures.multiple * scene.ordinary(victim) * len(days)))
    begins = at(house, days, rng.uniform(*figures.hours, len(days)))
    times = begins[rows] + _paced(rng, rows, figures.gap)
    clients = pool.pick(rng, days[rows])
    log = opened(rng, clients, times, account, place)
    signed = [_tries(scene, int(begin), victim, figures.failures) for begin in begins[np.unique(rows)].tolist()]
    traces = {"access": [log, sought(house, rng, log, figures.searches)], "logons": signed}
    return Act((), traces, clients, times, np.full(len(rows), -1))


def _days(scene: Scene, victim: int, figures: _Figures) -> Whole:
    """Nights that follow each other; for the faint one, days on which the victim is away and others work."""
    first, last = scene.first, scene.last
    if scene.cast.crime.strength == "faint":
        away = np.flatnonzero(~scene.house.here[victim, first : last + 1]) + first
        leave = away[scene.house.calendar.working[away]]
        free = leave if len(leave) else away
        return np.sort(scene.rng.choice(free, min(figures.days, len(free)), replace=False))
    count = min(figures.days, last - first + 1)
    return np.arange(count) + int(scene.rng.integers(first, last - count + 2))


def _paced(rng: np.random.Generator, rows: Whole, gap: tuple[float, float]) -> Whole:
    """Milliseconds since each sitting's begin, one look-up after the other."""
    passed = np.cumsum(rng.uniform(*gap, len(rows)))
    _, starts, counts = np.unique(rows, return_index=True, return_counts=True)
    passed -= np.repeat(passed[starts], counts)
    lasts = np.repeat(passed[starts + counts - 1], counts)
    squeeze = np.minimum(1.0, _ROOM * (HOUR // SECOND) / np.maximum(lasts, 1.0))
    return np.asarray(passed * squeeze * SECOND, dtype=np.int64)


def _tries(scene: Scene, begin: int, victim: int, failures: int) -> Events:
    """Wrong passwords and the right one, from the stranger's address to a machine of the house."""
    house, rng = scene.house, scene.rng
    servers = np.flatnonzero(house.places.kind == "server")
    machine = int(servers[0]) if len(servers) else int(house.staff.place[victim])
    gaps = np.cumsum(rng.integers(8, 40, failures + 1)[::-1])[::-1] * SECOND
    return logons(
        failures + 1,
        time=begin - gaps,
        account=int(house.staff.account[victim]),
        place=machine,
        origin=scene.cast.outsiders[0],
        action=["failure"] * failures + ["logon"],
        kind=_NETWORK,
    )

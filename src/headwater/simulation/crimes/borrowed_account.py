"""The account of a colleague who has left, used by one or two others at their own machines, by turns.

Entitlement: the account still has its rights, its owner does not work here any more; the borrowers have no right to it,
and where it is an engineer's account in the database, none to the database at all.

Shanghai Yangpu 2018: sales people used a departed colleague's account from May to October 2017, over a million rows on
two machines, out through the chat of a shopping site. The shares of the data set, the days and the sizes of ranges are
assumed; so is that crude borrowers log on at their machine under the lent name and sit down at the end of the day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from headwater.simulation.crimes.lookups import Looked, Manner, days_of, looked, repeated
from headwater.simulation.crimes.reading import blocks, ranges
from headwater.simulation.crimes.scene import Act, Scene
from headwater.simulation.crimes.seats import Seats, hurried, spread, together
from headwater.simulation.crimes.ways_out import carried, exit_of, loads
from headwater.simulation.events import SECOND, Events
from headwater.simulation.house.querying import PROGRAMS
from headwater.simulation.house.traces import logons
from headwater.simulation.trades.trade import Strength


@dataclass(frozen=True, slots=True)
class _Figures:
    days: int  # of all borrowers together
    share: float  # of the data set, by ranges of keys
    multiple: float  # of an ordinary day's look-ups, each day, where the account is one of the application
    crude: bool


_FIGURES: Mapping[Strength, _Figures] = {
    "strong": _Figures(10, 0.30, 10.0, True),
    "medium": _Figures(14, 0.10, 3.0, True),
    "weak": _Figures(18, 0.03, 0.8, False),
    "faint": _Figures(10, 0.004, 0.15, False),
}
_RANGES_A_DAY = 25
_USUAL, _NARROWEST = 40, 5  # clients in one range


def act(scene: Scene) -> list[Act]:
    """One doing of all borrowers: they take turns at one account and share the clients out."""
    figures, out = _FIGURES[scene.cast.crime.strength], exit_of(scene, "shop-chat")
    account = int(scene.house.staff.account[scene.cast.lender])
    sat = _turns(scene, figures.days)
    by_database = scene.house.accounts.system[account] == "db"
    took, kind = (_ranged(scene, sat, figures), "queries") if by_database else (_opened(scene, sat, figures), "access")
    signed = _signed(sat, took, account) if figures.crude else []
    traces = {kind: took.events, **carried(scene, sat, loads(sat, took.rows, took.times, 1), out), "logons": signed}
    who = sat.person[took.rows]
    return [Act(scene.cast.actors, traces, took.clients, took.times, who, out.way, out.destination, 0.85)]


def _turns(scene: Scene, days: int) -> Seats:
    """The days on which each borrower sits down."""
    each = -(-days // len(scene.cast.actors))
    parts = []
    for person in scene.cast.actors:
        sat = scene.working(person)
        parts.append(sat.take(days_of(scene, sat, each, run=False)))
    return together(parts)


def _opened(scene: Scene, sat: Seats, figures: _Figures) -> Looked:
    mean = float(np.mean([scene.ordinary(person) for person in scene.cast.actors]))
    rows = repeated(scene.rng, np.arange(len(sat)), figures.multiple * mean * len(sat))
    account = int(scene.house.staff.account[scene.cast.lender])
    return looked(scene, sat, rows, scene.pool, Manner((4, 15) if figures.crude else None), account)


def _ranged(scene: Scene, sat: Seats, figures: _Figures) -> Looked:
    """Ranges of keys, shared out over the sittings."""
    rng, house = scene.rng, scene.house
    there = len(scene.pool.there(scene.first))
    total = max(4, round(figures.share * there))
    few = min(_USUAL, max(_NARROWEST, total // len(sat)))
    spans = blocks(rng, there, total, max(few, total // (len(sat) * _RANGES_A_DAY)))
    rows = np.sort(rng.integers(len(sat), size=len(spans)))
    times = hurried(rng, house, sat, rows, (25, 140)) if figures.crude else spread(rng, house, sat, rows)
    log, got = ranges(
        house,
        spans,
        times,
        ", ".join(house.trade.headers) if figures.crude else "*",
        account=int(house.staff.account[scene.cast.lender]),
        place=sat.place[rows],
        program=np.array(PROGRAMS, dtype=object)[sat.person[rows] % len(PROGRAMS)],
    )
    which = np.repeat(np.arange(len(spans)), [len(part) for part in got])
    return Looked([log], rows[which], np.concatenate(got), times[which])


def _signed(sat: Seats, took: Looked, account: int) -> list[Events]:
    """A log-on under the lent name before each sitting, and the log-off after it."""
    rows = np.unique(took.rows)
    begins = np.array([took.times[took.rows == row].min() for row in rows.tolist()]) - 90 * SECOND
    ends = np.array([took.times[took.rows == row].max() for row in rows.tolist()]) + 120 * SECOND
    place = sat.place[rows]
    return [
        logons(len(rows), time=begins, account=account, place=place),
        logons(len(rows), time=ends, account=account, place=place, action="logoff"),
    ]

"""Who is at work on a day, where and with which account; and moments of work, in bursts and seldom at lunch."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from headwater.simulation.events import HOUR, Whole
from headwater.simulation.house.hours import hours
from headwater.simulation.house.house import House
from headwater.simulation.house.nouns import Day

_ELSEWHERE = 1 / 30  # of the days are spent at a colleague's desk
_COUNTER = 1 / 8  # of the days are worked with the team's shared account, where there is one
_BURSTS = 7  # work comes in bursts: so many a day
_NOON = 12.0
_AT_LUNCH = 0.04  # of what falls into the pause is done all the same


def on(house: House, day: int) -> Day:
    """Who is at work on a day: the same every time it is asked."""
    rng, staff = house.dice("presence", day), house.staff
    coins = rng.random((3, len(staff)))
    person = np.flatnonzero(house.here[:, day])
    comes, goes = hours(house, day)
    place, account = staff.place.copy(), staff.account.copy()
    guests = person[(coins[0, person] < _ELSEWHERE) & ~staff.outside[person]]
    place[guests] = staff.place[_hosts(house, day, guests, coins[1, guests])]
    shared = _counters(house)[staff.team_on(day)]
    account = np.where((shared >= 0) & (coins[2] < _COUNTER), shared, account)
    return Day(day, person, comes[person], goes[person], place[person], account[person])


def moments(rng: np.random.Generator, house: House, day: Day, rows: Whole) -> Whole:
    """UTC milliseconds of one event for each given row of the day: in bursts of work, seldom in the pause.

    The bursts are the same whatever is asked for: somebody's reading, mails and documents of a day lie together.
    """
    centres = house.dice("bursts", day.number).random((len(house.staff), _BURSTS))
    at = centres[day.person[rows], rng.integers(_BURSTS, size=len(rows))] + rng.normal(0, 0.035, len(rows))
    at = np.abs(at) % 1.0
    comes, goes = day.comes[rows], day.goes[rows]
    begin, pause = _pause(comes, goes)
    at_all = rng.random(len(rows)) < _AT_LUNCH
    hour = comes + at * (goes - comes - np.where(at_all, 0.0, pause))
    hour = np.where((hour > begin) & ~at_all, hour + pause, hour)
    return np.asarray(house.calendar.midnight(day.number) + (hour * HOUR).astype(np.int64))


def counts(rng: np.random.Generator, mean: NDArray[np.float64]) -> Whole:
    """Numbers of events around these means, with days that are busier than chance alone would have them."""
    drawn: Whole = rng.poisson(mean * rng.gamma(4.0, 0.25, len(mean)))
    return drawn


def _pause(comes: NDArray[np.float64], goes: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """When the pause begins and how long it lasts: lunch for who is there at noon, a shorter one for the rest."""
    lunch = (comes < _NOON - 1) & (goes > _NOON + 2.5)
    length = goes - comes
    return np.where(lunch, _NOON, comes + 0.45 * length), np.where(lunch, 1.25, 0.08 * length)


def _hosts(house: House, day: int, guests: Whole, coin: NDArray[np.float64]) -> Whole:
    """The colleague of the same team at whose desk each guest sits: one of two, rather the one who is away."""
    staff, team = house.staff, house.staff.team_on(day)
    known = np.flatnonzero((staff.hired <= day) & (staff.left >= day))
    known = known[np.argsort(team[known], kind="stable")]
    first = np.searchsorted(team[known], team[guests])
    size = np.searchsorted(team[known], team[guests], side="right") - first
    one = known[first + (coin * size).astype(np.int64)]
    other = known[first + (coin * 7 * size).astype(np.int64) % size]
    return np.where(house.here[one, day] & ~house.here[other, day], other, one)


def _counters(house: House) -> Whole:
    """The shared account of each team, -1 where there is none."""
    staff, accounts = house.staff, house.accounts
    shared = np.full(int(max(staff.team.max(), staff.team_before.max())) + 1, -1)
    owned = np.flatnonzero(accounts.team >= 0)
    shared[accounts.team[owned]] = owned
    return shared

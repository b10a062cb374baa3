"""Ordinary life at the machines: log-ons and their gaps, work from elsewhere, and servers looked after."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.simulation.events import HOUR, SECOND, Column, Events, Whole
from headwater.simulation.house import presence
from headwater.simulation.house.house import House
from headwater.simulation.house.nouns import Day
from headwater.simulation.house.traces import logons

CONSOLE, NETWORK, UNLOCK, REMOTE = 2, 3, 7, 10  # Windows' kinds of log-ons
_NO_LOGOFF = 0.06  # the machine is switched off, or stays on
_AFTER_LUNCH = 0.72  # have locked the screen before lunch
_UNLOCKS, _SHARES = 2.4, 3.5  # a day: back at the desk, and folders of other machines opened
_WRONG = 0.05  # mistyped passwords for each log-on, of the median person
_FROM_HOME = 0.07  # of the people work from elsewhere now and then
_EVENINGS = 0.12  # of their days
_TOO_LATE = 20.0  # the hour after which who still sits in the house does not go on at home
_ROUNDS = 2.2  # servers that somebody who keeps them visits in a day


@dataclass(frozen=True, slots=True)
class _Signing:
    house: House
    rng: np.random.Generator
    day: Day

    def events(self, row: Whole, time: Whole, action: str, kind: int, **columns: Column) -> Events:
        """Log-ons of these rows of the day, at their machines unless another place is said."""
        seat = {"account": self.day.account[row], "place": self.day.place[row]}
        return logons(len(row), time=time, action=action, kind=kind, **(seat | columns))

    def hour(self, hours: NDArray[np.float64]) -> Whole:
        """Local hours of the day as points in time."""
        return self.house.calendar.midnight(self.day.number) + (hours * HOUR).astype(np.int64)

    def some(self, row: Whole, mean: float) -> Whole:
        """Each of these rows as often as chance wills."""
        return np.repeat(row, self.rng.poisson(mean, len(row)))


def signing_on(house: House, day: Day) -> list[Events]:
    """All log-ons, log-offs and failures of one day. Partners outside have no machine of the house."""
    signing = _Signing(house, house.dice("logons", day.number), day)
    row = np.flatnonzero(house.places.device[day.place] != "")
    return [
        *_coming_and_going(signing, row),
        *_between(signing, row),
        *_elsewhere(signing, row),
        *_servers(signing, row),
    ]


def _coming_and_going(signing: _Signing, row: Whole) -> list[Events]:
    rng, day, house = signing.rng, signing.day, signing.house
    comes = signing.hour(day.comes[row] - rng.gamma(2.0, 0.05, len(row)))
    goes = signing.hour(day.goes[row] + rng.gamma(2.0, 0.05, len(row)))
    if "clumsy" not in house.kept:
        house.kept["clumsy"] = house.dice("clumsy").lognormal(0.0, 1.0, len(house.staff))
    wrong = np.repeat(np.arange(len(row)), np.minimum(rng.poisson(_WRONG * house.kept["clumsy"][day.person[row]]), 4))
    stays = rng.random(len(row)) < _NO_LOGOFF
    return [
        signing.events(row, comes, "logon", CONSOLE),
        signing.events(row[wrong], comes[wrong] - rng.integers(3_000, 40_000, len(wrong)), "failure", CONSOLE),
        signing.events(row[~stays], goes[~stays], "logoff", CONSOLE),
    ]


def _between(signing: _Signing, row: Whole) -> list[Events]:
    rng, day = signing.rng, signing.day
    noon = (day.comes[row] < 11.5) & (day.goes[row] > 14.0) & (rng.random(len(row)) < _AFTER_LUNCH)
    back = signing.hour(13.0 + rng.gamma(1.5, 0.12, int(noon.sum())))
    unlocks, folders = signing.some(row, _UNLOCKS), signing.some(row, _SHARES)
    servers = np.flatnonzero(signing.house.places.kind == "server")
    events = [
        signing.events(row[noon], back, "logon", UNLOCK),
        signing.events(unlocks, presence.moments(rng, signing.house, day, unlocks), "logon", UNLOCK),
    ]
    if len(servers):
        # most folders lie on one server
        host = servers[np.minimum(rng.geometric(0.6, len(folders)) - 1, len(servers) - 1)]
        time = presence.moments(rng, signing.house, day, folders)
        seat = {"place": host, "origin": day.place[folders]}
        events.append(signing.events(folders, time, "logon", NETWORK, **seat))
    return events


def _elsewhere(signing: _Signing, row: Whole) -> list[Events]:
    """Evenings at home: some people reach their machine from an address outside, which seldom changes."""
    house, rng, day = signing.house, signing.rng, signing.day
    homes = np.flatnonzero(house.places.kind == "elsewhere")
    if "home" not in house.kept:
        dice = house.dice("home")
        mobile = dice.random(len(house.staff)) < _FROM_HOME
        house.kept["home"] = np.where(mobile, dice.integers(1 << 30, size=len(house.staff)), -1)
    home = house.kept["home"][day.person[row]]
    alone = np.bincount(house.staff.place, minlength=len(house.places))[day.place[row]] == 1
    free = alone & (home >= 0) & (day.goes[row] < _TOO_LATE)
    mine = np.flatnonzero(free & (rng.random(len(row)) < _EVENINGS))
    if not len(homes) or not len(mine):
        return []
    away = row[mine]
    # the provider gives another address now and then
    origin = homes[(home[mine] + (rng.random(len(mine)) < 0.08)) % len(homes)]
    begins = day.goes[away] + rng.uniform(1.0, 3.5, len(mine))
    ends = begins + rng.gamma(2.0, 0.4, len(mine))
    return [
        signing.events(away, signing.hour(begins), "logon", REMOTE, origin=origin),
        signing.events(away, signing.hour(ends), "logoff", REMOTE, origin=origin),
    ]


def _servers(signing: _Signing, row: Whole) -> list[Events]:
    """Those who work in the database or at night look after servers, over the network."""
    house, rng, day = signing.house, signing.rng, signing.day
    servers = np.flatnonzero(house.places.kind == "server")
    keeps = np.array([role.queries >= 2 and role.shift in ("night", "always") for role in house.trade.roles])
    mine = signing.some(row[keeps[house.staff.role_on(day.number)[day.person[row]]]], _ROUNDS)
    if not len(servers) or not len(mine):
        return []
    host = servers[(day.person[mine] + rng.geometric(0.5, len(mine))) % len(servers)]
    time = presence.moments(rng, house, day, mine)
    stay = (rng.gamma(1.2, 14.0, len(mine)) * 60 * SECOND).astype(np.int64)
    seat = {"place": host, "origin": day.place[mine]}
    return [
        signing.events(mine, time, "logon", REMOTE, **seat),
        signing.events(mine, time + stay, "logoff", REMOTE, **seat),
    ]

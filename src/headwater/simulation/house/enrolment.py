"""How the clients of a house came about: keys with gaps, days of joining and moving, branches, books of the staff."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from headwater.simulation.events import Whole, dice
from headwater.simulation.house.calendar import Calendar
from headwater.simulation.house.clients import Clients, Persons
from headwater.simulation.house.nouns import FOREVER, Staff
from headwater.simulation.house.teams import branch_weights
from headwater.simulation.trades.trade import Trade

_JOINS = 0.015  # of the clients join within the span of half a year
_MOVES = 0.03  # of the clients have another phone and address than they had
_UNOWNED = 0.04  # of the clients are in nobody's book
_PART = 1 << 20


def clients(trade: Trade, calendar: Calendar, seed: int, count: int, staff: Staff, persons: Persons) -> Clients:
    """``count`` clients of a house; the data set of a trade with a lifetime is renewed all the time."""
    rng = dice(seed, "clients")
    joined = _joined(rng, trade, calendar.days, count)
    branch = _drawn(rng, branch_weights(trade), count)
    return Clients(
        number=3 * 10 ** max(5, len(str(count))) + np.cumsum(rng.geometric(0.85, count)),
        prefix=trade.key_prefix,
        joined=joined,
        moved=_moved(rng, trade, joined, calendar.days),
        branch=branch,
        owner=_owners(dice(seed, "books"), trade, staff, branch),
        mass=_mass(rng, trade.popularity, count),
        persons=persons,
    )


def _joined(rng: np.random.Generator, trade: Trade, days: int, count: int) -> Whole:
    """In rising order, as keys are given out."""
    if trade.lifetime is not None:
        joined = rng.integers(-max(30, 2 * trade.lifetime), days, count)
    else:
        joined = -rng.integers(30, 3_000, count)
        new = np.flatnonzero(rng.random(count) < _JOINS * max(1.0, days / 180))
        joined[new] = rng.integers(0, days, len(new))
    joined.sort()
    return joined


def _moved(rng: np.random.Generator, trade: Trade, joined: Whole, days: int) -> Whole:
    moved = np.full(len(joined), -FOREVER)
    if trade.lifetime is None:
        some = np.flatnonzero(rng.random(len(joined)) < _MOVES)
        at = np.where(rng.random(len(some)) < 0.5, rng.integers(-400, 0, len(some)), rng.integers(0, days, len(some)))
        moved[some] = np.where(at > joined[some], at, -FOREVER)
    return moved


def _mass(rng: np.random.Generator, sigma: float, count: int) -> NDArray[np.float64]:
    mass = rng.lognormal(0.0, sigma, count)
    np.cumsum(mass, out=mass)
    mass /= mass[-1]
    return mass


def _drawn(rng: np.random.Generator, weight: NDArray[np.float64], count: int) -> Whole:
    """Places by weight, in parts, so that the random numbers of all take no room at once."""
    edges, out = np.cumsum(weight) / weight.sum(), np.empty(count, dtype=np.int64)
    for first in range(0, count, _PART):
        part = out[first : first + _PART]
        part[:] = np.minimum(np.searchsorted(edges, rng.random(len(part)), side="right"), len(weight) - 1)
    return out


def _owners(rng: np.random.Generator, trade: Trade, staff: Staff, branch: Whole) -> Whole:
    """Every client goes into the book of somebody of the client's branch, a few into nobody's.

    Sizes are heavy-tailed. Those hired in the span get books too: others look after them until they come.
    """
    book = np.array([role.book for role in trade.roles])[staff.role_before]
    keeps = np.flatnonzero(book & (staff.left >= 0))
    owner = np.full(len(branch), -1)
    if not len(keeps):
        return owner
    weight = rng.lognormal(0.0, 0.8, len(staff))
    for number in range(len(trade.branches)):
        mine = np.flatnonzero(branch == number)
        near = keeps[staff.branch_before[keeps] == number]
        who = near if len(near) else keeps
        owner[mine] = who[_drawn(rng, weight[who], len(mine))]
    for first in range(0, len(owner), _PART):
        part = owner[first : first + _PART]
        part[rng.random(len(part)) < _UNOWNED] = -1
    return owner

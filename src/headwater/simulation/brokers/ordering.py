"""Who asks for what, when, and through whom the request goes.

Time-varying on purpose: weekends are slow, the market grows, and a crackdown of ten days halves it (all assumed).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from headwater.simulation import made_people
from headwater.simulation.brokers.accounts import Accounts
from headwater.simulation.brokers.cast import Cast
from headwater.simulation.brokers.habits import BrokerHabits
from headwater.simulation.brokers.market import Market
from headwater.simulation.brokers.span import HOUR, Span
from headwater.simulation.brokers.words import ITEMS, PHRASES
from headwater.simulation.events import Column, Whole, dice

_BOUT = 0.62  # of the times a customer asks, it is for one thing only; assumed
_QUIET_END = 4  # days before the end without new orders, so that answers come in time


@dataclass(frozen=True, slots=True)
class Requests:
    """The orders before anybody has answered: equally long columns, ``path`` padded with -1."""

    time: Whole
    item: Whole
    subject: Whole
    path: Whole
    swap: Whole  # the place in the path of the one who asks an equal, or -1

    def __len__(self) -> int:
        return len(self.time)

    def take(self, index: Column) -> Requests:
        """The orders at these places."""
        return Requests(*(column[index] for column in (self.time, self.item, self.subject, self.path, self.swap)))


@dataclass(frozen=True, slots=True)
class Subjects:
    """The people asked about, who do not exist, and who else a record of them names."""

    people: made_people.People
    plate: Column

    def __len__(self) -> int:
        return len(self.people)


def subjects(habits: BrokerHabits, seed: int) -> Subjects:
    """Somewhat fewer people than orders: some are asked about twice."""
    rng = dice(seed, "brokers/subjects")
    count = max(20, int(habits.orders * 0.85))
    heads = np.array(PHRASES["plates"], dtype=object)[rng.integers(len(PHRASES["plates"]), size=count)]
    tails = [f"{number:05d}" for number in rng.integers(100_000, size=count).tolist()]
    return Subjects(made_people.people(rng, count, habits.unassigned_phones), heads + np.array(tails, dtype=object))


def requests(
    people: Cast, owned: Accounts, ties: Market, habits: BrokerHabits, days: Span, known: int, seed: int
) -> Requests:
    """The orders in the order of their times, routed to a source each."""
    rng = dice(seed, "brokers/orders")
    customer, time, fresh = _bouts(ties, habits, days, rng)
    count = len(time)
    item = _items(ties, customer, fresh, rng)
    first = np.where(rng.random(count) < 0.85, ties.sellers[customer, 0], ties.sellers[customer, 1])
    path, swap = _routes(
        people, owned, ties, (np.flatnonzero(people.role == "customer")[customer], first, item, time), habits, rng
    )
    subject = np.minimum(np.arange(count) % known, known - 1)
    again = rng.random(count) < 0.12
    subject[again] = rng.integers(known, size=int(again.sum()))
    for giver, taker, when in owned.handovers:
        path[(path == giver) & (time >= when)[:, None]] = taker
    return Requests(time, item, subject, path, swap)


def _bouts(ties: Market, habits: BrokerHabits, days: Span, rng: np.random.Generator) -> tuple[Whole, Whole, Column]:
    """Customer and time of each order, and whether it opens a bout: those who ask for several ask at once."""
    size = np.minimum(rng.geometric(_BOUT, habits.orders), 8)
    size = size[: int(np.searchsorted(np.cumsum(size), habits.orders)) + 1]
    size[-1] -= size.sum() - habits.orders
    who = rng.choice(len(ties.demand), len(size), p=ties.demand / ties.demand.sum())
    weight = np.cumsum(_busy(days, rng))[: days.days - _QUIET_END]
    edge = np.concatenate([[0.0], weight])
    last = np.minimum(ties.active[who, 1], len(weight))
    low, high = edge[np.minimum(ties.active[who, 0], last - 1)], edge[last]
    day = np.searchsorted(weight, rng.uniform(low, high), side="right")
    hour = rng.choice([10.5, 15.5, 21.0], len(size), p=[0.3, 0.4, 0.3]) + rng.normal(0, 1.3, len(size))
    second = (np.clip(hour, 8.0, 23.8) * HOUR).astype(np.int64)
    order = np.argsort(days.at(np.minimum(day, len(weight) - 1), second), kind="stable")
    time = days.at(np.minimum(day, len(weight) - 1), second)[order]
    size, who = size[order], who[order]
    fresh = np.zeros(int(size.sum()), dtype=bool)
    fresh[np.cumsum(size) - size] = True
    return np.repeat(who, size), np.repeat(time, size), fresh


def _busy(days: Span, rng: np.random.Generator) -> Whole:
    day = np.arange(days.days)
    weight = np.where(days.weekday(day) >= 5, 0.6, 1.0) * (1 + 0.5 * day / days.days) * rng.gamma(8, 1 / 8, days.days)
    lull = int(rng.integers(days.days // 3, 2 * days.days // 3))
    weight[lull : lull + 10] *= 0.5
    return np.asarray(weight)


def _items(ties: Market, customer: Whole, fresh: Column, rng: np.random.Generator) -> Whole:
    """What is asked for; within one bout mostly the same."""
    drawn = (rng.integers(1_000_000, size=len(customer))[:, None] >= ties.taste[customer]).sum(axis=1)
    drawn = np.minimum(drawn, len(ITEMS) - 1)
    opener = np.maximum.accumulate(np.where(fresh, np.arange(len(fresh)), 0))
    kept: Whole = np.where(rng.random(len(drawn)) < 0.75, drawn[opener], drawn)
    return kept


def _routes(
    people: Cast,
    owned: Accounts,
    ties: Market,
    asked: tuple[Whole, Whole, Whole, Whole],
    habits: BrokerHabits,
    rng: np.random.Generator,
) -> tuple[Whole, Whole]:
    """Paths from the customer to a source, all orders one step at a time; some take a detour by an equal."""
    customer, first, item, time = asked
    path = np.full((len(time), people.tiers + 4), -1, dtype=np.int64)
    path[:, 0], path[:, 1] = customer, first
    swap = np.full(len(time), -1, dtype=np.int64)
    fixed = [person for pair in owned.handovers for person in pair[:2]]
    detour = rng.random(len(time)) < habits.swaps
    for step in range(1, path.shape[1] - 1):
        now = path[:, step]
        going = (now >= 0) & (people.role[now] != "source")
        upstream = ties.next(now, item, time, rng.integers(1_000_000, size=len(time)))
        equal = ties.partner[now]
        turns = detour & (swap < 0) & (equal >= 0) & (equal != now) & ~np.isin(now, fixed) & ~np.isin(equal, fixed)
        turns &= going & (rng.random(len(time)) < 0.5)
        swap = np.where(turns, step, swap)
        path[:, step + 1] = np.where(going, np.where(turns, equal, upstream), -1)
    return path, swap

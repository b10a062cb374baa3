"""Who buys from whom, at which list price.

Published: a mark-up of 1.3 to 3 on each hop, and a source that gets 20 to 40 % of what the last customer pays; the
mark-up is the one that fits both for the number of tiers. Ties that skip a tier and second suppliers are assumed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from headwater.simulation.brokers.cast import Cast
from headwater.simulation.brokers.habits import BrokerHabits
from headwater.simulation.brokers.span import DAY, Span
from headwater.simulation.brokers.words import ITEMS
from headwater.simulation.events import Column, Whole, dice

SOURCE_SHARE = (0.2, 0.4)
MARK_UP = (1.3, 3.0)
STEP = 5  # prices are round
_LOYAL = 0.88  # of the orders go to the first supplier


@dataclass(frozen=True, slots=True)
class Market:
    """Ties and prices; rows are people, columns items, -1 where there is none."""

    supplier: Whole  # people x items x 2: the usual one and the other
    change: Whole  # from when on a person prefers the other
    partner: Whole  # an equal to swap with
    price: Whole  # people x items: what a seller asks
    sellers: Whole  # customers x 2
    demand: Whole  # customers' share of all orders, per million
    taste: Whole  # customers x items, cumulative, per million
    active: Whole  # customers x 2: first and last day

    def next(self, person: Whole, item: Whole, time: Whole, chance: Whole) -> Whole:
        """Whom a middleman asks; ``chance`` is per million."""
        first = (chance < _LOYAL * 1e6) ^ (time >= self.change[person])
        usual, other = self.supplier[person, item, 0], self.supplier[person, item, 1]
        chosen: Whole = np.where(first, usual, other)
        return chosen


def market(people: Cast, habits: BrokerHabits, days: Span, seed: int) -> Market:
    """Tie the people together and hang out the price lists."""
    rng = dice(seed, "brokers/market")
    supplier = _supply(people, habits, rng)
    customers = np.flatnonzero(people.role == "customer")
    demand = 1 / np.arange(2, len(customers) + 2)  # heavy-tailed: a few desks ask for most
    taste = rng.dirichlet([12 * item.share for item in ITEMS], len(customers))
    return Market(
        supplier=supplier,
        change=np.where(
            rng.random(len(people)) < 0.2, days.start + rng.integers(days.days, size=len(people)) * DAY, days.end
        ),
        partner=_partners(people),
        price=_prices(people, supplier, rng),
        sellers=_sellers(people, habits, rng, len(customers)),
        demand=np.round(rng.permutation(demand) / demand.sum() * 1e6).astype(np.int64),
        taste=np.round(np.cumsum(taste, axis=1) * 1e6).astype(np.int64),
        active=_active(rng, len(customers), days.days),
    )


def _supply(people: Cast, habits: BrokerHabits, rng: np.random.Generator) -> Whole:
    supplier = np.full((len(people), len(ITEMS), 2), -1, dtype=np.int64)
    kinds = {kind: np.flatnonzero(people.kind == kind) for kind in sorted(set(people.kind.tolist()) - {""})}
    for tier in range(1, people.tiers + 1):
        for person in people.at(tier).tolist():
            above = _some(rng, people.at(tier + 1), 3)
            for place, item in enumerate(ITEMS):
                skips = tier < people.tiers and rng.random() < habits.skipped_tiers
                if tier == people.tiers or (skips and tier + 1 == people.tiers):
                    supplier[person, place] = _some(rng, kinds[item.source], 2)
                else:
                    supplier[person, place] = _some(rng, people.at(tier + 2) if skips else above, 2)
    return supplier


def _some(rng: np.random.Generator, group: Whole, count: int) -> Whole:
    """Some of a group, with the first ones better known; repeated where the group is too small."""
    weight = 1 / np.arange(1, len(group) + 1)
    taken = rng.choice(group, min(count, len(group)), replace=False, p=weight / weight.sum())
    return np.resize(taken, count)


def _partners(people: Cast) -> Whole:
    partner = np.full(len(people), -1, dtype=np.int64)
    for tier in range(1, people.tiers + 1):
        equals = np.array([p for p in people.at(tier).tolist() if people.role[p] == "middleman"])
        partner[equals] = np.roll(equals, 1)
    return partner


def _prices(people: Cast, supplier: Whole, rng: np.random.Generator) -> Whole:
    """A list price for each seller and item, from the sources down."""
    end = np.array([item.end for item in ITEMS])
    share = rng.uniform(*SOURCE_SHARE, len(people))
    factor = np.clip((1 / share) ** (1 / people.tiers), *MARK_UP)
    wanted = rng.integers(end[:, 0], end[:, 1] + 1, size=(len(people), len(ITEMS)))
    price = rounded(wanted * share[:, None])
    for tier in range(people.tiers, 0, -1):
        sellers = people.at(tier)
        cost = np.maximum.reduce([price[supplier[sellers, :, n], np.arange(len(ITEMS))] for n in (0, 1)])
        noise = np.clip(rng.lognormal(0, 0.06, cost.shape), 0.9, 1.15)
        price[sellers] = np.maximum(rounded(cost * factor[sellers, None] * noise), cost + STEP)
    return price


def rounded(price: Column) -> Whole:
    """Prices in whole steps, never nothing."""
    steps: Whole = np.round(price / STEP).astype(np.int64)
    return np.maximum(steps * STEP, STEP)


def _sellers(people: Cast, habits: BrokerHabits, rng: np.random.Generator, count: int) -> Whole:
    """For each customer the usual seller and another; shops have many customers, some customers know a higher tier."""
    lowest = people.at(1)
    weight = np.where(people.role[lowest] == "shop", 4.0, 1.0) / np.arange(1, len(lowest) + 1) ** 0.5
    sellers = rng.choice(lowest, (count, 2), p=weight / weight.sum())
    knowing = rng.random(count) < habits.skipped_tiers
    sellers[knowing, 1] = rng.choice(people.at(2), int(knowing.sum()))
    return sellers


def _active(rng: np.random.Generator, count: int, days: int) -> Whole:
    """Most customers are there from the first day to the last; others come late or stay away before the end."""
    first = np.where(rng.random(count) < 0.3, rng.integers(days // 2, size=count), 0)
    last = np.where(rng.random(count) < 0.25, first + rng.integers(days // 4, days, size=count), days)
    return np.stack([first, np.minimum(last, days)], axis=1)

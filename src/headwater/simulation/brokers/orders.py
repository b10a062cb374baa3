"""The orders of a made market, hop by hop: what was asked of whom, when, for how much, and how it was put."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from headwater.simulation.brokers.accounts import Accounts
from headwater.simulation.brokers.cast import Cast
from headwater.simulation.brokers.habits import BrokerHabits
from headwater.simulation.brokers.market import STEP, Market, rounded
from headwater.simulation.brokers.ordering import Requests
from headwater.simulation.brokers.span import Span
from headwater.simulation.brokers.timing import hop_times
from headwater.simulation.events import Column, Whole, dice


@dataclass(frozen=True, slots=True)
class Orders:
    """One row per order."""

    item: Whole
    subject: Whole
    time: Whole
    fulfilled: Column
    escrow: Column
    corrupted: Whole  # the hop from which on the key is wrong, or -1
    chance: Whole  # what an answer says is drawn from this
    first_hop: Whole  # its hops are first_hop .. first_hop + hops - 1
    hops: Whole

    def __len__(self) -> int:
        return len(self.item)


@dataclass(frozen=True, slots=True)
class Hops:
    """One row per hop, the hops of an order one after another from the customer up."""

    order: Whole
    level: Whole
    buyer: Whole
    seller: Whole
    asked: Whole
    answered: Whole
    price: Whole  # 0 for a swap
    swap: Column
    style: Whole  # how it is put; the same as one level below when it was forwarded
    form: Whole  # 0 text, 1 a picture of the text
    buyer_account: Whole
    seller_account: Whole

    def __len__(self) -> int:
        return len(self.order)


def orders(
    people: Cast, owned: Accounts, ties: Market, asked_for: Requests, habits: BrokerHabits, days: Span, seed: int
) -> tuple[Orders, Hops]:
    """Answer the requests; those that nobody had answered by the last day are left out."""
    asked, answered = hop_times(people, asked_for, habits, seed)
    done = answered.max(axis=1) < days.end - 3_600
    asked_for, asked, answered = asked_for.take(done), asked[done], answered[done]
    rng = dice(seed, "brokers/hops")
    count, length = len(asked_for), (asked_for.path >= 0).sum(axis=1) - 1
    price = _prices(people, ties, asked_for, rng)
    there = np.arange(asked.shape[1]) < length[:, None]
    order, level = np.nonzero(there)
    buyer, seller = asked_for.path[order, level], asked_for.path[order, level + 1]
    corrupted = np.where(rng.random(count) < habits.corrupted_keys, rng.integers(0, length), -1)
    failing = np.where(corrupted >= 0, 0.3, habits.failures)
    made = Orders(
        item=asked_for.item,
        subject=asked_for.subject,
        time=asked[:, 0],
        fulfilled=rng.random(count) >= failing,
        escrow=(rng.random(count) < habits.escrow) & (asked_for.swap != 0),
        corrupted=corrupted,
        chance=rng.integers(1 << 40, size=count),
        first_hop=np.cumsum(length) - length,
        hops=length,
    )
    hops = Hops(
        order=order,
        level=level,
        buyer=buyer,
        seller=seller,
        asked=asked[order, level],
        answered=answered[order, level],
        price=price[order, level],
        swap=asked_for.swap[order] == level,
        style=_styles(rng, level, habits.forwarded),
        form=(rng.random(len(order)) < habits.pictured).astype(np.int64),
        buyer_account=owned.between(buyer, seller, asked[order, level]),
        seller_account=owned.between(seller, buyer, asked[order, level]),
    )
    return made, hops


def _prices(people: Cast, ties: Market, asked_for: Requests, rng: np.random.Generator) -> Whole:
    """What each hop costs: the list price, urgent or for a friend, and always more than the seller pays himself."""
    path = asked_for.path
    price = np.zeros((len(path), path.shape[1] - 1), dtype=np.int64)
    urgent = np.where(rng.random(len(path)) < 0.06, 1.5, 1.0)
    cost = np.zeros(len(path), dtype=np.int64)
    for hop in range(price.shape[1] - 1, -1, -1):
        seller = path[:, hop + 1]
        friend = np.where((7 * path[:, hop] + seller) % 9 == 0, 0.9, 1.0)
        listed = rounded(ties.price[np.maximum(seller, 0), asked_for.item] * urgent * friend)
        asked = np.maximum(listed, cost + STEP)
        swapped = asked_for.swap == hop
        price[:, hop] = np.where((seller >= 0) & ~swapped, asked, 0)
        cost = np.where((seller >= 0) & ~swapped, asked, cost)
    return price


def _styles(rng: np.random.Generator, level: Whole, forwarded: float) -> Whole:
    """A number per hop that decides the wording; a forwarded request has the number of the hop below."""
    style = rng.integers(1 << 30, size=len(level))
    own = (level == 0) | (rng.random(len(level)) >= forwarded)
    return style[np.maximum.accumulate(np.where(own, np.arange(len(level)), 0))]

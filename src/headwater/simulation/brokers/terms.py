"""On what terms two people deal, and through which channel money goes between them.

Published: payment first, half in advance, deposits, settlements, escrow, money through others' accounts. The shares
are assumed and stand in ``BrokerHabits``; so are the shares of the channels.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from headwater.simulation.brokers.cast import Cast
from headwater.simulation.brokers.habits import BrokerHabits
from headwater.simulation.brokers.orders import Hops
from headwater.simulation.events import Column, Whole

POLICIES = ("deposit", "half", "post", "weekly", "prepaid")
CHANNELS = ("transfer", "packet", "code", "alipay", "bank")
_USE = (0.6, 0.12, 0.06, 0.13, 0.09)
_PACKET_LIMIT = 200  # CNY: WeChat's limit for one red packet
_LOYAL = 0.75  # of the payments between two people go the usual way


@dataclass(frozen=True, slots=True)
class Terms:
    """For each pair that deals: its hops, its policy, its usual channel, and the mule who takes the money in (-1)."""

    buyer: Whole
    seller: Whole
    hops: list[Whole]
    policy: Column
    channel: Column
    mule: Whole


def terms(people: Cast, hops: Hops, habits: BrokerHabits, rng: np.random.Generator) -> Terms:
    """Agree on terms, pair by pair."""
    key = hops.buyer * len(people) + hops.seller
    order = np.lexsort((hops.asked, key))
    pair, start = np.unique(key[order], return_index=True)
    buyer, seller = np.divmod(pair, len(people))
    return Terms(
        buyer=buyer,
        seller=seller,
        hops=np.split(order, start[1:]),
        policy=_policies(people, buyer, habits, rng),
        channel=np.array(CHANNELS, dtype=object)[rng.choice(len(CHANNELS), len(pair), p=_USE)],
        mule=_mules(people, seller, rng),
    )


def _policies(people: Cast, buyer: Whole, habits: BrokerHabits, rng: np.random.Generator) -> Column:
    weekly = np.where(people.role[buyer] == "customer", habits.weekly, min(3 * habits.weekly, 0.5))
    shares = [np.full(len(buyer), s) for s in (habits.deposits, habits.halves, habits.post_paid)] + [weekly]
    edges = np.cumsum(np.stack(shares), axis=0)
    drawn: Column = np.array(POLICIES, dtype=object)[(rng.random(len(buyer)) >= edges).sum(axis=0)]
    return drawn


def _mules(people: Cast, seller: Whole, rng: np.random.Generator) -> Whole:
    """Each mule works for one or two sellers, who have two in three of their payers pay there."""
    employer = np.full(len(people), -1, dtype=np.int64)
    sellers = people.at(1)[:6]
    for place, mule in enumerate(people.of("mule").tolist()):
        employer[sellers[place % len(sellers)]] = mule
        if len(sellers) > 3:
            employer[sellers[(place + 3) % len(sellers)]] = mule
    return np.where(rng.random(len(seller)) < 2 / 3, employer[seller], -1)


def way(usual: str, amount: int, mule: int, rng: np.random.Generator) -> str:
    """The channel of one payment: strangers have no chat, and a red packet holds 200 at most."""
    chosen = usual if rng.random() < _LOYAL else str(rng.choice(CHANNELS, p=_USE))
    if mule >= 0 and chosen in ("transfer", "packet"):
        chosen = "code"
    return "transfer" if chosen == "packet" and amount > _PACKET_LIMIT else chosen

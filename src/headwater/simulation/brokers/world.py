"""A whole made market before anything of it is written down."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from headwater.simulation.brokers.accounts import Accounts, accounts
from headwater.simulation.brokers.bulk import Deal, deals, paid_for
from headwater.simulation.brokers.cast import Cast, cast
from headwater.simulation.brokers.habits import BrokerHabits
from headwater.simulation.brokers.ledger import BUBBLES, Ledger, ledger
from headwater.simulation.brokers.market import Market, market
from headwater.simulation.brokers.ordering import Subjects, requests, subjects
from headwater.simulation.brokers.orders import Hops, Orders, orders
from headwater.simulation.brokers.passing_on import passed_on, shares
from headwater.simulation.brokers.settling import Settling
from headwater.simulation.brokers.span import Span, span
from headwater.simulation.brokers.terms import terms
from headwater.simulation.events import Whole, dice

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class World:
    """What really happens."""

    seed: int
    habits: BrokerHabits
    span: Span
    people: Cast
    accounts: Accounts
    market: Market
    subjects: Subjects
    orders: Orders
    hops: Hops
    deals: tuple[Deal, ...]
    ledger: Ledger

    def dice(self, part: str) -> np.random.Generator:
        """The random source of one part of this world."""
        return dice(self.seed, f"brokers/{part}")


@dataclass(frozen=True, slots=True)
class Dealings:
    """What passes between two accounts (lower place first): places of hops, payments with a bubble or a word, deals."""

    hops: Whole
    payments: tuple[int, ...]
    deals: tuple[int, ...]


def world(habits: BrokerHabits, seed: int) -> World:
    """Let the market live."""
    days = span(habits.start, habits.days)
    people = cast(habits, seed)
    owned = accounts(people, habits, days, seed)
    ties = market(people, habits, days, seed)
    asked_about = subjects(habits, seed)
    asked_for = requests(people, owned, ties, habits, days, len(asked_about), seed)
    made, hops = orders(people, owned, ties, asked_for, habits, days, seed)
    sold = deals(people, ties.supplier, habits, days, seed)
    settling = Settling(people, made, hops, habits, days, dice(seed, "brokers/settling"))
    settling.all(terms(people, hops, habits, dice(seed, "brokers/terms")))
    rng = dice(seed, "brokers/payments")
    payments = settling.payments + paid_for(sold, days, rng)
    payments += passed_on(payments, days, rng)
    payments += shares(people, payments, days, rng)
    book = ledger(payments, owned, settling.paid, settling.refunded, rng)
    return World(seed, habits, days, people, owned, ties, asked_about, made, hops, sold, book)


def dealings(made: World) -> dict[Pair, Dealings]:
    """What passes between each two accounts that have anything to do with each other in the trade."""
    hops = _hops_by_pair(made)
    payments: dict[Pair, list[int]] = defaultdict(list)
    talked = ("alipay", "bank", "code")
    for place, payment in enumerate(made.ledger.payments):
        if payment.channel in BUBBLES or (payment.channel in talked and payment.what not in ("mule", "share")):
            # what went to somebody else's account is spoken of in the chat with the seller
            payee = int(made.ledger.payee_account[place])
            if payment.payee != payment.seller and payment.what != "mule":
                payee = _account(made, payment.seller, payment.payer, payment.time)
            payments[_pair(int(made.ledger.payer_account[place]), payee)].append(place)
    files: dict[Pair, list[int]] = defaultdict(list)
    for place, deal in enumerate(made.deals):
        files[
            _pair(
                *(_account(made, *sides, deal.time) for sides in ((deal.seller, deal.buyer), (deal.buyer, deal.seller)))
            )
        ].append(place)
    none = np.zeros(0, dtype=np.int64)
    return {
        pair: Dealings(hops.get(pair, none), tuple(payments.get(pair, ())), tuple(files.get(pair, ())))
        for pair in sorted({*hops, *payments, *files})
    }


def _hops_by_pair(made: World) -> dict[Pair, Whole]:
    low = np.minimum(made.hops.buyer_account, made.hops.seller_account)
    high = np.maximum(made.hops.buyer_account, made.hops.seller_account)
    key = low * len(made.accounts.rows) + high
    order = np.lexsort((made.hops.asked, key))
    pair, start = np.unique(key[order], return_index=True)
    names = [divmod(number, len(made.accounts.rows)) for number in pair.tolist()]
    return dict(zip(names, np.split(order, start[1:]), strict=True)) if len(pair) else {}


def _account(made: World, person: int, peer: int, time: int) -> int:
    return int(made.accounts.between(*(np.array([value]) for value in (person, peer, time)))[0])


def _pair(one: int, other: int) -> Pair:
    return (min(one, other), max(one, other))

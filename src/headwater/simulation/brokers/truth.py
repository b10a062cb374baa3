"""What really happened in a made market, in the plain values of ``truth.json``."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from headwater.simulation.brokers.accounts import Accounts
from headwater.simulation.brokers.bulk import Piece
from headwater.simulation.brokers.ledger import Payment
from headwater.simulation.brokers.sightings import Sightings
from headwater.simulation.brokers.span import moment
from headwater.simulation.brokers.words import ITEMS
from headwater.simulation.brokers.world import World

SCHEMA = "headwater/truth/1"
ROWS = "contact"
"""The category of the rows of a sold file."""


def truth(made: World, seen: Sightings, case: str) -> dict[str, Any]:
    """The whole truth."""
    return {
        "schema": SCHEMA,
        "world": "brokers",
        "seed": made.seed,
        "case": case,
        "house": {},
        "doings": [],
        "benign": [],
        "leaks": [],
        "holdings": [],
        "complaints": {"received": 0, "from_theft": 0, "accounts": []},
        "network": {
            "people": people(made, seen),
            "orders": orders(made, seen),
            "bulk": bulk(made, seen),
            "payments": [_payment(made, seen, n, p) for n, p in enumerate(made.ledger.payments)],
            "contacts": [],
            "merges": _merges(made, seen),
            "handovers": [
                {
                    "alias": made.accounts.rows[giver].wxid,
                    "from": ident(giver),
                    "to": ident(taker),
                    "time": moment(time),
                }
                for giver, taker, time in made.accounts.handovers
            ],
            "bystanders": [_bystander(made, seen, person) for person in range(made.people.members, len(made.people))],
            "written": {"messages": seen.messages, "trade_messages": seen.trade_messages, "bill_rows": seen.payments},
        },
    }


def ident(person: int) -> str:
    """How the truth calls a person."""
    return f"P{person + 1:04d}"


def people(made: World, seen: Sightings) -> list[dict[str, Any]]:
    """Everybody in the trade, with what they took in for orders and files and what they passed up."""
    sums = _sums(made)
    items = _items(made)
    return [
        {
            **_bystander(made, seen, person),
            "role": str(made.people.role[person]),
            "tier": int(made.people.tier[person]) if made.people.tier[person] >= 0 else None,
            "kind": str(made.people.kind[person]),
            "silent": bool(made.people.silent[person]),
            "seized": bool(made.people.seized[person]),
            **{name: int(column[person]) for name, column in sums.items()},
            "items": dict(sorted(items[person].items())),
        }
        for person in range(made.people.members)
    ]


def _bystander(made: World, seen: Sightings, person: int) -> dict[str, Any]:
    return {
        "id": ident(person),
        "name": str(made.people.name[person]),
        "aliases": aliases(made, person),
        "visible_aliases": sorted(seen.aliases[person] & set(aliases(made, person))),
    }


def aliases(made: World, person: int) -> list[str]:
    """Every name and number that stands for a person."""
    owned: Accounts = made.accounts
    found = {str(column[person]) for column in (made.people.name, made.people.phone, owned.alipay, owned.card)}
    for place in owned.of(person):
        row = owned.rows[place]
        found |= {row.wxid, *(name for _, name in row.nicknames)}
    return sorted(found)


def _sums(made: World) -> dict[str, np.ndarray]:
    """Per person: gains, paid, net, and what they are made of; CNY.

    Gains are what was paid for the orders and files a person sold, before refunds; paid is what the person paid for
    those bought, and shares handed to a silent head; net is gains less paid, refunds given and fees, and more those got.
    """
    count = len(made.people)
    gains, paid, given, got, shares = (np.zeros(count, dtype=np.int64) for _ in range(5))
    np.add.at(gains, made.hops.seller, made.ledger.paid)
    np.add.at(paid, made.hops.buyer, made.ledger.paid)
    np.add.at(given, made.hops.seller, made.ledger.refunded)
    np.add.at(got, made.hops.buyer, made.ledger.refunded)
    for deal in made.deals:
        gains[deal.seller] += deal.price
        paid[deal.buyer] += deal.price
    for payment in made.ledger.payments:
        if payment.what == "share":
            gains[payment.payee] += payment.amount
            shares[payment.payee] += payment.amount
            paid[payment.payer] += payment.amount
    return {
        "gains": gains,
        "paid": paid,
        "refunds_given": given,
        "refunds_got": got,
        "shares": shares,
        "net": gains - paid - given + got,
    }


def _items(made: World) -> dict[int, dict[str, int]]:
    """Per person and category the number of distinct pairs of subject and recipient; of files, of row and recipient."""
    sold: dict[int, dict[str, set[tuple[int, int]]]] = defaultdict(lambda: defaultdict(set))
    good = np.flatnonzero(made.orders.fulfilled[made.hops.order])
    for hop in good.tolist():
        order = made.hops.order[hop]
        category = ITEMS[int(made.orders.item[order])].name
        sold[int(made.hops.seller[hop])][category].add((int(made.orders.subject[order]), int(made.hops.buyer[hop])))
    found = defaultdict(dict, {person: {name: len(pairs) for name, pairs in by.items()} for person, by in sold.items()})
    pieces: dict[tuple[int, int], list[Piece]] = defaultdict(list)
    for deal in made.deals:
        pieces[deal.seller, deal.buyer] += deal.pieces
    for (seller, _), held in pieces.items():
        found[seller][ROWS] = found[seller].get(ROWS, 0) + _covered(held)
    return found


def _covered(pieces: list[Piece]) -> int:
    """How many different rows the pieces hold together."""
    count, last = 0, (-1, 0)
    for origin, start, stop in sorted(pieces):
        begun = max(start, last[1]) if origin == last[0] else start
        count += max(0, stop - begun)
        last = (origin, max(stop, last[1]) if origin == last[0] else stop)
    return count


def orders(made: World, seen: Sightings) -> list[dict[str, Any]]:
    """The orders, each with its hops from the customer up."""
    return [_order(made, seen, order) for order in range(len(made.orders))]


def _order(made: World, seen: Sightings, order: int) -> dict[str, Any]:
    first, count = int(made.orders.first_hop[order]), int(made.orders.hops[order])
    hops, subject = range(first, first + count), int(made.orders.subject[order])
    shown = [side for hop in hops if seen.hops[hop] for side in (int(made.hops.buyer[hop]), int(made.hops.seller[hop]))]
    path = [int(made.hops.buyer[first]), *(int(made.hops.seller[hop]) for hop in hops)]
    asked_about = made.subjects.people
    return {
        "id": f"O{order + 1:06d}",
        "subject": {
            "name": asked_about.name[subject],
            "phone": asked_about.phone[subject],
            "id_number": asked_about.id_number[subject],
            "plate": made.subjects.plate[subject],
        },
        "category": ITEMS[int(made.orders.item[order])].name,
        "time": moment(int(made.orders.time[order])),
        "path": [ident(person) for person in path],
        "seen": [ident(person) for person in path if person in shown],
        "fulfilled": bool(made.orders.fulfilled[order]),
        "refunded": bool(made.ledger.refunded[first]),
        "corrupted": bool(made.orders.corrupted[order] >= 0),
        "hops": [_hop(made, seen, hop) for hop in hops],
    }


def _hop(made: World, seen: Sightings, hop: int) -> dict[str, Any]:
    return {
        "from": ident(int(made.hops.buyer[hop])),
        "to": ident(int(made.hops.seller[hop])),
        "asked": moment(int(made.hops.asked[hop])),
        "answered": moment(int(made.hops.answered[hop])),
        "price": int(made.hops.price[hop]),
        "paid": int(made.ledger.paid[hop]),
        "refund": int(made.ledger.refunded[hop]),
        "swap": bool(made.hops.swap[hop]),
        "seen": bool(seen.hops[hop]),
    }


def bulk(made: World, seen: Sightings) -> list[dict[str, Any]]:
    """The sales of files."""
    return [
        {
            "id": f"B{place + 1:04d}",
            "file": deal.file,
            "rows": deal.rows,
            "seller": ident(deal.seller),
            "buyer": ident(deal.buyer),
            "price": deal.price,
            "time": moment(deal.time),
            "visible": bool(seen.deals[place]),
        }
        for place, deal in enumerate(made.deals)
    ]


def _payment(made: World, seen: Sightings, place: int, payment: Payment) -> dict[str, Any]:
    return {
        "id": f"Y{place + 1:06d}",
        "time": moment(payment.time),
        "from": ident(payment.payer),
        "to": ident(payment.payee),
        "for": ident(payment.seller),
        "amount": payment.amount,
        "channel": payment.channel,
        "what": payment.what,
        "returned": payment.returned,
        "orders": sorted({f"O{int(made.hops.order[hop]) + 1:06d}" for hop in payment.hops}),
        "bills": sorted(seen.bills.get(place, ())),
    }


def _merges(made: World, seen: Sightings) -> list[list[str]]:
    """Pairs of chat accounts that the material shows and that are one person's."""
    pairs = []
    for person in range(made.people.members):
        ids = sorted({made.accounts.rows[place].wxid for place in made.accounts.of(person)} & seen.aliases[person])
        pairs += [[ids[0], other] for other in ids[1:]]
    return pairs

"""With whom a person dealt, and what connects two: money by partner and by month, orders, links between accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from headwater.casework.market_book import Book, accounts_of
from headwater.casework.market_telling import against_lines
from headwater.casework.reports.market.people import Person
from headwater.casework.reports.records import records
from headwater.casework.reports.words import Words
from headwater.console.markets.market import Market

if TYPE_CHECKING:
    from headwater.console.desk.desk import Desk

LOOKED_THROUGH = 5000
"""So many orders of the less busy of two people are looked through for those between them."""
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Dealing:
    """What passed between a person and a partner: money he paid and received, steps of orders asked of the partner and by him.

    ``inferred``: so many of these steps nothing shows.
    """

    partner: int
    paid: float
    received: float
    payments: int
    asked: int
    was_asked: int
    inferred: int


@dataclass(frozen=True, slots=True)
class Month:
    """Money between two in one month, either way."""

    month: str
    there: float
    back: float
    payments: int


def dealings(market: Market, who: int) -> list[Dealing]:
    """Everybody whom a person dealt with, by money first, then by orders."""
    size = len(market.people)
    out, back = market.payer == who, market.payee == who
    paid = np.bincount(market.payee[out], market.flow_sums[out, 0], size)
    received = np.bincount(market.payer[back], market.flow_sums[back, 0], size)
    payments = np.bincount(market.payee[out], market.payments[out], size)
    payments += np.bincount(market.payer[back], market.payments[back], size)
    asked = np.bincount(market.seller[market.buyer == who], minlength=size)
    was_asked = np.bincount(market.buyer[market.seller == who], minlength=size)
    inferred = np.bincount(market.seller[(market.buyer == who) & market.hop_inferred], minlength=size)
    inferred += np.bincount(market.buyer[(market.seller == who) & market.hop_inferred], minlength=size)
    some = (paid + received + payments + asked + was_asked) > 0
    some[who] = False
    found = [
        Dealing(
            n,
            round(float(paid[n]), 2),
            round(float(received[n]), 2),
            int(payments[n]),
            int(asked[n]),
            int(was_asked[n]),
            int(inferred[n]),
        )
        for n in np.flatnonzero(some).tolist()
    ]
    return sorted(found, key=lambda d: (-d.paid - d.received, -d.asked - d.was_asked, d.partner))


def months_between(market: Market, one: int, other: int) -> list[Month]:
    """Money between two, month by month."""
    there = (market.payer == one) & (market.payee == other)
    back = (market.payer == other) & (market.payee == one)
    found = []
    for place in sorted({*market.flow_month[there | back].tolist()}):
        month = market.flow_month == place
        a, b = (market.flow_sums[way & month, 0].sum() for way in (there, back))
        name = market.months[place] if place >= 0 else ""
        count = int(market.payments[(there | back) & month].sum())
        found.append(Month(name, round(float(a), 2), round(float(b), 2), count))
    return found


def orders_between(desk: Desk, market: Market, one: int, other: int, most: int) -> tuple[list[Mapping[str, Any]], int]:
    """The first orders in which two stand side by side on the path, and how many there are (of those looked through)."""
    few, many = sorted((one, other), key=lambda n: market.on_path[n])
    pair = {market.people[few].id, market.people[many].id}
    found: list[Mapping[str, Any]] = []
    count, seen, after = 0, 0, None
    while seen < LOOKED_THROUGH:
        rows = desk.rows("orders", where={"person": market.people[few].id}, after=after, limit=AT_ONCE)
        seen += len(rows.rows)
        for row in rows.rows:
            path = [str(name) for name in row.get("path") or ()]
            if any({path[n], path[n + 1]} == pair for n in range(len(path) - 1)):
                count += 1
                found += [row] if len(found) < most else []
        after = rows.next
        if after is None:
            break
    return found, count


def against(market: Market, one: int, other: int, told: Words) -> list[str]:
    """What speaks against two being one person: a device of each was read, or they dealt with each other."""
    first, second = market.people[one], market.people[other]
    hops = (market.buyer == one) & (market.seller == other) | (market.buyer == other) & (market.seller == one)
    orders = np.unique(market.hop_order[hops & ~market.hop_inferred])
    dealt = [{"hops": [{"from": first.id, "to": second.id}]}] * len(orders)
    return list(against_lines(Book({}, (first, second), dealt), first, second, told))


def crossing(one: Mapping[str, Any], other: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Links between an account of one person and an account of the other, from their whole entries."""
    owns = [_accounts(entry) for entry in (one, other)]
    links = [link for entry in (one, other) for link in records(entry.get("links"))]
    apart = [
        li for li in links if any({li.get("first")} <= a and {li.get("second")} <= b for a, b in (owns, owns[::-1]))
    ]
    return list({(li.get("first"), li.get("second")): li for li in apart}.values())


def steps_of(market: Market, who: int) -> list[dict[str, Any]]:
    """Every step of a person's orders as an order of one step: what the counting of inferred ones needs."""
    rows = np.flatnonzero((market.buyer == who) | (market.seller == who))
    name = market.people[who].id
    return [{"hops": [{"from": name, "inferred": bool(i)}]} for i in market.hop_inferred[rows].tolist()]


def _accounts(entry: Mapping[str, Any]) -> set[object]:
    person = Person("", "", "", "", None, 0.0, False, False, entry)
    return set(accounts_of(person))

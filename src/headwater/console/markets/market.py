"""The market of an answer as columns: people, who paid whom in which month, who asked whom in which order.

What the pages draw of ten thousand people is summed from here in milliseconds. Rows of the result are read once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from headwater.casework.market_book import Book, accounts_of
from headwater.casework.reports.market.people import Person, amount, people
from headwater.casework.reports.records import records

Ints = npt.NDArray[np.int32]
Sums = npt.NDArray[np.float64]

KEPT = (
    "id", "role", "roles", "grade", "trade", "tier", "tier_low", "tier_high", "gains", "gains_low", "gains_high", "paid",
    "paid_low", "paid_high", "kept_low", "kept_high", "confidence", "seized", "bills", "holder", "place",
)  # fmt: skip
"""What is kept of a person beside names: facts and links with their lines are read when a card is opened."""


@dataclass(frozen=True, eq=False)
class Market:
    """Columns of equal length: ``flow_*`` is money by month, ``hop_*`` a step of an order. Numbers of people are places in ``people``."""

    people: tuple[Person, ...] = field(repr=False)
    months: tuple[str, ...]
    orders: int
    """How many orders there are."""
    to_source: tuple[str, ...]
    """Orders that lead to a look-up in the house's own systems."""
    payer: Ints = field(repr=False)
    payee: Ints = field(repr=False)
    flow_month: Ints = field(repr=False)
    flow_sums: Sums = field(repr=False)
    """Two columns: all that passed, and the part laid to orders and sales."""
    payments: Ints = field(repr=False)
    buyer: Ints = field(repr=False)
    seller: Ints = field(repr=False)
    hop_month: Ints = field(repr=False)
    """−1 where no message tells when."""
    hop_inferred: npt.NDArray[np.bool_] = field(repr=False)
    on_path: Ints = field(repr=False)
    """On how many orders' paths each person stands."""

    @cached_property
    def number(self) -> Mapping[str, int]:
        """The place of each person."""
        return {p.id: n for n, p in enumerate(self.people)}

    @cached_property
    def book(self) -> Book:
        """The people as a book that knows them by any of their names."""
        return Book({}, self.people, [])

    @cached_property
    def owners(self) -> Mapping[str, frozenset[int]]:
        """The people of each account: one, but for parts of an account that passed to somebody else."""
        found: dict[str, frozenset[int]] = {}
        for n, person in enumerate(self.people):
            for account in accounts_of(person):
                found[account] = found.get(account, frozenset()) | {n}
        return found

    def span(self, first: str | None, last: str | None) -> tuple[int, int]:
        """The places of the first and last month of a period; all months where none is told or none lies in it."""
        chosen = [n for n, m in enumerate(self.months) if (not first or m >= first) and (not last or m <= last)]
        return (chosen[0], chosen[-1]) if chosen else (0, max(len(self.months) - 1, 0))


def market(
    entries: Iterable[Mapping[str, Any]], flows: Iterable[Mapping[str, Any]], orders: Iterable[Mapping[str, Any]]
) -> Market:
    """Make the columns of a result's rows (``network.people``, ``flows`` and ``orders``), each read once."""
    known = [_light(entry) for entry in entries]
    number = {str(entry["id"]): n for n, entry in enumerate(known)}
    money = [(number[a], number[b], m, *s) for a, b, m, s in map(_flow, flows) if a in number and b in number]
    hops, on_path, to_source, count = _orders(orders, number)
    months = tuple(sorted({m for *_, m in ((row[0], row[2]) for row in money) if m} | {m for *_, m, _ in hops if m}))
    place = {m: n for n, m in enumerate(months)}
    shown = {n for row in money for n in row[:2]} | {n for a, b, _, inferred in hops if not inferred for n in (a, b)}
    return Market(
        people=drawn_people(known, shown),
        months=months,
        orders=count,
        to_source=tuple(to_source),
        payer=_ints(row[0] for row in money),
        payee=_ints(row[1] for row in money),
        flow_month=_ints(place.get(row[2], -1) for row in money),
        flow_sums=np.array([row[3:5] for row in money], np.float64).reshape(-1, 2),
        payments=_ints(row[5] for row in money),
        buyer=_ints(row[0] for row in hops),
        seller=_ints(row[1] for row in hops),
        hop_month=_ints(place.get(row[2], -1) for row in hops),
        hop_inferred=np.fromiter((row[3] for row in hops), np.bool_, len(hops)),
        on_path=on_path,
    )


def drawn_people(known: Sequence[Mapping[str, Any]], shown: Iterable[int]) -> tuple[Person, ...]:
    """People as the report has them; ``shown`` are those whom a message or payment shows."""
    told = [{"from": known[n]["id"], "to": known[n]["id"]} for n in shown]
    return people({"people": known, "flows": told})


def _light(entry: Mapping[str, Any]) -> dict[str, Any]:
    """A person with names, without evidence."""
    names = [{k: a.get(k) for k in ("value", "kind", "account")} for a in records(entry.get("alias_details"))]
    plain = [] if names else [a for a in entry.get("aliases") or () if isinstance(a, str)]
    kept = {key: entry[key] for key in KEPT if entry.get(key) or entry.get(key) == 0}
    return {"id": str(entry.get("id") or ""), **kept, "alias_details": names, "aliases": plain}


def _flow(flow: Mapping[str, Any]) -> tuple[str, str, str, tuple[float, float, int]]:
    sums = amount(flow.get("amount")), amount(flow.get("matched")), int(amount(flow.get("payments")))
    return str(flow.get("from")), str(flow.get("to")), str(flow.get("month") or ""), sums


Step = tuple[int, int, str, bool]


def _orders(orders: Iterable[Mapping[str, Any]], number: Mapping[str, int]) -> tuple[list[Step], Ints, list[str], int]:
    """Steps, on how many paths each person stands, the orders that lead to a look-up, and how many orders there are."""
    hops: list[Step] = []
    on_path = np.zeros(len(number), np.int32)
    to_source: list[str] = []
    count = 0
    for order in orders:
        count += 1
        hops += _hops(order, number)
        path = order.get("path")
        for name in dict.fromkeys(map(str, path if isinstance(path, list) else ())):
            if name in number:
                on_path[number[name]] += 1
        if records(order.get("lookups")):
            to_source.append(str(order.get("id")))
    return hops, on_path, to_source, count


def _hops(order: Mapping[str, Any], number: Mapping[str, int]) -> Iterator[Step]:
    whole = str(order.get("asked") or order.get("answered") or "")
    for hop in records(order.get("hops")):
        one, other = number.get(str(hop.get("from"))), number.get(str(hop.get("to")))
        if one is not None and other is not None:
            told = str(hop.get("asked") or hop.get("answered") or whole)
            yield one, other, told[:7], bool(hop.get("inferred"))


def _ints(values: Iterable[int]) -> Ints:
    return np.fromiter(values, np.int32)

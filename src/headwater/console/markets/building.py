"""Makes the columns of a market from the rows of a result, each read once and let go of."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from headwater.casework.reports.market.people import Person, amount, people
from headwater.casework.reports.records import records
from headwater.console.markets.market import Ints, Market

KEPT = (
    "id", "role", "roles", "grade", "trade", "tier", "tier_low", "tier_high", "gains", "gains_low", "gains_high", "paid",
    "paid_low", "paid_high", "kept_low", "kept_high", "confidence", "seized", "bills", "holder", "place",
)  # fmt: skip
"""What is kept of a person beside names: facts and links with their lines are read when a card is opened."""

_MONTH = re.compile(r"\d{4}-\d{2}", re.ASCII)
_MOST = 2**31 - 1


def market(
    entries: Iterable[Mapping[str, Any]], flows: Iterable[Mapping[str, Any]], orders: Iterable[Mapping[str, Any]]
) -> Market:
    """Make the columns of a result's rows (``network.people``, ``flows`` and ``orders``)."""
    known = [_light(entry) for entry in entries]
    columns = _Columns({str(entry["id"]): n for n, entry in enumerate(known)})
    for flow in flows:
        columns.add_flow(flow)
    for order in orders:
        columns.add_order(order)
    return columns.market(known)


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


class _Columns:
    """Rows as they come, in arrays: a tuple for each of them would take ten times the room."""

    def __init__(self, number: Mapping[str, int]) -> None:
        self._number = number
        self._months: dict[str, int] = {"": -1}
        self._payer, self._payee, self._flow_month, self._payments = (array("i") for _ in range(4))
        self._amount, self._matched = array("d"), array("d")
        self._buyer, self._seller, self._hop_month = (array("i") for _ in range(3))
        self._hop_order, self._inferred = (array("i") for _ in range(2))
        self._on_path = np.zeros(len(number), np.int32)
        self._to_source: list[str] = []
        self._orders = 0

    def add_flow(self, flow: Mapping[str, Any]) -> None:
        """Money of one month; of people who are not in the list nothing can be drawn."""
        one, other = self._number.get(str(flow.get("from"))), self._number.get(str(flow.get("to")))
        if one is None or other is None:
            return
        self._payer.append(one)
        self._payee.append(other)
        self._flow_month.append(self._month(str(flow.get("month") or "")))
        self._amount.append(amount(flow.get("amount")))
        self._matched.append(amount(flow.get("matched")))
        self._payments.append(_count(flow.get("payments")))

    def add_order(self, order: Mapping[str, Any]) -> None:
        """An order with its steps."""
        self._orders += 1
        whole, path = str(order.get("asked") or order.get("answered") or ""), order.get("path")
        for name in dict.fromkeys(map(str, path if isinstance(path, list) else ())):
            if name in self._number:
                self._on_path[self._number[name]] += 1
        if records(order.get("lookups")):
            self._to_source.append(str(order.get("id")))
        for hop in records(order.get("hops")):
            one, other = self._number.get(str(hop.get("from"))), self._number.get(str(hop.get("to")))
            if one is not None and other is not None:
                self._buyer.append(one)
                self._seller.append(other)
                self._hop_month.append(self._month(str(hop.get("asked") or hop.get("answered") or whole)[:7]))
                self._hop_order.append(self._orders)
                self._inferred.append(bool(hop.get("inferred")))

    def market(self, known: Sequence[Mapping[str, Any]]) -> Market:
        """The columns, with months in their order."""
        names = sorted(name for name in self._months if name)
        place = np.full(len(names) + 1, -1, np.int32)  # the last one: no month
        for n, name in enumerate(names):
            place[self._months[name]] = n
        inferred = _ints(self._inferred).astype(np.bool_)
        buyer, seller = _ints(self._buyer), _ints(self._seller)
        payer, payee = _ints(self._payer), _ints(self._payee)
        shown = np.unique(np.concatenate((payer, payee, buyer[~inferred], seller[~inferred])))
        return Market(
            people=drawn_people(known, shown.tolist()),
            months=tuple(names),
            orders=self._orders,
            to_source=tuple(self._to_source),
            payer=payer,
            payee=payee,
            flow_month=place[_ints(self._flow_month)],
            flow_sums=np.column_stack((np.array(self._amount), np.array(self._matched))),
            payments=_ints(self._payments),
            buyer=buyer,
            seller=seller,
            hop_month=place[_ints(self._hop_month)],
            hop_order=_ints(self._hop_order),
            hop_inferred=inferred,
            on_path=self._on_path,
        )

    def _month(self, name: str) -> int:
        """The number of a month; what is none has no place on the slider."""
        told = name if _MONTH.fullmatch(name) else ""
        return self._months.setdefault(told, len(self._months) - 1)


def _count(value: Any) -> int:
    """A number of things, whatever a result may hold in its place."""
    found = amount(value)
    return int(min(found, _MOST)) if found > 0 else 0


def _ints(values: array[int]) -> Ints:
    return np.array(values, np.int32)

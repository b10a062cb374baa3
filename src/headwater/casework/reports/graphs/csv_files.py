"""CSV: people, their names, orders, hops, payments between people, lists that were sold. No cell that a spreadsheet executes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from headwater.casework.reports.csv import table
from headwater.casework.reports.graphs.graph import Graph, aliases, graph
from headwater.casework.reports.records import records

PEOPLE = (
    *("id", "label", "role", "roles", "grade", "trade", "tier", "tier_low", "tier_high"),
    *("gains_low", "gains_high", "paid_low", "paid_high", "refunded_low", "refunded_high", "returned_low"),
    *("returned_high", "kept_low", "kept_high", "sold", "bought", "rows_sold", "rows_bought"),
    *("place", "confidence", "seized", "bills", "holder", "facts"),
)
ALIASES = ("person", "value", "kind", "account", "evidence")
ORDERS = (
    *("id", "category", "name", "phone", "number", "token", "path", "asked", "answered", "outcome"),
    *("price_at_each_hop", "confidence", "resale_of", "batch", "lookups"),
)
HOPS = (
    *("order", "level", "from", "to", "asked", "answered", "outcome", "price", "paid", "refunded"),
    *("confidence", "inferred", "evidence"),
)
FLOWS = ("from", "to", "month", "amount", "matched", "payments")
SALES = ("to", "from", "time", "file", "digest", "rows", "persons", "price", "evidence")
KEY_PLAYERS = ("id", "rank", "cut", "items", "fragmentation", "kept", "rank_low", "rank_high")


def export(result: Mapping[str, Any]) -> dict[str, bytes]:
    """A file for each kind of row."""
    found = graph(result)
    network = found.network
    return {
        "people.csv": table(_people(found), PEOPLE),
        "aliases.csv": table(_aliases(found), ALIASES),
        "orders.csv": table(_orders(network), ORDERS),
        "hops.csv": table(_hops(network), HOPS),
        "flows.csv": table(records(network.get("flows")), FLOWS),
        "sales.csv": table(records(network.get("sales")), SALES),
        "key_players.csv": table(records(network.get("key_players")), KEY_PLAYERS),
    }


def _people(found: Graph) -> Iterator[Mapping[str, Any]]:
    for person in found.people:
        items = person.known.get("items")
        sides = items if isinstance(items, Mapping) else {}
        yield {**person.known, "label": person.label, "sold": sides.get("sold"), "bought": sides.get("bought")}


def _aliases(found: Graph) -> Iterator[Mapping[str, Any]]:
    for person in found.people:
        for alias in aliases(person):
            yield {**alias, "person": person.id}


def _orders(network: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for order in records(network.get("orders")):
        subject = order.get("subject")
        lookups = [f"{e.get('account')} {e.get('time')}" for e in records(order.get("lookups"))]
        yield {**(subject if isinstance(subject, Mapping) else {}), **order, "lookups": lookups}


def _hops(network: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for order in records(network.get("orders")):
        for level, hop in enumerate(records(order.get("hops"))):
            yield {**hop, "order": order.get("id"), "level": level}

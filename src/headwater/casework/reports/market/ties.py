"""Who paid whom how much in which month, summed between what is drawn: people, or bands of people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from headwater.casework.reports.market.people import amount
from headwater.casework.reports.records import records


@dataclass(frozen=True, slots=True)
class Tie:
    """Money (and orders) from one node to another: the whole, the part laid to orders, the months; ``orders`` passed on.

    ``inferred``: nothing of it was seen, it was bridged. ``bridged``: of so many of the orders this step was inferred.
    """

    payer: str
    payee: str
    amount: float
    matched: float
    months: Mapping[str, float]
    orders: int
    inferred: bool
    bridged: int = 0


def ties(network: Mapping[str, Any], node_of: Mapping[str, str]) -> list[Tie]:
    """Ties between nodes, the largest first; a person whom ``node_of`` does not know has none, one inside a node neither."""
    sums: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    months: dict[tuple[str, str], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for flow in records(network.get("flows")):
        pair = _pair(flow, node_of)
        if pair is None:
            continue
        sums[pair][0] += amount(flow.get("amount"))
        sums[pair][1] += amount(flow.get("matched"))
        months[pair][str(flow.get("month") or "")] += amount(flow.get("amount"))
    orders, seen, bridged = _orders(network, node_of)
    found = []
    for pair in sorted({*sums, *orders}):
        whole, matched = sums.get(pair, [0.0, 0.0])
        count, guessed = orders.get(pair, 0), bridged.get(pair, 0)
        found.append(Tie(*pair, whole, matched, dict(months.get(pair, {})), count, pair not in seen, guessed))
    return sorted(found, key=lambda t: (-t.amount, -t.orders, t.payer, t.payee))


def within(network: Mapping[str, Any], node_of: Mapping[str, str]) -> float:
    """What passed between people who are drawn as one: no tie shows it."""
    several = (f for f in records(network.get("flows")) if f.get("from") != f.get("to"))
    return sum(amount(f.get("amount")) for f in several if _same(f, node_of))


Pairs = dict[tuple[str, str], int]


def _orders(network: Mapping[str, Any], node_of: Mapping[str, str]) -> tuple[Pairs, set[tuple[str, str]], Pairs]:
    """Orders from node to node, the pairs of which at least one message or payment was seen, and how many steps are inferred."""
    counts: Pairs = defaultdict(int)
    bridged: Pairs = defaultdict(int)
    seen: set[tuple[str, str]] = set()
    for order in records(network.get("orders")):
        for hop in records(order.get("hops")):
            pair = _pair(hop, node_of)
            if pair is not None:
                counts[pair] += 1
                if hop.get("inferred"):
                    bridged[pair] += 1
                else:
                    seen.add(pair)
    for flow in records(network.get("flows")):
        pair = _pair(flow, node_of)
        if pair is not None:
            seen.add(pair)
    return counts, seen, bridged


def _same(entry: Mapping[str, Any], node_of: Mapping[str, str]) -> bool:
    one, other = node_of.get(str(entry.get("from"))), node_of.get(str(entry.get("to")))
    return one is not None and one == other


def _pair(entry: Mapping[str, Any], node_of: Mapping[str, str]) -> tuple[str, str] | None:
    one, other = node_of.get(str(entry.get("from"))), node_of.get(str(entry.get("to")))
    return (one, other) if one is not None and other is not None and one != other else None

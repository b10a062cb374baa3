"""The market as nodes and edges, for every format of graphs: from a result alone, in one order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from headwater.casework.reports.market.people import Person, amount, people
from headwater.casework.reports.market.ties import Tie, ties
from headwater.casework.reports.records import records

Value = str | float | int | bool

NODE_FIGURES = ("gains_low", "gains_high", "paid_low", "paid_high", "kept_low", "kept_high", "confidence")


@dataclass(frozen=True, slots=True)
class Edge:
    """What passed from one person to another: money, orders, and in which months."""

    one: str
    other: str
    values: Mapping[str, Value]
    months: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Graph:
    """All people with their values, and all edges; ``manifest`` tells the case from others."""

    manifest: str
    people: tuple[Person, ...]
    nodes: Mapping[str, Mapping[str, Value]]
    edges: tuple[Edge, ...]
    network: Mapping[str, Any] = field(repr=False)


def graph(result: Mapping[str, Any]) -> Graph:
    """The graph of a result; empty where there is no market."""
    found = result.get("network")
    network: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
    everybody = people(network)
    edges = tuple(_edge(tie) for tie in sorted(ties(network, {p.id: p.id for p in everybody}), key=_by_ends))
    manifest = str((result.get("case") or {}).get("manifest") or "")
    return Graph(manifest, everybody, {p.id: _values(p) for p in everybody}, edges, network)


def aliases(person: Person) -> Sequence[Mapping[str, Any]]:
    """Names and accounts with their kinds; where a result has none, the plain texts as ``alias``."""
    details = records(person.known.get("alias_details"))
    plain = person.known.get("aliases")
    if details or not isinstance(plain, Sequence) or isinstance(plain, str):
        return details
    return [{"value": a if isinstance(a, str) else str(a), "kind": "alias"} for a in plain]


def _by_ends(tie: Tie) -> tuple[str, str]:
    return tie.payer, tie.payee


def _values(person: Person) -> dict[str, Value]:
    known = person.known
    found: dict[str, Value] = {
        "label": person.label,
        "role": person.role,
        "grade": str(known.get("grade") or ""),
        "trade": str(known.get("trade") or ""),
        "place": str(known.get("place") or ""),
        "seized": bool(known.get("seized")),
        "inferred": not person.told,
    }
    if person.tier is not None:
        found["tier"] = float(person.tier)
    for name in NODE_FIGURES:
        if isinstance(known.get(name), int | float):
            found[name] = float(known[name])
    return found


def _edge(tie: Tie) -> Edge:
    values: dict[str, Value] = {
        "amount": round(tie.amount, 2),
        "matched": round(tie.matched, 2),
        "orders": tie.orders,
        "inferred": tie.inferred,
    }
    return Edge(tie.payer, tie.payee, values, tuple(sorted(tie.months)))


def told_sums(person: Person) -> list[str]:
    """What somebody received and passed up, in words: the part laid to orders and sales, and all between people of the market."""
    sums = {key: amount(person.known.get(key)) for key in ("gains_low", "gains_high", "paid_low", "paid_high")}
    return [
        f"{what} {sums[f'{key}_high']:.2f} CNY {whom} people of the market ({sums[f'{key}_low']:.2f} laid to orders and sales)"
        for what, key, whom in (("received", "gains", "from"), ("paid", "paid", "to"))
    ]

"""The market of a case as CASE nodes: people with their accounts, messages and payments of orders, lists that were sold."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from headwater.casework.reports.exports.uco.nodes import Graph, refs, text
from headwater.casework.reports.exports.uco.things import account, cited, listed_file, message, payment, person
from headwater.casework.reports.records import records


def add_market(graph: Graph, network: Mapping[str, Any]) -> list[str]:
    """Put the market in; gives the names of what belongs to the findings: orders and sales."""
    people = {str(p["id"]): _person(graph, p) for p in records(network.get("people"))}
    made = [_order(graph, n, order, people) for n, order in enumerate(records(network.get("orders")), 1)]
    made += [_sale(graph, n, sale, people) for n, sale in enumerate(records(network.get("sales")), 1)]
    for n, flow in enumerate(records(network.get("flows")), 1):
        _flow(graph, n, flow, people)
    return [*people.values(), *made]


def _person(graph: Graph, entry: Mapping[str, Any]) -> str:
    sure = f", confidence {entry['confidence']}" if entry.get("confidence") is not None else ""
    told = [f"role: {entry['role']}{sure}; no judgment"] if entry.get("role") else []
    told += [f"{key}: {entry[key]}" for key in ("tier", "tier_low", "tier_high") if entry.get(key) is not None]
    told += [f"{key}: {entry[key]} CNY" for key in ("gains_low", "gains_high") if entry.get(key) is not None]
    known = [f"{a.get('kind')}: {a.get('value')}" for a in records(entry.get("alias_details"))]
    name = person(graph, f"market|{entry['id']}", str(entry["id"]), [*told, *known])
    for alias in sorted({str(a["account"]) for a in records(entry.get("alias_details")) if a.get("account")}):
        account(graph, alias, name, "market")
    return name


def _ends(entry: Mapping[str, Any], graph: Graph, people: Mapping[str, str]) -> tuple[str, str]:
    """The nodes of both sides; whoever is not among the people gets a node of the name alone."""
    one, other = (
        people.get(str(entry[side])) or person(graph, f"market|{entry[side]}", str(entry[side]))
        for side in ("from", "to")
    )
    return one, other


def _desk(graph: Graph, person_node: str, key: str) -> str:
    """The account that somebody of the market writes by, where the result does not say which: one for the person."""
    return account(graph, f"of {key}", person_node, "market")


def _order(graph: Graph, number: int, order: Mapping[str, Any], people: Mapping[str, str]) -> str:
    parts: list[str] = []
    for level, hop in enumerate(records(order.get("hops"))):
        for n, step in enumerate(records(hop.get("steps"))):
            parts.append(_step(graph, f"{number}|{level}|{n}", step, people))
    told = (
        f"order {order.get('id')}: {order.get('category')}, path {_path(order)}, "
        f"{order.get('outcome')}, confidence {order.get('confidence')}"
    )
    open_ = [
        f"also possible: {' -> '.join(map(str, o['path']))} ({o.get('confidence')})"
        for o in records(order.get("others"))
    ]
    return graph.add(
        "uco-core:Grouping", f"order|{number}",
        uco_core__name=text(order.get("id")), uco_core__description=[text(t) for t in [told, *open_]], uco_core__context=["order"],
        uco_core__object=refs([people[p] for p in map(str, order["path"]) if p in people] + parts),
    )  # fmt: skip


def _path(order: Mapping[str, Any]) -> str:
    """From the customer to who answered; a step that nothing shows is marked."""
    bridged = {(str(h.get("from")), str(h.get("to"))) for h in records(order.get("hops")) if h.get("inferred")}
    names = [str(name) for name in order["path"]]
    arrows = [" -> (inferred) " if pair in bridged else " -> " for pair in pairwise(names)]
    return "".join(part for both in zip(names, [*arrows, ""], strict=True) for part in both)


def _step(graph: Graph, key: str, step: Mapping[str, Any], people: Mapping[str, str]) -> str:
    one, other = _ends(step, graph, people)
    sources = cited(records(step.get("evidence")))
    if step.get("amount") is not None:
        return payment(graph, key, step, [one, other], sources)
    desks = (_desk(graph, one, str(step["from"])), _desk(graph, other, str(step["to"])))
    return message(graph, key, step, *desks, sources)


def _sale(graph: Graph, n: int, sale: Mapping[str, Any], people: Mapping[str, str]) -> str:
    buyer, seller = _ends(sale, graph, people)
    file = listed_file(graph, str(sale.get("file") or ""), str(sale.get("digest") or ""))
    told = f"list of {sale.get('rows')} rows, {sale.get('persons')} persons, price {sale.get('price')} CNY"
    return graph.add(
        "uco-core:Event", f"sale|{n}",
        uco_core__eventType=["sale of a list"], uco_core__startTime=graph.time(sale.get("time")),
        uco_core__eventContext=refs([buyer, seller, file]),
        uco_core__description=[text(told), *cited(records(sale.get("evidence")))],
    )  # fmt: skip


def _flow(graph: Graph, n: int, flow: Mapping[str, Any], people: Mapping[str, str]) -> str:
    payer, payee = _ends(flow, graph, people)
    told = f"{flow['amount']} CNY in {flow['month']}, {flow.get('payments')} payments, {flow.get('matched')} laid to orders"
    return graph.add(
        "uco-core:Relationship", f"flow|{n}",
        uco_core__source={"@id": payer}, uco_core__target={"@id": payee}, uco_core__kindOfRelationship="paid",
        uco_core__isDirectional=True, uco_core__description=[text(told)],
    )  # fmt: skip

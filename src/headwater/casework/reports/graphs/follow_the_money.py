"""FollowTheMoney entities, one JSON object a line: for OpenAleph, OpenSanctions tools and whatever else reads FtM.

People are ``Person``, their accounts ``UserAccount`` or ``BankAccount``, money between two of them in a month ``Payment``, messages of
orders ``Message``, a step of an order ``UnknownLink``. Nobody gets a topic: a role in a market is for people to judge.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from headwater.casework.reports.graphs.graph import Graph, aliases, graph, told_sums
from headwater.casework.reports.market.people import Person, amount
from headwater.casework.reports.records import records
from headwater.casework.reports.visible import visible

_BANK = frozenset({"card"})
_ACCOUNT = frozenset({"account", "wxid", "wallet"})

Entity = dict[str, Any]


def export(result: Mapping[str, Any]) -> dict[str, bytes]:
    """One file of JSON lines; ids are digests of the case and the thing, so the same case gives the same ids."""
    found = graph(result)
    lines = (json.dumps(e, ensure_ascii=False, sort_keys=True) for e in _entities(found))
    return {"network.ftm.json": "".join(f"{line}\n" for line in lines).encode("utf-8")}


def _entities(found: Graph) -> Iterator[Entity]:
    for person in found.people:
        yield _person(found, person)
        yield from _accounts(found, person)
    for flow in records(found.network.get("flows")):
        yield _payment(found, flow)
    for order in records(found.network.get("orders")):
        yield from _steps(found, order)


def _id(found: Graph, *parts: object) -> str:
    return "hw-" + hashlib.sha1("\0".join((found.manifest, *map(str, parts))).encode("utf-8", "replace")).hexdigest()


def _entity(name: str, schema: str, /, **properties: object) -> Entity:
    """An entity with the properties that say something: each is a list of texts."""
    kept = {key: list(dict.fromkeys(_texts(value))) for key, value in properties.items()}
    return {"id": name, "schema": schema, "properties": {key: values for key, values in kept.items() if values}}


def _texts(value: object) -> list[str]:
    several = value if isinstance(value, list | tuple) else [value]
    return [visible(str(v)) for v in several if v not in (None, "")]


def _person(found: Graph, person: Person) -> Entity:
    named = {kind: [a.get("value") for a in aliases(person) if a.get("kind") == kind] for kind in ("name", "phone")}
    other = [a.get("value") for a in aliases(person) if a.get("kind") in ("nickname", "remark", "alias")]
    tier = "" if person.tier is None else f"tier {person.tier:.1f}; "
    summary = f"{person.role}; {tier}{'; '.join(told_sums(person))}"
    name = named["name"] or [person.label]
    return _entity(
        _id(found, "person", person.id), "Person", name=name, weakAlias=other, summary=summary,
        notes=[f"telephone {p}" for p in named["phone"]], position=person.role, address=person.known.get("place"),
    )  # fmt: skip


def _accounts(found: Graph, person: Person) -> Iterator[Entity]:
    owner = _id(found, "person", person.id)
    for alias in aliases(person):
        value, kind = str(alias.get("value") or ""), alias.get("kind")
        name = _id(found, kind, person.id, value)
        if kind in _ACCOUNT:
            yield _entity(
                name, "UserAccount", username=value, owner=owner, service="wallet" if kind == "wallet" else ""
            )
        elif kind in _BANK:
            yield _entity(name, "BankAccount", name=value, accountNumber=value, summary="masked")
            link = _id(found, "link", person.id, value)
            yield _entity(link, "UnknownLink", subject=owner, object=name, role="bank card")


def _payment(found: Graph, flow: Mapping[str, Any]) -> Entity:
    payer, payee, month = flow.get("from"), flow.get("to"), str(flow.get("month") or "")
    return _entity(
        _id(found, "flow", payer, payee, month), "Payment", payer=_id(found, "person", payer),
        beneficiary=_id(found, "person", payee), date=month, amount=f"{amount(flow.get('amount')):.2f}", currency="CNY",
        purpose=f"{flow.get('payments', '')} payments, {amount(flow.get('matched')):.2f} CNY laid to orders",
    )  # fmt: skip


def _steps(found: Graph, order: Mapping[str, Any]) -> Iterator[Entity]:
    for level, hop in enumerate(records(order.get("hops"))):
        ends = {"subject": _id(found, "person", hop.get("from")), "object": _id(found, "person", hop.get("to"))}
        asked = str(hop.get("asked") or "")
        yield _entity(
            _id(found, "hop", order.get("id"), level), "UnknownLink", **ends, recordId=order.get("id"), date=asked[:19],
            role=f"asks for {order.get('category')}", status=hop.get("outcome"),
            summary=f"price {_shown(hop.get('price'))}, paid {_shown(hop.get('paid'))} CNY; confidence {hop.get('confidence')}",
        )  # fmt: skip
        yield from _messages(found, order, level, records(hop.get("steps")))


def _messages(
    found: Graph, order: Mapping[str, Any], level: int, steps: Iterable[Mapping[str, Any]]
) -> Iterator[Entity]:
    for n, step in enumerate(steps):
        if not step.get("text"):
            continue
        yield _entity(
            _id(found, "message", order.get("id"), level, n), "Message", sender=_id(found, "person", step.get("from")),
            recipients=_id(found, "person", step.get("to")), date=str(step.get("time") or "")[:19],
            bodyText=step.get("text"), subject=f"{order.get('id')}: {step.get('act')}",
        )  # fmt: skip


def _shown(value: object) -> str:
    return f"{amount(value):.2f}" if isinstance(value, int | float) else "unknown"

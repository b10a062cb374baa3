"""A STIX 2.1 bundle: for OpenCTI, MISP and whatever else reads STIX.

People are identities, their accounts user-account observables, and relationships say who uses which account and who paid
whom. An order is a note on the people of its path; observed-data says from when to when the accounts of a person traded. Ids are
UUIDv5 of the case and the thing (of observables as the standard lays down), so the same case gives the same bundle.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from headwater.casework.reports.figures import parsed
from headwater.casework.reports.graphs.graph import Edge, Graph, aliases, graph, told_sums
from headwater.casework.reports.graphs.stix_things import NEVER, Maker, Thing, bundle, observable, stamp, stix_id
from headwater.casework.reports.market.people import Person, amount
from headwater.casework.reports.records import records
from headwater.casework.reports.visible import visible

HEADWATER = "\0headwater"
_ACCOUNT = frozenset({"account", "wxid", "wallet"})


def export(result: Mapping[str, Any]) -> dict[str, bytes]:
    """One bundle."""
    found = graph(result)
    author = stix_id(found.manifest, "identity", HEADWATER)
    spans = _spans(found)
    maker = Maker(found.manifest, min((first for first, _, _ in spans.values()), default=NEVER), author)
    objects = [headwater(maker), *market(found, maker)]
    return {"network.stix.json": bundle(maker.id("bundle", "all"), objects)}


def headwater(maker: Maker) -> Thing:
    """The program as the author of the other objects."""
    author = maker.thing("identity", HEADWATER, name="Headwater", identity_class="system")
    return {key: value for key, value in author.items() if key != "created_by_ref"}


def market(found: Graph, maker: Maker) -> Iterator[Thing]:
    """People, their accounts, what they paid each other and what they ordered."""
    spans = _spans(found)
    accounts: dict[str, Thing] = {}
    for person in found.people:
        yield _identity(maker, person)
        own = [
            _account(str(a.get("value") or "")) for a in aliases(person) if a.get("kind") in _ACCOUNT and a.get("value")
        ]
        accounts |= {a["id"]: a for a in own}
        refs = list(dict.fromkeys(a["id"] for a in own))
        for ref in refs:
            yield maker.relation(f"{person.id}|{ref}", "uses", _person(maker, person.id), ref)
        if refs and person.id in spans:
            first, last, number = spans[person.id]
            yield maker.thing(
                "observed-data",
                person.id,
                first_observed=first,
                last_observed=last,
                number_observed=number,
                object_refs=refs,
            )
    yield from (accounts[name] for name in sorted(accounts))
    yield from (_payment(maker, edge) for edge in found.edges)
    known = {p.id for p in found.people}
    yield from filter(None, (_order(maker, order, known) for order in records(found.network.get("orders"))))


def _person(maker: Maker, name: str) -> str:
    return maker.id("identity", f"person|{name}")


def _identity(maker: Maker, person: Person) -> Thing:
    known = person.known
    told = [f"aliases: {', '.join(str(a.get('value')) for a in aliases(person))}"]
    if person.tier is not None:
        told.append(f"tier {person.tier:.1f}")
    told += told_sums(person)
    sure = known.get("confidence")
    return maker.thing(
        "identity",
        f"person|{person.id}",
        name=visible(person.label),
        identity_class="individual",
        roles=[person.role],
        description=visible("; ".join(told)),
        confidence=round(sure * 100) if isinstance(sure, int | float) and 0 <= sure <= 1 else None,
    )


def _account(value: str) -> Thing:
    return observable("user-account", user_id=visible(value))


def _payment(maker: Maker, edge: Edge) -> Thing:
    values = edge.values
    told = f"{values['amount']:.2f} CNY, {values['matched']:.2f} of it laid to orders; {values['orders']} orders"
    months = f"; months: {' '.join(edge.months)}" if edge.months else ""
    return maker.relation(
        f"{edge.one}|{edge.other}", "paid" if values["amount"] else "ordered-from",
        _person(maker, edge.one), _person(maker, edge.other), description=visible(told + months),
    )  # fmt: skip


def _order(maker: Maker, order: Mapping[str, Any], known: set[str]) -> Thing | None:
    """A note on an order; ``None`` where nobody of its path is among the people."""
    path = [str(name) for name in order.get("path") or ()]
    refs = list(dict.fromkeys(_person(maker, name) for name in path if name in known))
    if not refs:
        return None
    subject = order.get("subject")
    masks = [str(subject.get(key) or "") for key in ("name", "phone", "number")] if isinstance(subject, Mapping) else []
    prices = [f"{amount(p):.2f}" if p is not None else "unknown" for p in order.get("price_at_each_hop") or ()]
    told = (
        f"{order.get('category')} of {' '.join(filter(None, masks)) or 'unknown'}: {' -> '.join(path)}; asked {order.get('asked')}, "
        f"answered {order.get('answered')}, {order.get('outcome')}; prices {', '.join(prices) or 'unknown'} CNY; "
        f"confidence {order.get('confidence')}"
    )
    name = visible(str(order.get("id") or told))
    return maker.thing("note", name, abstract=f"Order {name}", content=visible(told), object_refs=refs)


def _spans(found: Graph) -> dict[str, tuple[str, str, int]]:
    """From when to when each person traded, and in how many orders."""
    spans: dict[str, tuple[datetime, datetime, int]] = {}
    for order in records(found.network.get("orders")):
        for hop in records(order.get("hops")):
            when = parsed(hop.get("asked"))
            if when is None or when.tzinfo is None:
                continue
            for name in (str(hop.get("from")), str(hop.get("to"))):
                first, last, number = spans.get(name, (when, when, 0))
                spans[name] = (min(first, when), max(last, when), number + 1)
    return {name: (stamp(first), stamp(last), number) for name, (first, last, number) in spans.items()}

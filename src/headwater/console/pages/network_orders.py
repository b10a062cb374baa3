"""The orders of a market, and the way of one: from who asked to who answered, with its messages and payments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Path, Query

from headwater.casework.market_telling import subject
from headwater.casework.reports.figures import number, percent
from headwater.casework.reports.market.stories import Event, events
from headwater.casework.reports.records import records
from headwater.casework.reports.visible import visible
from headwater.casework.reports.words import Words
from headwater.casework.reports.words import words as report_words
from headwater.console.clocks import zone
from headwater.console.errors import GoneError
from headwater.console.here import CaseHere, InCase
from headwater.console.markets.chosen import Named, who
from headwater.console.markets.drawing import name_of
from headwater.console.markets.market import Market
from headwater.console.markets.opening import market_of
from headwater.console.markets.reasons import UNSEEN, Reason, cited, reasons
from headwater.console.markets.ways import Ways
from headwater.console.models import After, Badge, Cell, Column, Limit, Link, Shown, Sought, Table
from headwater.console.twin import Page, View

STORIES = 5
"""So many incidents of an account that looked somebody up are named."""
ToSource = Annotated[bool, Query(description="Only orders that lead to a look-up in the house's own systems.")]


class Orders(Shown):
    """Orders of the market, those that one chooses."""

    summary: str
    person: Link | None
    """Whose orders these are, where a person was chosen."""
    categories: list[Link]
    """Codes and names of the categories that there are."""
    outcomes: list[Link]
    to_source: int
    """How many orders lead to a look-up."""
    orders: Table
    zone: str
    """The time zone of the times shown: the case's."""


class Stop(Shown):
    """Somebody on an order's path, and what he was asked to pay by the one before."""

    who: Link
    role: str
    price: str
    inferred: bool = False
    """Whether nothing shows the step that leads here."""


class Step(Shown):
    """One message, payment or look-up of an order; texts are masked."""

    time: str
    one: Link | None
    other: Link | None
    act: str
    """What was done, in words."""
    kind: str
    amount: float | None
    text: str
    lines: list[str]
    leads: list[Link]
    """Of a look-up in the house's own systems: who did it, with which account (pseudonyms), and the incidents of that account."""


class Hop(Shown):
    """One step of the path: how sure it is and why."""

    ends: str
    sure: str
    inferred: bool
    reasons: list[Reason]


class Rival(Shown):
    """Another path that the evidence leaves open."""

    path: str
    confidence: float | None


class Order(Shown):
    """An order as a story: its path with prices, every message and payment with its lines, and what else is possible."""

    id: str
    category: str
    subject: str
    outcome: Badge
    asked: str
    answered: str
    confidence: float | None
    """That its steps are of one order."""
    least: float | None
    """How sure the least sure step is: the path as it is told is no surer."""
    path: list[Stop]
    steps: list[Step]
    money: Table
    hops: list[Hop]
    rivals: list[Rival]
    resale_of: Link | None
    same_batch: Link | None
    caution: str
    zone: str
    """The time zone of the times shown: the case's."""


def orders(
    here: CaseHere,
    person: Named = "",
    category: Annotated[str, Query(max_length=100)] = "",
    outcome: Annotated[str, Query(pattern="^(answered|failed|open)?$")] = "",
    to_source: ToSource = False,
    q: Sought = "",
    sort: Annotated[str, Query(max_length=20)] = "",
    after: After = None,
    limit: Limit = 50,
) -> Orders:
    """The orders of a market: of a person, a category, an outcome, or those that lead to a look-up in the house."""
    market, told = market_of(here.desk, here.served.workspace), report_words(here.lang)
    ways = Ways(here.root)
    one = who(market, person) if person.strip() else None
    chosen: dict[str, Any] = {"person": one.id if one else "", "category": category, "outcome": outcome}
    where = {name: value for name, value in chosen.items() if value}
    if to_source:
        where["id"] = list(market.to_source)
    found = here.desk.rows("orders", q, where, sort, after, limit, whole=True)
    return Orders(
        summary=here.say("network.orders_summary", n=number(market.orders), to_source=number(len(market.to_source))),
        person=Link(text=name_of(one, told), href=ways.person(one.id)) if one else None,
        categories=[
            Link(text=told.name("network.category", c), href=c) for c in here.desk.facets("orders", "category") if c
        ],
        outcomes=[
            Link(text=told.name("network.outcome", o), href=o) for o in here.desk.facets("orders", "outcome") if o
        ],
        to_source=len(market.to_source),
        orders=Table(
            name="orders",
            title=told("network.orders"),
            columns=_columns(told, here.say),
            rows=[_row(row, market, ways, told) for row in found.rows],
            next=found.next,
            total=found.total,
            more=found.more,
            short=list(found.short),
        ),
        zone=zone(here).key,
    )


def order(here: CaseHere, order: Annotated[str, Path(max_length=200)]) -> Order:
    """One order: who asked whom for whose data, what came back, what was paid, and the lines that it rests on."""
    found = here.desk.one("orders", order)
    if found is None:
        raise GoneError(here.say("network.no_such_order"))
    market, told = market_of(here.desk, here.served.workspace), report_words(here.lang)
    ways = Ways(here.root)
    resale, batch = str(found.get("resale_of") or ""), str(found.get("batch") or "")
    sure = found.get("confidence")
    return Order(
        id=str(found.get("id")),
        category=told.name("network.category", found.get("category") or "unknown"),
        subject=visible(subject(found)),
        outcome=_outcome(found, told),
        asked=str(found.get("asked") or ""),
        answered=str(found.get("answered") or ""),
        confidence=float(sure) if isinstance(sure, int | float) else None,
        least=least_sure(found),
        path=_path(found, market, ways, told),
        steps=[_step(event, market, ways, told, here) for event in events(found)],
        money=_money(found, market, ways, told, here),
        hops=[_hop(hop, market, told) for hop in records(found.get("hops"))],
        rivals=[
            Rival(
                path=" → ".join(_called(n, market, told) for n in r.get("path") or ()), confidence=r.get("confidence")
            )
            for r in records(found.get("others"))
        ],
        resale_of=Link(text=resale, href=ways.order(resale)) if resale else None,
        same_batch=Link(text=batch, href=ways.orders(q=batch)) if batch else None,
        caution=told("network.caution"),
        zone=zone(here).key,
    )


def _columns(told: Words, say: Words) -> list[Column]:
    return [
        Column(key="order", title=say("network.order")),
        Column(key="asked", title=told("network.when"), kind="when", sort="asked"),
        Column(key="category", title=told("network.category_h"), sort="category"),
        Column(key="subject", title=told("network.subject")),
        Column(key="path", title=told("network.path")),
        Column(key="price", title=say("network.price_cny"), kind="money"),
        Column(key="outcome", title=say("network.outcome"), kind="badge"),
        Column(key="confidence", title=told("network.confidence"), kind="percent", sort="confidence"),
        Column(key="least", title=say("network.least"), kind="percent"),
        Column(key="inferred", title=say("network.inferred_steps"), kind="number"),
    ]


def _row(row: Mapping[str, Any], market: Market, ways: Ways, told: Words) -> dict[str, Cell]:
    name = str(row.get("id"))
    prices = row.get("price_at_each_hop") or [None]
    return {
        "order": Link(text=name, href=ways.order(name)),
        "asked": str(row.get("asked") or row.get("answered") or ""),
        "category": told.name("network.category", row.get("category") or "unknown"),
        "subject": visible(subject(row)),
        "path": " → ".join(_short(n, market) for n in row.get("path") or ()),
        "price": prices[0],
        "outcome": _outcome(row, told),
        "confidence": row.get("confidence"),
        "least": least_sure(row),
        "inferred": sum(bool(hop.get("inferred")) for hop in records(row.get("hops"))),
    }


def least_sure(order: Mapping[str, Any]) -> float | None:
    """How sure the least sure step of a path is: that its steps are one order says nothing of who stood between two of them."""
    sure = [h["confidence"] for h in records(order.get("hops")) if isinstance(h.get("confidence"), int | float)]
    return float(min(sure)) if sure else None


def _outcome(row: Mapping[str, Any], told: Words) -> Badge:
    tones = {"answered": "plain", "failed": "soft", "open": "soft"}
    outcome = str(row.get("outcome") or "")
    return Badge.model_validate({"text": told.name("network.outcome", outcome), "tone": tones.get(outcome, "soft")})


def _path(order: Mapping[str, Any], market: Market, ways: Ways, told: Words) -> list[Stop]:
    hops = {(str(h.get("from")), str(h.get("to"))): h for h in records(order.get("hops"))}
    names = [str(name) for name in order.get("path") or ()]
    stops = []
    for place, name in enumerate(names):
        hop = hops.get((names[place - 1], name), UNSEEN) if place else {}
        person = market.people[market.number[name]] if name in market.number else None
        stops.append(
            Stop(
                who=Link(text=_called(name, market, told), href=ways.person(name)),
                role=told.name("network.role", person.role) if person else "",
                price=number(hop.get("price")),
                inferred=bool(hop.get("inferred")),
            )
        )
    return stops


def _step(event: Event, market: Market, ways: Ways, told: Words, here: InCase) -> Step:
    lookup = event.act == "lookup"
    act = (
        told("network.event.lookup", who=visible(event.one), account=visible(event.other), dataset=visible(event.text))
        if lookup
        else told.name("network.act", event.act)
    )
    return Step(
        time=event.time,
        one=None if lookup else Link(text=_called(event.one, market, told), href=ways.person(event.one)),
        other=None if lookup else Link(text=_called(event.other, market, told), href=ways.person(event.other)),
        act=act,
        kind=event.act,
        amount=event.amount,
        text="" if lookup else event.text,
        lines=cited(event.evidence),
        leads=_leads(event, here) if lookup else [],
    )


def _leads(event: Event, here: InCase) -> list[Link]:
    """From the market into the house: the person and account of a look-up, and what else is told of that account."""
    names = dict.fromkeys(name for name in (event.one, event.other) if name)
    links = [Link(text=name, href=f"{here.root}/staff/{quote(name, safe='')}") for name in names]
    found = here.desk.rows("incidents", where={"account": event.other}, limit=STORIES).rows
    return links + [
        Link(text=visible(str(row.get("title"))), href=f"{here.root}/incidents/{quote(str(row.get('rank')))}")
        for row in found
    ]


def _money(order: Mapping[str, Any], market: Market, ways: Ways, told: Words, here: InCase) -> Table:
    """What was asked for, paid and given back at each step."""
    say = here.say
    keys = ("price", "paid", "refunded")
    rows: list[dict[str, Cell]] = [
        {
            "buyer": Link(text=_called(str(hop.get("from")), market, told), href=ways.person(str(hop.get("from")))),
            "seller": Link(text=_called(str(hop.get("to")), market, told), href=ways.person(str(hop.get("to")))),
            **{key: hop.get(key) for key in keys},
            "basis": told("network.inferred") if hop.get("inferred") else say("network.seen"),
        }
        for hop in records(order.get("hops"))
    ]
    columns = [
        Column(key="buyer", title=told("network.buyer")),
        Column(key="seller", title=told("network.seller")),
        Column(key="price", title=say("network.price_cny"), kind="money"),
        Column(key="paid", title=say("network.paid_here"), kind="money"),
        Column(key="refunded", title=say("network.given_back"), kind="money"),
        Column(key="basis", title=say("network.basis")),
    ]
    return Table(name="money", title=say("network.money_by_step"), columns=columns, rows=rows, total=len(rows))


def _hop(hop: Mapping[str, Any], market: Market, told: Words) -> Hop:
    inferred = bool(hop.get("inferred"))
    ends = " → ".join(_called(str(hop.get(end)), market, told) for end in ("from", "to"))
    sure = told("network.hop_inferred" if inferred else "network.hop_sure", p=percent(hop.get("confidence")))
    return Hop(ends=ends, sure=sure, inferred=inferred, reasons=reasons(hop.get("statements")))


def _called(name: str, market: Market, told: Words) -> str:
    place = market.number.get(name)
    return name_of(market.people[place], told) if place is not None else visible(name)


def _short(name: str, market: Market) -> str:
    place = market.number.get(str(name))
    return visible(market.people[place].label) if place is not None else visible(str(name))


PAGE = Page(
    "network",
    views=(
        View("/cases/{case}/network/orders", orders, "network_orders.html.j2", "Orders of the market"),
        View("/cases/{case}/network/orders/{order}", order, "network_order.html.j2", "One order, step by step"),
    ),
)

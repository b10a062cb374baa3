"""The people of a market as a table: sought by any of their names, ordered, page by page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from headwater.casework.covered import cover_account
from headwater.casework.market_book import names
from headwater.casework.reports.market.people import UNKNOWN, Person, amount
from headwater.casework.reports.visible import visible
from headwater.casework.reports.words import Words
from headwater.console.markets.market import Market
from headwater.console.markets.ways import Ways
from headwater.console.models import Cell, Column, Link, Table
from headwater.model.errors import CaseError

Key = Callable[[Person], float]


def sought(several: Sequence[Person], q: str) -> list[Person]:
    """Those one of whose names has these letters; a telephone number is masked before it is compared."""
    wanted = {q.strip().casefold(), cover_account(q.strip()).casefold()}
    return [p for p in several if any(w in name.casefold() for w in wanted for name in (p.id, *names(p)))]


def people_table(
    market: Market,
    several: Sequence[Person],
    ways: Ways,
    told: Words,
    say: Words,
    sort: str,
    after: str | None,
    limit: int,
) -> Table:
    """So many of these people, in the order in which they came or as ``sort`` says.

    :raises CaseError: for an order or cursor that there is not
    """
    ranked = _ordered(market, several, sort)
    start = _start(after, len(ranked))
    shown = ranked[start : start + limit]
    rest = start + limit < len(ranked)
    return Table(
        name="people",
        title=told("network.people"),
        columns=_columns(told, say),
        rows=[_row(market, person, ways, told) for person in shown],
        next=str(start + limit) if rest else None,
        total=len(ranked),
    )


def _ordered(market: Market, several: Sequence[Person], sort: str) -> Sequence[Person]:
    if not sort:
        return several
    keys: dict[str, Key] = {
        "received": lambda p: amount(p.known.get("gains_high", p.known.get("gains"))),
        "paid": lambda p: amount(p.known.get("paid_high", p.known.get("paid"))),
        "tier": lambda p: -1.0 if p.tier is None else p.tier,
        "orders": lambda p: float(market.on_path[market.number[p.id]]),
        "confidence": lambda p: amount(p.known.get("confidence")),
    }
    key = keys.get(sort.removeprefix("-"))
    if key is None:
        raise CaseError("people cannot be ordered by this")
    return sorted(several, key=key, reverse=sort.startswith("-"))


def _start(after: str | None, length: int) -> int:
    if not after:
        return 0
    if not (after.isascii() and after.isdigit() and len(after) < 10 and int(after) <= length):
        raise CaseError("this is no cursor of this list")
    return int(after)


def _columns(told: Words, say: Words) -> list[Column]:
    return [
        Column(key="person", title=told("network.person")),
        Column(key="id", title="ID", kind="code"),
        Column(key="role", title=told("network.role_h")),
        Column(key="sure", title=told("network.role_sure"), kind="percent", sort="confidence"),
        Column(key="tier", title=told("network.tier"), kind="number", sort="tier"),
        Column(key="tier_span", title=say("network.tier_span")),
        Column(key="received_low", title=say("network.received_low"), kind="money"),
        Column(key="received", title=say("network.received_high"), kind="money", sort="received"),
        Column(key="paid_low", title=say("network.paid_low"), kind="money"),
        Column(key="paid", title=say("network.paid_high"), kind="money", sort="paid"),
        Column(key="orders", title=say("network.orders"), kind="number", sort="orders"),
        Column(key="rests_on", title=told("network.rests_on")),
    ]


def _row(market: Market, person: Person, ways: Ways, told: Words) -> dict[str, Cell]:
    known = person.known
    return {
        "person": Link(text=visible(person.label), href=ways.person(person.id)),
        "id": person.id,
        "role": role_name(person, told),
        "sure": known.get("confidence") if person.role != UNKNOWN else None,
        "tier": None if person.tier is None else round(person.tier, 1),
        "tier_span": tier_span(known),
        "received_low": known.get("gains_low"),
        "received": known.get("gains_high", known.get("gains")),
        "paid_low": known.get("paid_low"),
        "paid": known.get("paid_high", known.get("paid")),
        "orders": int(market.on_path[market.number[person.id]]),
        "rests_on": told(rests_on(person)),
    }


def tier_span(known: Mapping[str, Any]) -> str:
    """From where to where a tier may be, empty where that is not told."""
    low, high = known.get("tier_low"), known.get("tier_high")
    return f"{amount(low):.1f} – {amount(high):.1f}" if low is not None and high is not None else ""


def role_name(person: Person, told: Words) -> str:
    """A role with its grade and trade."""
    known = person.known
    finer = [told.name(f"network.{key}", known[key]) for key in ("grade", "trade") if known.get(key)]
    return " · ".join([told.name("network.role", person.role), *finer])


def rests_on(person: Person) -> str:
    """The key of the words for what a person's figures rest on."""
    known = person.known
    return f"network.by_{'bills' if known.get('bills') else 'device' if known.get('seized') else 'others'}"

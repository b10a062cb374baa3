"""A person of the market: who he is taken to be and why, his money, whom he dealt with; and what connects two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any

from fastapi import Path, Query

from headwater.casework.covered import cover_account
from headwater.casework.market_book import accounts_of
from headwater.casework.reports.market.people import UNKNOWN, Person
from headwater.casework.reports.records import records
from headwater.casework.reports.visible import visible
from headwater.casework.reports.words import Words
from headwater.casework.reports.words import words as report_words
from headwater.console.errors import GoneError
from headwater.console.here import CaseHere, InCase
from headwater.console.markets.chosen import who
from headwater.console.markets.dealings import (
    against,
    crossing,
    dealings,
    months_between,
    orders_between,
    steps_of,
)
from headwater.console.markets.drawing import name_of
from headwater.console.markets.lists import rests_on, role_name, tier_span
from headwater.console.markets.market import Market
from headwater.console.markets.opening import market_of, tally_of
from headwater.console.markets.pending import Waiting, heard, seen, waiting
from headwater.console.markets.pending import known as known_verdicts
from headwater.console.markets.reasons import UNSEEN, Reason, cited, reasons, sides
from headwater.console.markets.sums import by_month
from headwater.console.markets.ways import Ways
from headwater.console.models import After, Cell, Chart, Column, Limit, Link, Shown, Table
from headwater.console.twin import Page, View
from headwater.model.errors import CaseError
from headwater.store.casebook.permissions import Permission

Named = Annotated[str, Path(max_length=200, description="A person's id, account or other alias.")]
End = Annotated[str, Query(min_length=1, max_length=200, description="A person's id, account or other alias.")]
SUMS = ("gains", "paid", "refunded", "returned", "kept")
ORDERS = 50


class Alias(Shown):
    """A name or account of a person, and where it was seen."""

    value: str
    kind: str
    account: str
    lines: list[str]


class Own(Shown):
    """An account of a person, and the same with what else it is called."""

    account: str
    text: str


class AccountLink(Shown):
    """Why two accounts are held to be one person's, or not."""

    first: str
    second: str
    bits: float | None
    verdict: str
    """What a person said of it, where one did."""
    reasons: list[Reason]


class MarketPerson(Shown):
    """Somebody of the market with every reason for what is said of him."""

    id: str
    called: str
    role: str
    sure: float | None
    tier: str
    place: str
    rests_on: str
    traded: list[str]
    """What was sold and bought, by category."""
    grade: str
    """What the counts come to, low and high; empty where nothing is counted."""
    arithmetic: list[str]
    against: list[Reason]
    speaks_for: list[Reason]
    money: Table
    money_words: str
    by_month: Chart
    partners: Table
    aliases: list[Alias]
    links: list[AccountLink]
    accounts: list[Own]
    """Accounts that can be parted from this person."""
    waiting: Waiting
    """What people said of these accounts and this answer does not show yet."""
    seen: str
    """What this was made upon: send it along with a verdict, to be told when somebody was quicker or the answer is another."""
    may_judge: bool
    picture: str
    orders: Link
    caution: str


class Pair(Shown):
    """What connects two people, and what speaks against their being one."""

    one: Link
    other: Link
    same: bool
    """Whether both names are one person's."""
    against: list[str]
    months: Table
    orders: Table
    links: list[AccountLink]
    waiting: Waiting
    """What people said of the two and this answer does not show yet."""
    seen: str
    may_judge: bool
    names: list[str]
    """The ends as a merge wants them: ids, or accounts where such were named."""
    accounts: list[list[Own]]
    """The accounts of both sides that a merge would be on."""


def person(here: CaseHere, person: Named, after: After = None, limit: Limit = 50) -> MarketPerson:
    """Why somebody has this role, tier, these accounts and these figures; whom he dealt with."""
    market, told = market_of(here.desk, here.served.workspace), report_words(here.lang)
    light = who(market, person)
    known = here.desk.one("people", light.id)
    if known is None:
        raise GoneError(here.say("network.nobody"))
    whole, ways = replace(light, known=known), Ways(here.root)
    place, said = market.number[light.id], heard(here)
    tally = tally_of(here.desk, light.id)
    less, more = sides(whole, tally, steps_of(market, place), told)
    return MarketPerson(
        id=light.id,
        called=visible(light.label),
        role=_roles(light, told),
        sure=_float(known.get("confidence")) if light.role != UNKNOWN else None,
        tier=_tier(known, here.say),
        place=visible(str(known.get("place") or "")),
        rests_on=told(rests_on(light)) + (f" ({visible(str(known['holder']))})" if known.get("holder") else ""),
        traded=_traded(known, told),
        grade=_grade(tally, told),
        arithmetic=[visible(str(line)) for line in (tally or {}).get("arithmetic") or ()],
        against=less,
        speaks_for=more,
        money=_money(known, told, here.say),
        money_words=" ".join(
            here.say(f"network.{key}")
            for key in ("low_high", "kept_how", *(() if known.get("bills") else ("without_bills",)))
        ),
        by_month=by_month(market, [light], lambda m: Ways(here.root, m, m).picture(person=light.id), told, here.say),
        partners=_partners(market, place, ways, told, here.say, after, limit),
        aliases=_aliases(known, told),
        links=[_link(link, told) for link in records(known.get("links"))],
        accounts=_own(market, accounts_of(whole)),
        waiting=waiting(here, market, known_verdicts(here, market, said), [light]),
        seen=seen(here, said),
        may_judge=here.user.may(Permission.judge) and said is not None,
        picture=ways.picture(person=light.id),
        orders=Link(text=str(int(market.on_path[place])), href=ways.orders(person=light.id)),
        caution=told("network.caution"),
    )


def pair(here: CaseHere, one: End, other: End) -> Pair:
    """What connects two people: money, orders, links between their accounts; and what speaks against their being one."""
    market, told = market_of(here.desk, here.served.workspace), report_words(here.lang)
    first, second = who(market, one), who(market, other)
    a, b = market.number[first.id], market.number[second.id]
    whole = [here.desk.one("people", p.id) or {} for p in (first, second)]
    ways, said = Ways(here.root), heard(here)
    names = [_end(market, name, p) for name, p in ((one, first), (other, second))]
    links = [_link(link, told) for link in (crossing(*whole) if a != b else records(whole[0].get("links")))]
    return Pair(
        one=Link(text=name_of(first, told), href=ways.person(first.id)),
        other=Link(text=name_of(second, told), href=ways.person(second.id)),
        same=a == b,
        against=against(market, a, b, told) if a != b else [],
        months=_months(market, a, b, told, here.say),
        orders=_orders(here, market, a, b, ways, told),
        links=links,
        waiting=waiting(here, market, known_verdicts(here, market, said), [first, second]),
        seen=seen(here, said),
        may_judge=here.user.may(Permission.judge) and said is not None,
        names=names,
        accounts=[
            _own(market, [name] if name != p.id else accounts_of(p))
            for name, p in zip(names, (first, second), strict=True)
        ],
    )


def _own(market: Market, accounts: Sequence[str]) -> list[Own]:
    return [Own(account=account, text=market.written(account)) for account in accounts]


def _end(market: Market, name: str, found: Person) -> str:
    """The account, where that was named; else the person's id."""
    told = cover_account(name.strip())
    try:
        return told if market.book.accounts(found.id) and told in market.owners else found.id
    except CaseError:
        return found.id


def _roles(person: Person, told: Words) -> str:
    """The foremost role as the picture has it, with grade and trade; then what else the facts bear out."""
    more = [r for r in person.known.get("roles") or () if r and r != person.role]
    return ", ".join([role_name(person, told), *(told.name("network.role", r) for r in more)])


def _tier(known: Mapping[str, Any], say: Words) -> str:
    tier, span = _float(known.get("tier")), tier_span(known)
    if tier is None:
        return say("network.no_tier_told")
    return say("network.tier_told", tier=f"{tier:.1f}", span=span) if span else f"{tier:.1f}"


def _traded(known: Mapping[str, Any], told: Words) -> list[str]:
    found = []
    items = known.get("items")
    for side in ("sold", "bought"):
        counts = items.get(side) if isinstance(items, Mapping) else None
        parts = [f"{told.name('network.category', c)} {n:,}" for c, n in (counts or {}).items()]
        if known.get(f"rows_{side}"):
            parts.append(told("network.rows_n", n=f"{known[f'rows_{side}']:,}"))
        if parts:
            found.append(f"{told(f'network.{side}')}: {', '.join(parts)}")
    return found


def _grade(tally: Mapping[str, Any] | None, told: Words) -> str:
    if not tally:
        return ""
    low, high = ((tally.get(side) or {}).get("grade") for side in ("low", "high"))
    names = dict.fromkeys(told.name("grade", grade) for grade in (low, high) if grade)
    return " – ".join(names)


def _money(known: Mapping[str, Any], told: Words, say: Words) -> Table:
    words = {"gains": "gains", "paid": "paid", "refunded": "refunded", "returned": "returned", "kept": "stays"}
    rows: list[dict[str, Cell]] = [
        {
            "what": told(f"network.{words[key]}"),
            "low": known.get(f"{key}_low"),
            "high": known.get(f"{key}_high", known.get(key)),
        }
        for key in SUMS
    ]
    columns = [
        Column(key="what", title=say("network.sum")),
        Column(key="low", title=say("network.low"), kind="money"),
        Column(key="high", title=say("network.high"), kind="money"),
    ]
    return Table(name="sums", title=say("network.money_of"), columns=columns, rows=rows)


def _partners(market: Market, place: int, ways: Ways, told: Words, say: Words, after: str | None, limit: int) -> Table:
    every = dealings(market, place)
    start = int(after) if after and after.isascii() and after.isdigit() and len(after) < 10 else 0
    own = market.people[place].id
    rows: list[dict[str, Cell]] = []
    for deal in every[start : start + limit]:
        other = market.people[deal.partner]
        rows.append(
            {
                "person": Link(text=name_of(other, told), href=ways.person(other.id)),
                "role": told.name("network.role", other.role),
                "received": deal.received,
                "paid": deal.paid,
                "asked": deal.asked,
                "was_asked": deal.was_asked,
                "inferred": deal.inferred,
                "pair": Link(text=say("network.what_connects"), href=ways.pair(own, other.id)),
            }
        )
    columns = [
        Column(key="person", title=told("network.person")),
        Column(key="role", title=told("network.role_h")),
        Column(key="received", title=say("network.received_from"), kind="money"),
        Column(key="paid", title=say("network.paid_to"), kind="money"),
        Column(key="asked", title=say("network.asked_of"), kind="number"),
        Column(key="was_asked", title=say("network.asked_by"), kind="number"),
        Column(key="inferred", title=say("network.bridged"), kind="number"),
        Column(key="pair", title=say("network.connection")),
    ]
    rest = start + limit < len(every)
    return Table(
        name="partners", title=say("network.partners"), columns=columns, rows=rows,
        next=str(start + limit) if rest else None, total=len(every),
    )  # fmt: skip


def _aliases(known: Mapping[str, Any], told: Words) -> list[Alias]:
    return [
        Alias(
            value=visible(str(alias.get("value") or "")),
            kind=told.name("network.alias", alias.get("kind")),
            account=visible(str(alias.get("account") or "")),
            lines=cited(records(alias.get("evidence"))),
        )
        for alias in records(known.get("alias_details"))
    ]


def _link(link: Mapping[str, Any], told: Words) -> AccountLink:
    return AccountLink(
        first=visible(str(link.get("first") or "")),
        second=visible(str(link.get("second") or "")),
        bits=_float(link.get("bits")),
        verdict=told.name("network.verdict", link["verdict"]) if link.get("verdict") else "",
        reasons=reasons(link.get("statements")),
    )


def _months(market: Market, one: int, other: int, told: Words, say: Words) -> Table:
    there, back = (f"{market.people[a].id} → {market.people[b].id}" for a, b in ((one, other), (other, one)))
    rows: list[dict[str, Cell]] = [
        {"month": m.month, "there": m.there, "back": m.back, "payments": m.payments}
        for m in (months_between(market, one, other) if one != other else ())
    ]
    columns = [
        Column(key="month", title=told("network.month")),
        Column(key="there", title=f"{there} ({say('network.amount')})", kind="money"),
        Column(key="back", title=f"{back} ({say('network.amount')})", kind="money"),
        Column(key="payments", title=say("network.payments"), kind="number"),
    ]
    return Table(name="months", title=say("network.by_month"), columns=columns, rows=rows, total=len(rows))


def _orders(here: InCase, market: Market, one: int, other: int, ways: Ways, told: Words) -> Table:
    found, count = orders_between(here.desk, market, one, other, ORDERS) if one != other else ([], 0)
    pair = {market.people[one].id, market.people[other].id}
    columns = [
        Column(key="order", title=here.say("network.order")),
        Column(key="asked", title=told("network.when"), kind="when"),
        Column(key="category", title=told("network.category_h")),
        Column(key="sure", title=here.say("network.step_sure"), kind="percent"),
        Column(key="basis", title=here.say("network.basis")),
    ]
    rows = [_step_between(here, row, pair, ways, told) for row in found]
    title = here.say("network.orders_between")
    return Table(name="orders", title=title, columns=columns, rows=rows, total=count)


def _step_between(here: InCase, row: Mapping[str, Any], pair: set[str], ways: Ways, told: Words) -> dict[str, Cell]:
    """An order in which two stand side by side, with how sure the step between them is."""
    name = str(row.get("id"))
    hops = records((here.desk.one("orders", name) or row).get("hops"))
    step = next((h for h in hops if {str(h.get("from")), str(h.get("to"))} == pair), UNSEEN)
    return {
        "order": Link(text=name, href=ways.order(name)),
        "asked": str(row.get("asked") or row.get("answered") or ""),
        "category": told.name("network.category", row.get("category") or "unknown"),
        "sure": _float(step.get("confidence")),
        "basis": told("network.inferred") if step.get("inferred") else here.say("network.seen"),
    }


def _float(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


PAGE = Page(
    "network",
    views=(
        View("/cases/{case}/network/people/{person}", person, "network_person.html.j2", "A person of the market"),
        View("/cases/{case}/network/pair", pair, "network_pair.html.j2", "What connects two people"),
    ),
)

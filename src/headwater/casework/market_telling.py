"""The market in plain lines: tables of people and orders, an order's path, and why somebody is held to be what he is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rich.cells import cell_len

from headwater.casework.market_book import Book
from headwater.casework.reports.figures import number, percent
from headwater.casework.reports.market.people import Person, amount
from headwater.casework.reports.market.stories import events
from headwater.casework.reports.records import records
from headwater.casework.reports.visible import visible
from headwater.casework.reports.words import Words

WIDEST = 40


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Columns as wide as their cells."""
    every = [[*header], *([visible(cell) for cell in row] for row in rows)]
    widths = [max(cell_len(row[n]) for row in every) for n in range(len(header))]
    for row in every:
        yield "  ".join(cell + " " * (w - cell_len(cell)) for cell, w in zip(row, widths, strict=True)).rstrip()


def people_lines(book: Book, several: Sequence[Person], say: Words) -> Iterator[str]:
    """A table of people."""
    keys = ("network.person", "network.role_h", "network.tier", "network.gains", "network.paid", "network.confidence")
    yield from table(
        ["ID", *map(say, keys)],
        (
            (
                p.id, _short(p.label), say(f"network.role.{p.role}"), "–" if p.tier is None else f"{p.tier:.1f}",
                both(p.known, "gains"), both(p.known, "paid"), percent(p.known.get("confidence")),
            )
            for p in several
        ),
    )  # fmt: skip


def order_lines(book: Book, several: Sequence[Mapping[str, Any]], say: Words) -> Iterator[str]:
    """A table of orders."""
    keys = (
        "network.when",
        "network.category_h",
        "network.subject",
        "network.path",
        "network.price",
        "network.confidence",
    )
    yield from table(
        ["ID", *map(say, keys)],
        (
            (
                str(o.get("id")), str(o.get("asked") or "")[:16].replace("T", " "),
                say.name("network.category", o.get("category") or "unknown"), subject(o), " > ".join(map(str, o.get("path") or ())),
                _first_price(o), percent(o.get("confidence")),
            )
            for o in several
        ),
    )  # fmt: skip


def path_lines(book: Book, order: Mapping[str, Any], say: Words) -> Iterator[str]:
    """An order as a story: its path with prices, each step with its lines, and what else the evidence leaves open."""
    known = {p.id: p for p in book.people}
    category, outcome = (
        say.name("network.category", order.get("category") or "unknown"),
        say.name("network.outcome", order.get("outcome")),
    )
    yield f"{order.get('id')}: {category}, {visible(subject(order))}, {outcome}, {percent(order.get('confidence'))}"
    for event in events(order):
        when = event.time[:16].replace("T", " ") or "–"
        if event.act == "lookup":
            told = say(
                "network.event.lookup",
                who=visible(event.one),
                account=visible(event.other),
                dataset=visible(event.text),
            )
        else:
            money = "" if event.amount is None else f" {number(event.amount)}"
            words = f" “{visible(event.text)}”" if event.text else ""
            told = f"{_who(event.one, known)} → {_who(event.other, known)}: {say.name('network.act', event.act)}{money}{words}"
        yield f"  {when}  {told}{_places(event.evidence)}"
    for hop in records(order.get("hops")):
        sure = "network.hop_inferred" if hop.get("inferred") else "network.hop_sure"
        ends = f"{_who(hop.get('from'), known)} → {_who(hop.get('to'), known)}"
        yield f"  {ends}: {say(sure, p=percent(hop.get('confidence')))}"
        yield from _statements(hop.get("statements"), "    ")
    others = records(order.get("others"))
    if others:
        yield f"  {say('network.other_paths')}"
    for other in others:
        yield f"    {' > '.join(map(str, other.get('path') or ()))} ({percent(other.get('confidence'))})"


def why_lines(book: Book, person: Person, say: Words) -> Iterator[str]:
    """Why a person has this role, these accounts, this tier and these figures."""
    known = person.known
    roles = [say.name("network.role", r or "unknown") for r in known.get("roles") or [person.role]]
    finer = [say.name(f"network.{key}", known[key]) for key in ("grade", "trade") if known.get(key)]
    yield f"{person.id} {visible(person.label)}: {', '.join([*roles, *finer])} ({percent(known.get('confidence'))})"
    yield from _statements(known.get("facts"), "  ")
    span = [known.get(key) for key in ("tier_low", "tier", "tier_high")]
    tier = " / ".join(f"{t:.1f}" if isinstance(t, int | float) else "–" for t in span)
    yield f"{say('network.tier')}: {tier if person.tier is not None else say('page.unknown')}"
    yield f"{say('network.aliases')}:"
    for alias in records(known.get("alias_details")):
        kind = say.name("network.alias", alias.get("kind"))
        account = (
            f", {visible(str(alias['account']))}" if alias.get("account") not in ("", None, alias.get("value")) else ""
        )
        yield f"  {visible(str(alias.get('value')))} ({kind}{account}){_places(records(alias.get('evidence')))}"
    links = records(known.get("links"))
    if links:
        yield f"{say('network.links')}:"
    for link in links:
        yield from link_lines(link, say)
    yield from _money_lines(book, person, say)
    for told in records(book.network.get("tally")):
        if told.get("suspect") == person.id:
            yield f"{say('tally.heading')}: {say('tally.caution')}"
            yield from (f"  {visible(str(line))}" for line in told.get("arithmetic") or ())


def link_lines(link: Mapping[str, Any], say: Words) -> Iterator[str]:
    """Why two accounts are held to be one person's, or not."""
    verdict = f" · {say.name('network.verdict', link['verdict'])}" if link.get("verdict") else ""
    yield f"  {visible(str(link.get('first')))} ↔ {visible(str(link.get('second')))}{verdict}"
    yield from _statements(link.get("statements"), "    ")


def between_lines(book: Book, one: Person, other: Person, say: Words) -> Iterator[str]:
    """What connects two people: money by month, orders, and what speaks for or against their being one."""
    yield f"{one.id} {visible(one.label)} – {other.id} {visible(other.label)}"
    pair = {one.id, other.id}
    flows = [f for f in records(book.network.get("flows")) if {f.get("from"), f.get("to")} == pair]
    for f in flows:
        yield f"  {f.get('month')}  {f.get('from')} → {f.get('to')}: {number(f.get('matched'))} / {number(f.get('amount'))} CNY"
    hops = [(o, h) for o in book.orders for h in records(o.get("hops")) if {h.get("from"), h.get("to")} == pair]
    for o, h in hops:
        asked = str(h.get("asked") or "")[:16].replace("T", " ") or "–"
        category = say.name("network.category", o.get("category") or "unknown")
        yield f"  {asked}  {o.get('id')} {category}: {h.get('from')} → {h.get('to')} ({percent(h.get('confidence'))})"
    own = {a.get("account") for p in (one, other) for a in records(p.known.get("alias_details"))}
    links = [
        li for p in (one, other) for li in records(p.known.get("links")) if {li.get("first"), li.get("second")} <= own
    ]
    crossing = [li for li in links if len({_owner(li.get(end), one, other) for end in ("first", "second")}) > 1]
    for link in crossing:
        yield from link_lines(link, say)
    if not (flows or hops or crossing):
        yield f"  {say('network.nothing_between')}"


def against_lines(book: Book, one: Person, other: Person, say: Words) -> Iterator[str]:
    """What speaks against two being one person: each has a device, or they were seen to deal with each other."""
    found_with = [str(p.known.get("holder") or "") for p in (one, other)]
    if all(found_with) and found_with[0] != found_with[1]:
        yield say("network.two_devices", one=visible(found_with[0]), other=visible(found_with[1]))
    pair = {one.id, other.id}
    seen = ([h for h in records(o.get("hops")) if not h.get("inferred")] for o in book.orders)
    dealt = sum(any({h.get("from"), h.get("to")} == pair for h in hops) for hops in seen)
    if dealt:
        yield say("network.dealt", n=dealt)


def both(known: Mapping[str, Any], name: str) -> str:
    """A figure, low and high."""
    low, high = known.get(f"{name}_low", known.get(name)), known.get(f"{name}_high")
    return number(low) if high is None or low == high else f"{number(low)} / {number(high)}"


def subject(order: Mapping[str, Any]) -> str:
    """Whose data was asked for, in masks."""
    found = order.get("subject")
    masks = [str(found.get(key) or "") for key in ("name", "phone", "number")] if isinstance(found, Mapping) else []
    return " ".join(filter(None, masks)) or "?"


def _owner(account: object, one: Person, other: Person) -> str:
    mine = {a.get("account") for a in records(one.known.get("alias_details"))}
    return one.id if account in mine else other.id


def _money_lines(book: Book, person: Person, say: Words) -> Iterator[str]:
    """Each figure; and whom money came from and went to, refunds among it."""
    yield f"{say('network.low_high')}:"
    for key, name in (
        ("gains", "gains"),
        ("paid", "paid"),
        ("refunded", "refunded"),
        ("returned", "returned"),
        ("kept", "stays"),
    ):
        yield f"  {say(f'network.{name}')}: {both(person.known, key)} CNY"
    for title, ends in (("came_from", ("to", "from")), ("went_to", ("from", "to"))):
        flows = list(_flow_lines(book, person, *ends))
        if flows:
            yield from (f"{say(f'network.{title}')}:", *flows)


def _flow_lines(book: Book, person: Person, own: str, other: str) -> Iterator[str]:
    known = {p.id: p for p in book.people}
    sums: dict[str, list[float]] = {}
    for flow in records(book.network.get("flows")):
        if flow.get(own) == person.id:
            found = sums.setdefault(str(flow.get(other)), [0.0, 0.0, 0.0])
            for at, key in enumerate(("matched", "amount", "payments")):
                found[at] += amount(flow.get(key))
    for name, (matched, whole, payments) in sorted(sums.items(), key=lambda pair: (-pair[1][1], pair[0])):
        yield f"  {_who(name, known)}: {number(round(matched, 2))} / {number(round(whole, 2))} CNY (n = {number(payments)})"


def _statements(value: Any, indent: str) -> Iterator[str]:
    for entry in records(value):
        bits = entry.get("bits")
        weight = f" ({bits:+.1f})" if isinstance(bits, int | float) else ""
        yield f"{indent}{visible(str(entry.get('text') or ''))}{weight}{_places(records(entry.get('evidence')))}"


def _places(evidence: Iterable[Mapping[str, Any]]) -> str:
    told = [f"{visible(str(e.get('source')))}:{e.get('line')}" for e in evidence]
    more = f", +{len(told) - 3}" if len(told) > 3 else ""
    return f"  [{', '.join(told[:3])}{more}]" if told else ""


def _who(name: object, known: Mapping[str, Person]) -> str:
    person = known.get(str(name))
    return f"{visible(person.label)} ({person.id})" if person else str(name)


def _first_price(order: Mapping[str, Any]) -> str:
    prices = order.get("price_at_each_hop") or ()
    return " > ".join("?" if p is None else number(p) for p in prices)


def _short(text: str) -> str:
    """A name that is longer than a few words is cut, and the cut is shown."""
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 1]}…"

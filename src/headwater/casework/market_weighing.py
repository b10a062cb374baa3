"""The law's view of the market: what each person sold, obtained and took in, graded low and high."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from headwater.casework.exact_money import exact_money
from headwater.law.counts import Counts, Range, count_rows, unverified
from headwater.law.entry import entry
from headwater.law.facts import Facts, Known
from headwater.law.rule_set import RuleSet
from headwater.law.rules import for_jurisdiction
from headwater.law.weighing import weigh_facts
from headwater.model.network import Market, Member
from headwater.model.words import Lang

COUNTED_AS = {
    "owner": ("contact", "contact"),
    "location": ("location_coarse", "location_precise"),
    "track": ("track", "track"),
    "call_record": ("call_record", "call_record"),
    "credit": ("credit", "credit"),
    "balance": ("balance", "balance"),
    "transaction": ("transaction", "transaction"),
    "property": ("real_estate", "real_estate"),
    "hotel": ("lodging", "lodging"),
    "vehicle": ("vehicle", "vehicle"),
    "address": ("address", "address"),
    "travel": ("other", "track"),
    "marriage": ("marital", "marital"),
    "health": ("health", "health"),
    "express": ("waybill", "waybill"),
    "contact": ("contact", "contact"),
}
"""What a rule set calls an item of the trade in the low and in the high count; one that is not named here is ``other``.

A place that was told once, and a journey, may or may not show where somebody moves: the low count takes them for less.
"""

SURE = 0.9
"""A step that is less sure counts high only."""

COUNTED: Mapping[str, Known] = MappingProxyType({"no_deduplication": Known.NO, "gross_gains": Known.YES})
SOLD: Mapping[str, Known] = MappingProxyType({**COUNTED, "sold": Known.DISPUTED})
"""Chats speak for selling; that it was so is for people to say. The low count has every item once; gains are income."""

KEPT = (
    *("suspect", "insider", "items", "persons", "given", "since", "gains", "grade", "low", "high"),
    *("groups_open", "groups_unconfirmed"),
    *("articles", "verified", "arithmetic", "notes", "changes"),
)
"""What is told of each person; rule set, counting, open questions and what may be said against a grade stand in ``tally``."""


def market_tallies(jurisdiction: str, market: Market, lang: Lang) -> list[dict[str, Any]]:
    """One entry for each person with items or gains, by id; none where the jurisdiction has no rule set.

    Nobody is measured by the insider's half: that a source is one is for people to say.
    """
    rules = for_jurisdiction(jurisdiction)
    if rules is None:
        return []
    sure, asked, first = sure_items(market), people_asked(market), began(market)
    told = []
    for member in (m for m in market.people if _has_some(m)):
        facts = _facts(member, rules, sure.get(member.id, {}), first.get(member.id))
        whole = entry(weigh_facts(facts, rules, brief=True), member.id, lang, _persons(member, asked.get(member.id)))
        told.append(exact_money({key: whole[key] for key in KEPT if key in whole}))
    return told


def _facts(member: Member, rules: RuleSet, sure: Mapping[str, int], since: date | None) -> Facts:
    kinds = [{name} for sort in _items(member) for name in COUNTED_AS.get(sort, ("other", "other"))]
    return Facts(
        counts(member, rules, sure),
        known=SOLD if _sold(member) else COUNTED,
        unsure=tuple(sorted(s for s in _items(member) if len(set(COUNTED_AS.get(s, ("other",)))) > 1)),
        unverified=unverified(kinds, rules),
        since=since,
    )


def counts(member: Member, rules: RuleSet, sure: Mapping[str, int]) -> Counts:
    """Items and gains of one person.

    Low: items of steps that are ``sure``, each in the lightest group; money laid to orders and sales, less what was given back. High:
    all items, each in the gravest group, rows of lists too (nobody has looked for duplicates in them); all money from people of the
    market, less what was given back.
    """
    rows: dict[frozenset[str], Range] = {}
    for sort, number in _items(member).items():
        low, high = COUNTED_AS.get(sort, ("other", "other"))
        _add(rows, low, Range(min(number, sure.get(sort, 0)), 0))
        _add(rows, high, Range(0, number))
    _add(rows, "contact", Range(0, member.rows_sold + member.rows_bought))
    return count_rows(rows, rules, *gains(member))


def gains(member: Member) -> tuple[float, float]:
    """What was taken in and not given back, low and high; what was passed up is not taken off."""
    low, high = (max(0.0, round(side.received - side.refunded, 2)) for side in (member.low, member.high))
    return min(low, high), high


def sellers(market: Market) -> frozenset[str]:
    """Holders of seized things one of whose people sold something by what was found."""
    return frozenset(m.holder for m in market.people if m.holder and _sold(m))


def gains_by_holder(market: Market) -> dict[str, tuple[float, float]]:
    """The gains of those whose devices were found with a holder of seized things; nothing where a holder is two people."""
    found: dict[str, list[Member]] = {}
    for member in market.people:
        if member.holder:
            found.setdefault(member.holder, []).append(member)
    return {holder: gains(several[0]) for holder, several in found.items() if len(several) == 1}


def sure_items(market: Market) -> dict[str, Counter[str]]:
    """By person and category the items of answered steps that somebody's message shows and that are sure: sold, or obtained and kept."""
    sold: set[tuple[str, str, str, str]] = set()
    kept: set[tuple[str, str, str]] = set()
    for order in market.orders:
        sort = order.category or "other"
        for hop in order.hops:
            if hop.outcome == "answered" and not hop.inferred and hop.confidence >= SURE:
                sold.add((hop.seller, order.token, sort, hop.buyer))
                kept.add((hop.buyer, order.token, sort))
    kept -= {(seller, token, sort) for seller, token, sort, _buyer in sold}
    found: dict[str, Counter[str]] = {}
    for who, _token, sort, *_buyer in sorted([*sold, *kept]):
        found.setdefault(who, Counter())[sort] += 1
    return found


def people_asked(market: Market) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """By person the distinct people whose data was answered to or by him: those of sure steps, and all."""
    sure: dict[str, set[str]] = {}
    every: dict[str, set[str]] = {}
    for order in market.orders:
        subject = order.token or order.id
        for hop in (h for h in order.hops if h.outcome == "answered"):
            for who in (hop.seller, hop.buyer):
                every.setdefault(who, set()).add(subject)
                if not hop.inferred and hop.confidence >= SURE:
                    sure.setdefault(who, set()).add(subject)
    return {who: (frozenset(sure.get(who, ())), frozenset(known)) for who, known in every.items()}


def began(market: Market) -> dict[str, date]:
    """By person the day of the first answer or sale that he gave or got (in UTC)."""
    times: dict[str, list[datetime]] = {}
    for hop in (h for order in market.orders for h in order.hops if h.outcome == "answered"):
        for who in (hop.seller, hop.buyer):
            times.setdefault(who, []).extend(t for t in (hop.asked, hop.answered) if t is not None)
    for sale in market.sales:
        for who in (sale.seller, sale.buyer):
            times.setdefault(who, []).append(sale.time)
    return {who: min(known).date() for who, known in times.items() if known}


def _persons(member: Member, asked: tuple[frozenset[str], frozenset[str]] | None) -> Range:
    """Distinct people asked about; of lists every row may be another."""
    sure, every = asked or (frozenset(), frozenset())
    return Range(len(sure), len(every) + member.rows_sold + member.rows_bought)


def _sold(member: Member) -> bool:
    return bool(member.sold or member.rows_sold)


def _has_some(member: Member) -> bool:
    return bool(_items(member) or member.rows_sold or member.rows_bought or member.high.received)


def _items(member: Member) -> Mapping[str, int]:
    """Items by category: what was sold, and what was obtained and not sold (obtained and then sold counts once)."""
    sorts = sorted({*member.sold, *member.bought})
    return {sort: member.sold.get(sort, 0) + member.bought.get(sort, 0) for sort in sorts}


def _add(rows: dict[frozenset[str], Range], category: str, more: Range) -> None:
    known = rows.get(frozenset({category}), Range())
    rows[frozenset({category})] = Range(known.low + more.low, known.high + more.high)

"""The law's view of the market: what each person sold, obtained and took in, graded low and high."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from headwater.law.counts import Counts, Range, count_rows
from headwater.law.entry import entry
from headwater.law.rule_set import RuleSet
from headwater.law.rules import for_jurisdiction
from headwater.law.tally import tally
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

KEPT = ("suspect", "insider", "items", "gains", "grade", "low", "high", "articles", "arithmetic")
"""What is told of each person; the rule set, its rules of counting and what would change a grade stand in ``tally``."""


def market_tallies(jurisdiction: str, market: Market, lang: Lang) -> list[dict[str, Any]]:
    """One entry for each person with items or gains, by id; none where the jurisdiction has no rule set.

    Nobody is measured by the insider's half: that a source is one is for people to say.
    """
    rules = for_jurisdiction(jurisdiction)
    if rules is None:
        return []
    sure = sure_items(market)
    graded = ((m, tally(counts(m, rules, sure.get(m.id, {})), False, rules)) for m in market.people if _has_some(m))
    whole = (entry(found, member.id, lang) for member, found in graded)
    return [{key: told[key] for key in KEPT} for told in whole]


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


def _has_some(member: Member) -> bool:
    return bool(_items(member) or member.rows_sold or member.rows_bought or member.high.received)


def _items(member: Member) -> Mapping[str, int]:
    """Items by category: what was sold, and what was obtained and not sold (obtained and then sold counts once)."""
    sorts = sorted({*member.sold, *member.bought})
    return {sort: member.sold.get(sort, 0) + member.bought.get(sort, 0) for sort in sorts}


def _add(rows: dict[frozenset[str], Range], category: str, more: Range) -> None:
    known = rows.get(frozenset({category}), Range())
    rows[frozenset({category})] = Range(known.low + more.low, known.high + more.high)

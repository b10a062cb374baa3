"""The law's view: items of each suspect and of the case, graded low and high."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any

from headwater.casework.exact_money import exact_money
from headwater.casework.holdings import Holding, person_of
from headwater.casework.market_weighing import gains_by_holder, sellers
from headwater.casework.taker_weighing import taker_tallies
from headwater.law.counts import Counts, Range, count_rows, unsure, unverified
from headwater.law.entry import entry
from headwater.law.facts import Facts, Known
from headwater.law.rule_set import RuleSet
from headwater.law.rules import for_jurisdiction
from headwater.law.weighing import weigh_facts
from headwater.model.attribution import Leak
from headwater.model.incident import Incident
from headwater.model.network import Market
from headwater.model.organisation import Organisation
from headwater.model.words import Lang
from headwater.scanning.counting import Items

NO_MARKET = Market()
HALVING = ("in_service", "sold")
"""The two facts that halve the figures together."""


def tallies(
    jurisdiction: str,
    held: Sequence[Holding],
    found: Sequence[Incident],
    org: Organisation,
    lang: Lang,
    market: Market = NO_MARKET,
    leaks: Sequence[Leak] = (),
) -> list[dict[str, Any]]:
    """One entry per holder with items, per employee whom only the attribution of ``leaks`` names, and one for the case.

    Empty where the jurisdiction has no rule set.

    A machine never settles what only people can know: that somebody obtained data in service, and that he sold it, stands
    as disputed where logs, devices or chats speak for it, so the low count is always at the full figures; where nothing speaks
    for it, it stays an open question. A holder whose devices show him in the market has what he took in there as gains; of the
    case as a whole gains are not added up, since the same money passes through several hands.
    """
    rules = for_jurisdiction(jurisdiction)
    if rules is None:
        return []
    made, earned = [], gains_by_holder(market)
    seized = [h for h in held if h.role == "seized" and h.items]
    acts = {h.holder: _acted(h.holder, found, org) for h in seized}
    signs = {h.holder: _signs(h.holder, acts[h.holder], market) for h in seized}
    for holding in seized:
        gains = earned.get(holding.holder, (0.0, 0.0))
        income = {"gross_gains": Known.YES} if gains[1] else {}
        counts = _counts(holding.items, rules, *gains)
        facts = _facts(counts, [holding], {**signs[holding.holder], **income}, rules)
        facts = replace(facts, since=_first(acts[holding.holder]))
        made.append(exact_money(entry(weigh_facts(facts, rules), holding.holder, lang, _persons([holding]))))
    found_with = frozenset(person_of(h.holder, org) or h.holder for h in seized)
    made += taker_tallies(leaks, held, found_with, rules, lang)
    whole = seized or [h for h in held if h.items]
    if whole:
        facts = replace(_of_all(whole, signs, rules), since=_first([i for many in acts.values() for i in many]))
        made.append(exact_money(entry(weigh_facts(facts, rules), None, lang, _persons(whole))))
    return made


def _acted(holder: str, found: Sequence[Incident], org: Organisation) -> list[Incident]:
    """The incidents in which the employee behind a holder is thought to have acted."""
    person = person_of(holder, org)
    return [i for i in found if person and person in i.employees]


def _first(acts: Sequence[Incident]) -> date | None:
    """The day of the first of these acts."""
    return min((i.starts.date() for i in acts), default=None)


def _signs(holder: str, acts: Sequence[Incident], market: Market) -> Mapping[str, Known]:
    """What speaks for the two facts that halve the figures: obtained in service, and sold or provided.

    On the roster and thought to have acted in an incident: the data may come from service. Data that left the house in
    it, or sales on the holder's own devices: it may have been provided. That data left shows no receiver, so neither is
    ever more than disputed.
    """
    known = {"no_deduplication": Known.NO}  # the low count has every person once
    if acts:
        known["in_service"] = Known.DISPUTED
    if any(i.channel for i in acts) or holder in sellers(market):
        known["sold"] = Known.DISPUTED
    return MappingProxyType(known)


def _of_all(whole: Sequence[Holding], signs: Mapping[str, Mapping[str, Known]], rules: RuleSet) -> Facts:
    """The case: several holders' items add up, each holds his own copy (Fa Shi [2017] 10, Art 11).

    The halves are for the items of those of whom both facts may be true, not for everybody's.
    """
    counts = _counts((i for h in whole for i in h.items), rules)
    halved = [h for h in whole if set(HALVING) <= set(signs.get(h.holder, ()))]
    known = {"no_deduplication": Known.NO}
    if not halved:
        return _facts(counts, whole, known, rules)
    known |= dict.fromkeys(HALVING, Known.DISPUTED)
    part = None if len(halved) == len(whole) else _counts((i for h in halved for i in h.items), rules)
    return _facts(counts, whole, known, rules, part)


def _counts(rows: Iterable[Items], rules: RuleSet, gains_low: float = 0.0, gains_high: float = 0.0) -> Counts:
    summed: dict[frozenset[str], Range] = {}
    for item in rows:
        known = summed.get(item.categories, Range())
        summed[item.categories] = Range(known.low + item.low, known.high + item.high)
    return count_rows(summed, rules, gains_low, gains_high)


def _facts(
    counts: Counts, held: Sequence[Holding], known: Mapping[str, Known], rules: RuleSet, sold: Counts | None = None
) -> Facts:
    """The facts with the categories whose group is open, and those whose group no lawyer has confirmed."""
    kinds = [i.categories for h in held for i in h.items]
    return Facts(
        counts,
        sold,
        known=MappingProxyType(dict(known)),
        unsure=unsure(kinds, rules),
        unverified=unverified(kinds, rules),
    )


def _persons(held: Sequence[Holding]) -> Range:
    """How many distinct people the items are about: of several holders at least the most of one, at most all."""
    named = [sum(i.low for i in h.items) for h in held]
    everybody = [max(h.persons, low) for h, low in zip(held, named, strict=True)]
    return Range(max(named, default=0), sum(everybody))

"""The law's view: items of each suspect and of the case, graded low and high."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from headwater.casework.holdings import Holding, person_of
from headwater.casework.market_weighing import gains_by_holder
from headwater.law.counts import Range, count_rows
from headwater.law.entry import entry
from headwater.law.rule_set import RuleSet
from headwater.law.rules import for_jurisdiction
from headwater.law.tally import tally
from headwater.model.incident import Incident
from headwater.model.network import Market
from headwater.model.organisation import Organisation
from headwater.model.words import Lang
from headwater.scanning.counting import Items

NO_MARKET = Market()


def tallies(
    jurisdiction: str,
    held: Sequence[Holding],
    found: Sequence[Incident],
    org: Organisation,
    lang: Lang,
    market: Market = NO_MARKET,
) -> list[dict[str, Any]]:
    """One entry per holder with items and one for the case; empty where the jurisdiction has no rule set.

    The insider's half of the figures is used only for a person on the roster in whose incident data left the house:
    it is meant for those who sell or provide, not for those who merely collect. A holder whose devices show him in the market has
    what he took in there as gains; of the case as a whole gains are not added up, since the same money passes through several hands.
    """
    rules = for_jurisdiction(jurisdiction)
    if rules is None:
        return []
    sent = {e for i in found if i.channel for e in i.employees}
    made, earned = [], gains_by_holder(market)
    seized = [h for h in held if h.role == "seized" and h.items]
    for holding in seized:
        person = person_of(holding.holder, org)
        gains = earned.get(holding.holder, (0.0, 0.0))
        made.append(_entry(holding.items, bool(person and person in sent), holding.holder, rules, lang, gains))
    rows = [i for h in seized for i in h.items] or [i for h in held for i in h.items]
    if rows:
        made.append(_entry(rows, bool(sent), None, rules, lang))
    return made


def _entry(
    rows: Iterable[Items],
    insider: bool,
    suspect: str | None,
    rules: RuleSet,
    lang: Lang,
    gains: tuple[float, float] = (0.0, 0.0),
) -> dict[str, Any]:
    """Several holders' items add up: each holds his own copy (Fa Shi [2017] 10, Art 11)."""
    summed: dict[frozenset[str], Range] = {}
    for item in rows:
        known = summed.get(item.categories, Range())
        summed[item.categories] = Range(known.low + item.low, known.high + item.high)
    return entry(tally(count_rows(summed, rules, *gains), insider, rules), suspect, lang)

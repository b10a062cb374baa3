"""The law's view of people whom only the attribution names: nothing was found with them, so their low count is nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from headwater.casework.exact_money import exact_money
from headwater.casework.holdings import Holding
from headwater.law.counts import LOW_FIRST, Range, count_rows, row_groups, unsure, unverified
from headwater.law.entry import entry
from headwater.law.facts import Facts, Known
from headwater.law.rule_set import RuleSet
from headwater.law.weighing import weigh_facts
from headwater.model.attribution import Leak, Taker
from headwater.model.words import Lang, Text
from headwater.scanning.counting import Items

LIKELY = 0.5
"""An account, and the person at it, must both be likelier than not; accounts that explain a leak equally well name nobody."""

BY_READING = Text(
    en="Nothing was found with this person: the high count is what the attribution lays to the account, the low count is nothing.",
    zh="未在该人处查获文件：高计为归因于该账号的行数，低计为零。",
)
SIGNS = MappingProxyType(
    {"in_service": Known.DISPUTED, "sold": Known.DISPUTED, "no_deduplication": Known.NO},
)
"""The rows were read in the house and found outside it: something speaks for service and for passing on, no more."""


def taker_tallies(
    leaks: Sequence[Leak], held: Sequence[Holding], known: frozenset[str], rules: RuleSet, lang: Lang
) -> Iterator[dict[str, Any]]:
    """An entry for each employee to whom leaked rows are laid and of whom there is none yet; ``known`` have one.

    Rows of several leaked files add up. Those of files that were found with the person are in the entry of the holder.
    """
    rows: dict[str, list[Items]] = {}
    first: dict[str, date] = {}
    for leak in leaks:
        items = _items(leak.leak, held)
        for taker in (t for t in leak.takers if items and t.probability > LIKELY and not t.alike):
            for employee in _people(taker, known):
                rows.setdefault(employee, []).extend(_gravest(items, taker.rows_explained, rules))
                if taker.starts is not None:
                    first[employee] = min(taker.starts, first.get(employee, taker.starts))
    for employee in sorted(who for who, many in rows.items() if many):
        yield _entry(employee, rows[employee], first.get(employee), rules, lang)


def _people(taker: Taker, known: frozenset[str]) -> list[str]:
    likely = (p.employee for p in taker.people if p.probability > LIKELY and p.employee != "?")
    return [employee for employee in likely if employee not in known]


def _items(leak: str, held: Sequence[Holding]) -> tuple[Items, ...]:
    """What stands in the rows of a leaked file, or of a holder's files."""
    return next((h.items for h in held if leak == (h.holder if h.role == "leak" else f"seized/{h.holder}")), ())


def _gravest(items: Sequence[Items], number: int, rules: RuleSet) -> Iterator[Items]:
    """So many rows, the gravest first: which of the rows were laid to the account is not asked of the law."""
    left = number
    for item in sorted(items, key=lambda i: (-LOW_FIRST[row_groups(i.categories, rules)[1]], sorted(i.categories))):
        taken = min(left, item.high)
        left -= taken
        if taken:
            yield Items(None, item.categories, 0, taken)


def _entry(employee: str, rows: Sequence[Items], since: date | None, rules: RuleSet, lang: Lang) -> dict[str, Any]:
    summed: dict[frozenset[str], Range] = {}
    for item in rows:
        summed[item.categories] = Range(0, item.high + summed.get(item.categories, Range()).high)
    facts = Facts(
        count_rows(summed, rules),
        known=SIGNS,
        unsure=unsure(summed, rules),
        unverified=unverified(summed, rules),
        since=since,
    )
    told: Mapping[str, Any] = entry(
        weigh_facts(facts, rules), employee, lang, Range(0, sum(item.high for item in rows))
    )
    return exact_money({**told, "notes": [BY_READING.said(lang), *told["notes"]]})

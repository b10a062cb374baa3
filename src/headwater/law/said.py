"""A tally weighed anew with what people say: the facts of a result, and over them those that only people can know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from headwater.law.counts import Range
from headwater.law.entry import entry
from headwater.law.facts_read import FactsError, facts_of
from headwater.law.rule_set import RuleSet
from headwater.law.weighing import weigh_facts
from headwater.model.words import Lang

CASE = "case"
"""Under which name people's facts speak of the case as a whole."""

SAID = {"yes": True, "no": False, "disputed": "disputed"}
COUNTED = ("items", "sold_items", "gains", "profit", "since", "groups_open", "groups_unconfirmed")


def anew(
    tally: Sequence[Mapping[str, Any]], said: Mapping[str, Any], rules: RuleSet, lang: Lang
) -> Iterator[dict[str, Any]]:
    """Each entry of a tally, weighed anew.

    ``said`` has a table of facts for each suspect by name, and for ``case``: what it gives goes before what the entry
    has. Raises :class:`FactsError` for facts that cannot be and for names that the tally does not have.
    """
    names = [_name(told) for told in tally]
    strangers = sorted(set(said) - set(names))
    if strangers:
        raise FactsError(f"{len(strangers)} name(s) that the tally does not have; it has {', '.join(names)}")
    for told, name in zip(tally, names, strict=True):
        more = said.get(name, {})
        if not isinstance(more, Mapping):
            raise FactsError(f"{name}: a table of facts is wanted")
        found = facts_of({**_plain(told), **more}, rules)
        suspect = None if name == CASE else name
        yield entry(weigh_facts(found, rules), suspect, lang, _persons(told))


def _name(told: Mapping[str, Any]) -> str:
    return CASE if told.get("suspect") is None else str(told["suspect"])


def _plain(told: Mapping[str, Any]) -> dict[str, Any]:
    """An entry's facts as a person would write them."""
    given = told.get("given")
    known = {f: SAID[k] for f, k in given.items() if k in SAID} if isinstance(given, Mapping) else {}
    return {**{key: told[key] for key in COUNTED if key in told}, **known}


def _persons(told: Mapping[str, Any]) -> Range | None:
    persons = told.get("persons")
    if not isinstance(persons, Mapping) or not all(isinstance(persons.get(k), int) for k in ("low", "high")):
        return None
    return Range(persons["low"], persons["high"])

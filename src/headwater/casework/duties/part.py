"""The part ``duties`` of a result: who must be told, within how long, counted from what. It holds no clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from headwater.casework.duties.derived import Derived, derive
from headwater.casework.duties.gathered import gather, home
from headwater.casework.duties.told import Told
from headwater.law.duties.assessing import assess
from headwater.law.duties.duty import Place
from headwater.law.duties.entries import entry, place_entry
from headwater.law.duties.facts import Facts, vocabulary
from headwater.law.duties.ranges import UNKNOWN
from headwater.law.duties.reading import place
from headwater.model.words import Lang


def duties_part(
    result: Mapping[str, Any],
    lang: Lang,
    together: Mapping[str, int] | None = None,
    told: Told | None = None,
    more: Iterable[str] = (),
) -> dict[str, Any]:
    """Duties of the case's own jurisdiction, by what the result alone says; empty lists where none are known of it.

    ``together`` counts the distinct records of each data set in all files that were found, where it is known; ``told`` is what a
    person said besides, and ``more`` are further places whose law may apply.
    """
    own = home(str((result.get("case") or {}).get("jurisdiction") or ""))
    places = tuple(dict.fromkeys([*own, *more]))
    derived = derive(dict(result) | {"duties": {"together": dict(together or {})}})
    facts = gather(derived, told or Told(), own, places)
    return {
        "together": dict(together or {}),
        "places": [place_entry(place(name), lang) for name in places],
        "facts": facts_said(derived, facts, [place(name) for name in places], lang),
        "entries": [entry(found, lang) for found in assess(facts, places)],
    }


def facts_said(derived: Derived, facts: Facts, places: Iterable[Place], lang: Lang) -> list[dict[str, Any]]:
    """What is known of what these places ask for, and why: what follows from the case with its reason, what a person said without."""
    because = {g.fact: g.because for g in derived.grounds}
    wanted = frozenset[str]().union(*(where.asked() for where in places))
    made = []
    for name, asked in vocabulary().items():
        if name not in wanted:
            continue
        counted, flag = facts.counts.get(name), facts.flags.get(name)
        if (counted is None or counted == UNKNOWN) and flag is None:
            continue
        same = derived.facts.flags.get(name) == flag and derived.facts.counts.get(name) == counted
        told: dict[str, Any] = {"fact": name, "text": asked.asks.said(lang)}
        told |= {"low": counted.low, "high": counted.high} if counted is not None else {"holds": flag}
        made.append(told | {"because": because[name].said(lang) if same and name in because else None})
    return made

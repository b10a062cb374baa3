"""Duties of a case with their clocks: what the verb ``duty`` shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from headwater.casework.duties.derived import Derived, derive
from headwater.casework.duties.gathered import gather, home
from headwater.casework.duties.part import facts_said
from headwater.casework.duties.told import ALL, Told
from headwater.law.duties.assessing import Assessed, assess
from headwater.law.duties.entries import place_entry, places_of, timed
from headwater.law.duties.facts import Facts
from headwater.model.errors import CaseError
from headwater.model.words import Lang


@dataclass(frozen=True, slots=True)
class Watched:
    """What was weighed for one case: its duties, the facts, when it was known, and the present moment."""

    duties: tuple[Assessed, ...] = field(repr=False)
    derived: Derived = field(repr=False)
    facts: Facts = field(repr=False)
    known: datetime
    now: datetime


def watch(
    result: Mapping[str, Any], told: Told, jurisdictions: Sequence[str], known: datetime | None, now: datetime
) -> Watched:
    """Weigh the duties of a result: of its own jurisdiction, of those named, and of those whose persons were counted.

    :raises CaseError: where nobody said when it was known, or that lies ahead, or no jurisdiction has duties
    """
    moment = known or told.facts.moments.get("known")
    if moment is None:
        raise CaseError("when it was known must be said: --known 2026-11-20T09:00+08:00, or known in the file of facts")
    if moment > now:
        raise CaseError(
            f"it was known at {moment.isoformat()}, which is after {now.isoformat()}: give --now, or mend --known"
        )
    own = home(str((result.get("case") or {}).get("jurisdiction") or ""))
    wanted = [p for name in jurisdictions for p in (home(name) or (name,))]
    counted = [p for p, n in told.persons.items() if p != ALL and n.high != 0]
    places = list(dict.fromkeys([*own, *wanted, *counted, *told.facts.places]))
    if not places:
        raise CaseError("no duties of the case's jurisdiction are known; name one with --jurisdiction")
    derived = derive(result, told.kinds_complete)
    facts = gather(derived, told, own, places)
    return Watched(assess(facts, places, moment, now), derived, facts, moment, now)


def as_entries(watched: Watched, lang: Lang) -> dict[str, Any]:
    """The same as mappings for machines, times with zone."""
    return {
        "known": watched.known.isoformat(),
        "now": watched.now.isoformat(),
        "places": [place_entry(where, lang) for where in places_of(watched.duties)],
        "facts": facts_said(watched.derived, watched.facts, places_of(watched.duties), lang),
        "kinds": list(watched.derived.kinds),
        "duties": [timed(found, lang) for found in watched.duties],
    }

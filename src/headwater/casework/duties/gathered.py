"""The facts of a case and of a person together, as each jurisdiction counts them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from headwater.casework.duties.derived import Derived
from headwater.casework.duties.told import ALL, Told
from headwater.law.duties.facts import Facts
from headwater.law.duties.ranges import Range
from headwater.law.duties.reading import known_places

HOMES: Mapping[str, tuple[str, ...]] = {"us": ("us-hipaa", "us-ca"), "gb": ("uk",)}
"""Jurisdictions of ``headwater.toml`` whose duties stand in files of another name."""


def home(jurisdiction: str) -> tuple[str, ...]:
    """The files with the duties of a case's own jurisdiction; none where there is no such file.

    >>> home("CN"), home("us"), home("atlantis")
    (('cn',), ('us-hipaa', 'us-ca'), ())
    """
    name = jurisdiction.strip().lower()
    return HOMES.get(name, (name,) if name in known_places() else ())


def gather(derived: Derived, told: Told, own: Iterable[str], places: Iterable[str]) -> Facts:
    """What is known, place by place; what a person said goes before what follows from the case.

    The law of the case's own place counts everybody. Another one counts those that ``[persons]`` gives it; where that is
    not said, anything from nobody to everybody.
    """
    facts, said = derived.facts, told.facts
    everybody = told.persons.get(ALL, facts.counts.get("persons", Range()))
    flags, counts = {**facts.flags, **said.flags}, {**facts.counts, **said.counts, "persons": everybody}
    if ALL in told.persons and "records" not in said.counts:
        counts["records"] = Range(facts.count("records").low)  # there are more than the case shows
    at_home = set(own)
    narrowed = {}
    for place in places:
        here = said.places.get(place, Facts())
        counted = told.persons.get(place) or (everybody if place in at_home else Range(0, everybody.high))
        spared = here.flags.get("sensitive", flags.get("sensitive")) is False
        bounds = {"in_one_state": counted.high, "persons_sensitive": 0 if spared else counted.high}
        within = {name: Range(0, high) for name, high in bounds.items() if name not in said.counts}
        narrowed[place] = replace(here, counts={**within, **here.counts, "persons": counted})
    sectors = facts.sectors if said.sectors is None else said.sectors
    return Facts(flags, counts, sectors, {**facts.moments, **said.moments}, narrowed)

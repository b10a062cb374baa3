"""Facts in dispute, settled one way or another: every way is one world."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass
from itertools import product

from headwater.law.facts import Facts, Known
from headwater.law.rule_set import RuleSet

APART = frozenset({"first_offence", "gains_returned", "remorse", "no_deduplication", "gross_gains"})
"""Facts that make no grade graver or milder in a world: leniency asks for them, or the counts have taken them in."""


@dataclass(frozen=True, slots=True)
class World:
    """The facts that are taken as true; ``against`` is how many disputed ones are settled against the suspect."""

    true: Set[str]
    against: int

    def has(self, *facts: str) -> bool:
        """Whether all of these facts are true here."""
        return all(f in self.true for f in facts)


def worlds(facts: Facts, rules: RuleSet) -> Iterator[World]:
    """Every way to settle what is in dispute, the kindest to the suspect first. What is not known is true in none."""
    favours = {q.fact: q.favours for q in rules.questions}
    sure = {f for f, known in facts.known.items() if known is Known.YES}
    open_ = sorted(f for f, known in facts.known.items() if known is Known.DISPUTED and f not in APART)
    for settled in product((False, True), repeat=len(open_)):  # True: against the suspect
        ways = dict(zip(open_, settled, strict=True))
        true = {f for f, against in ways.items() if against is not favours[f]}
        yield World(frozenset(sure | true), sum(settled))

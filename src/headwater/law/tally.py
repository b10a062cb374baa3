"""From items and gains alone to a grade: the weighing of a suspect of whom nothing else is known."""

from __future__ import annotations

from headwater.law.counts import Counts
from headwater.law.facts import Facts, Known
from headwater.law.rule_set import RuleSet
from headwater.law.weighing import Weighing, weigh_facts


def tally(counts: Counts, insider: bool, rule_set: RuleSet) -> Weighing:
    """Grade the low and the high count by a rule set.

    ``insider``: people have established that the data was obtained in duty or service and sold or provided, so half of the
    figures applies. Raises :class:`ValueError` where the low count outweighs the high one.
    """
    facts = Facts(counts)
    if insider:
        facts = facts.with_known(in_service=Known.YES, sold=Known.YES)
    return weigh_facts(facts, rule_set)

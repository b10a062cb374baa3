"""What may be said against a grade, and whether the law leaves room for leniency."""

from __future__ import annotations

from collections.abc import Iterator, Set

from headwater.law.facts import Facts, Known
from headwater.law.grade import Grade
from headwater.law.rule_set import Measure, Rule, RuleSet, Threshold
from headwater.law.side import Side

LENIENT = ("first_offence", "gains_returned", "remorse")


def arguments(facts: Facts, low: Side, high: Side, rules: RuleSet) -> Iterator[Rule]:
    """The arguments of the rule set that fit this weighing, leniency last; none where nothing is alleged."""
    if high.grade is Grade.NONE:
        return
    fits = set(_fits(facts, low, high))
    yield from (r for r in rules.ruled("argument") if r.when in fits)
    if leniency(facts, low, high) != "no":
        yield from rules.ruled("lenient")


def leniency(facts: Facts, low: Side, high: Side) -> str:
    """Whether the way of Art 10 is ``met`` (all three conditions known), ``open`` or ``no`` (closed).

    It is closed where the low grade is especially serious already, where nothing is serious, or where a condition is
    known to fail.
    """
    if low.grade is Grade.ESPECIALLY or high.grade is Grade.NONE:
        return "no"
    known = [facts.get(f) for f in LENIENT]
    if Known.NO in known:
        return "no"
    return "met" if set(known) == {Known.YES} else "open"


def _fits(facts: Facts, low: Side, high: Side) -> Iterator[str]:
    yield from _by_figures(facts, low, high)
    roles = {r.role for s in (low, high) for r in s.cited if isinstance(r, Rule)}
    yield from ({"insider": "half", "combined": "combined"}[r] for r in sorted(roles & {"insider", "combined"}))
    sold = facts.get("sold")
    if sold is not Known.NO:
        yield "sold"
    if sold is not Known.YES and facts.get("lawful_business") is None and _light(facts):
        yield "n5-only"
    if facts.get("no_deduplication") in (Known.YES, Known.DISPUTED):
        yield "batch"


def _by_figures(facts: Facts, low: Side, high: Side) -> Iterator[str]:
    kinds = _kinds(low) | _kinds(high)
    if kinds & {"items", "ratio"}:
        yield "counted"
        if "phone" in facts.unsure:
            yield "phones"
        if any(u != "phone" for u in facts.unsure):
            yield "doubtful-groups"
    if "gains" in kinds:
        yield "earned"
    if any(isinstance(c, Measure) and c.fact == "profit" for c in high.cited):
        yield "profit"


def _kinds(side: Side) -> Set[str]:
    return {c.kind for c in side.cited if isinstance(c, Threshold)}


def _light(facts: Facts) -> bool:
    """Whether the low count has items of the last group only."""
    low = facts.counts.low()
    return bool(low.n5 or facts.counts.high().n5) and not (low.n3 or low.n4)

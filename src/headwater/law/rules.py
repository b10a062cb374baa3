"""Loads a rule set from its file and refuses one that cites badly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cache
from typing import Any

from headwater.law.reading import (
    RuleSetError,
    basis,
    certainty_problems,
    citation_problems,
    content,
    day,
    made,
    sources,
    text,
    twice,
)
from headwater.law.rule_set import (
    GROUPS,
    Category,
    Limit,
    Measure,
    Offence,
    Question,
    Rule,
    RuleSet,
    Threshold,
)

__all__ = ["JURISDICTIONS", "RuleSetError", "for_jurisdiction", "load", "parse"]

JURISDICTIONS: Mapping[str, str] = {"cn": "cn_criminal"}
"""Which file weighs a case of which jurisdiction."""


def for_jurisdiction(jurisdiction: str) -> RuleSet | None:
    """The rule set that weighs cases of that jurisdiction (``cn``), or ``None`` where there is none yet."""
    name = JURISDICTIONS.get(jurisdiction)
    return load(name) if name else None


@cache
def load(name: str) -> RuleSet:
    """Load the rule set ``rules/NAME.toml`` that comes with Headwater."""
    return parse(content(name), f"{name}.toml")


def parse(raw: bytes, place: str = "rule set") -> RuleSet:
    """Read a rule set from the bytes of its TOML file and check it.

    Every number must name article, date, a listed source, certainty and whether it is verified; what is known from
    memory or by inference only can not be verified. Raises :class:`RuleSetError`.
    """
    return made(raw, place, _rule_set, _problems)


def _rule_set(data: Mapping[str, Any], digest: str) -> RuleSet:
    head = data["rule_set"]
    return RuleSet(
        id=head["id"],
        version=head["version"],
        digest=digest,
        jurisdiction=head["jurisdiction"],
        currency=head["currency"],
        name=text(head["name"]),
        in_force=day(head["in_force"]),
        as_of=day(head["as_of"]),
        sources=sources(data),
        thresholds=tuple(_threshold(t) for t in data["threshold"]),
        rules=tuple(_rule(r) for r in data.get("rule", ())),
        categories=tuple(
            Category(tuple(c["names"]), c["low"], c["high"], c["certainty"], c["verified"])
            for c in data.get("category", ())
        ),
        measures=tuple(_measure(m) for m in data.get("measure", ())),
        offences=tuple(_offence(o) for o in data.get("offence", ())),
        questions=tuple(Question(q["fact"], text(q["asks"]), q["favours"]) for q in data.get("question", ())),
    )


def _threshold(entry: Mapping[str, Any]) -> Threshold:
    return Threshold(
        id=entry["id"],
        kind=entry["kind"],
        group=entry.get("group", ""),
        covers=text(entry["covers"]),
        serious=_limit(entry["serious"]),
        especially=_limit(entry["especially"]),
        basis=basis(entry),
    )


def _rule(entry: Mapping[str, Any]) -> Rule:
    return Rule(
        entry["id"],
        entry["role"],
        text(entry["says"]),
        basis(entry),
        entry.get("fact", ""),
        tuple(entry.get("needs", ())),
        entry.get("when", ""),
        entry.get("group", ""),
    )


def _measure(entry: Mapping[str, Any]) -> Measure:
    return Measure(
        id=entry["id"],
        offence=entry["offence"],
        fact=entry["fact"],
        covers=text(entry["covers"]),
        serious=_number(entry["serious"]),
        especially=_number(entry["especially"]),
        parts=tuple(entry.get("parts", ())),
        basis=basis(entry),
    )


def _offence(entry: Mapping[str, Any]) -> Offence:
    return Offence(entry["id"], entry["table"], entry["fact"], entry["graver"], text(entry["says"]), basis(entry))


def _limit(entry: Mapping[str, Any]) -> Limit:
    return Limit(_number(entry["any"]), _number(entry["insider"]))


def _number(value: object) -> Fraction:
    # via text, so that 0.1 is a tenth and not the nearest binary number
    return Fraction(str(value))


def _problems(found: RuleSet) -> Iterator[str]:
    based: tuple[Threshold | Rule | Measure | Offence, ...] = (
        *found.thresholds,
        *found.rules,
        *found.measures,
        *found.offences,
    )
    yield from twice([b.id for b in based])
    known = {s.id for s in found.sources}
    for entry in based:
        yield from citation_problems(entry.id, entry.basis, known)
    for threshold in found.thresholds:
        yield from _limit_problems(threshold)
    yield from _set_problems(found)
    for category in found.categories:
        yield from _category_problems(category)
    yield from _measure_problems(found)
    yield from _fact_problems(found)


def _limit_problems(threshold: Threshold) -> Iterator[str]:
    for limit in (threshold.serious, threshold.especially):
        if not 0 < limit.insider <= limit.any:
            yield f"{threshold.id}: an insider's limit must be above 0 and at most everybody's"
    serious, especially = threshold.serious, threshold.especially
    if serious.any >= especially.any or serious.insider >= especially.insider:
        yield f"{threshold.id}: especially serious must lie above serious"


def _set_problems(found: RuleSet) -> Iterator[str]:
    groups = [t.group for t in found.thresholds if t.kind == "items"]
    if sorted(groups) != sorted(GROUPS):
        yield f"thresholds must be there once for each of {', '.join(GROUPS)}"
    kinds = [t.kind for t in found.thresholds]
    for kind in ("ratio", "gains"):
        if kinds.count(kind) != 1:
            yield f"one threshold of kind {kind} is needed"
    if kinds.count("ratio") == 1:
        yield from _ratio_problems(found)


def _ratio_problems(found: RuleSet) -> Iterator[str]:
    """The sum decides only where one number that is met alone always brings the sum to its own limit."""
    whole = found.only("ratio")
    for part in (t for t in found.thresholds if t.kind == "items"):
        limits = ((part.serious, whole.serious), (part.especially, whole.especially))
        for limit, bar in limits:
            if (limit.any / part.serious.any, limit.insider / part.serious.any) != (bar.any, bar.insider):
                yield f"{part.id} and {whole.id} contradict each other"


def _category_problems(category: Category) -> Iterator[str]:
    name = "category " + ", ".join(category.names)
    if category.low not in (*GROUPS, "out") or category.high not in GROUPS:
        yield f"{name}: no such group"
    yield from certainty_problems(name, category.certainty, category.verified)


def _measure_problems(found: RuleSet) -> Iterator[str]:
    offences = {o.id: o for o in found.offences}
    rules = {r.id for r in found.rules}
    for offence in found.offences:
        if offence.graver and offence.graver not in rules:
            yield f"{offence.id}: no such rule: {offence.graver}"
    for measure in found.measures:
        if not measure.serious > 0 or measure.especially < 0 or 0 < measure.especially <= measure.serious:
            yield f"{measure.id}: its figures are out of order"
        if measure.offence not in offences and measure.offence not in rules:
            yield f"{measure.id}: no such offence: {measure.offence}"
        graver = measure.offence in offences and bool(offences[measure.offence].graver)
        if measure.especially and not graver:
            yield f"{measure.id}: its offence knows no graver tier"


def _fact_problems(found: RuleSet) -> Iterator[str]:
    """Every fact that a rule of the main offence asks for must be askable."""
    asked = [q.fact for q in found.questions]
    yield from twice(asked)
    for rule in found.rules:
        for fact in (rule.fact, *rule.needs):
            if fact and fact not in asked:
                yield f"{rule.id}: nothing asks for {fact}"
        if rule.group and rule.group not in GROUPS:
            yield f"{rule.id}: no such group: {rule.group}"

"""Which rules can be used over the lake, on which of its tables, and why the others cannot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from headwater.detection.sigma.events import declared
from headwater.detection.sigma.reading import read
from headwater.detection.sigma.rules import Correlation, Head, Rule
from headwater.detection.sigma.taxonomy import LogSource, NotInTheLakeError, sources_of
from headwater.detection.sigma.usable import Plan, Usable, UsableCorrelation
from headwater.model.exhibit import Rejected
from headwater.model.settings import RuleFile


def planned(files: Iterable[RuleFile]) -> Plan:
    """Read the files, and see for each rule whether the lake keeps what it asks for."""
    told = [each for file in files for each in read(file.path, file.text)]
    aside = [each for each in told if isinstance(each, Rejected)]
    kept, twice = _once([each for each in told if not isinstance(each, Rejected)])
    usable: list[Usable] = []
    for rule in kept:
        if isinstance(rule, Rule):
            try:
                usable.append(Usable(rule, _sources(rule)))
            except NotInTheLakeError as error:
                aside.append(_aside(rule.head, str(error)))
    joined: list[UsableCorrelation] = []
    for rule in kept:
        if isinstance(rule, Correlation):
            try:
                joined.append(_correlation(rule, usable, kept))
            except NotInTheLakeError as error:
                aside.append(_aside(rule.head, str(error)))
    shown = [u for u in usable if not _only_for_others(u.rule, kept)]
    ordered = sorted([*aside, *twice], key=lambda a: (a.source, a.line, a.reason))
    return Plan(tuple(shown), tuple(joined), tuple(ordered))


def _aside(head: Head, reason: str) -> Rejected:
    return Rejected(head.source, head.line, f"{head.title}: {reason}")


def _once(told: Sequence[Rule | Correlation]) -> tuple[list[Rule | Correlation], list[Rejected]]:
    """Of two rules with one id or name the first counts: a correlation could not tell them apart."""
    seen: dict[str, Head] = {}
    kept, aside = [], []
    for rule in told:
        head = rule.head
        names = [n for n in dict.fromkeys((head.id, head.name)) if n]
        taken = next((seen[n] for n in names if n in seen), None)
        if taken:
            aside.append(_aside(head, f"has the id or name of the rule at {taken.place}"))
            continue
        seen |= dict.fromkeys(names, head)
        kept.append(rule)
    return kept, aside


def _sources(rule: Rule) -> tuple[LogSource, ...]:
    """The sources of the rule that have every field that it asks for."""
    found, reasons = [], []
    for source in sources_of(rule.category, rule.product, rule.service):
        try:
            declared(source).holds(rule.conditions)
            found.append(source)
        except NotInTheLakeError as error:
            reasons.append(str(error))
    if not found:
        raise NotInTheLakeError("; ".join(dict.fromkeys(reasons)))
    return tuple(found)


def _correlation(rule: Correlation, usable: Sequence[Usable], kept: Sequence[Rule | Correlation]) -> UsableCorrelation:
    if rule.tree is None and rule.kind.startswith("temporal") and rule.needed > len(rule.rules):
        raise NotInTheLakeError(f"needs {rule.needed} of its {len(rule.rules)} rules")
    parts = tuple(_part(rule, reference, usable, kept) for reference in rule.rules)
    return UsableCorrelation(rule, parts)


def _part(rule: Correlation, reference: str, usable: Sequence[Usable], kept: Sequence[Rule | Correlation]) -> Usable:
    """The rule that a correlation refers to, with the sources that have the fields to group and count by."""
    known = next((u for u in usable if u.rule.head.called(reference)), None)
    if known is None:
        there = next((k for k in kept if k.head.called(reference)), None)
        why = "is set aside" if isinstance(there, Rule) else "is a correlation itself" if there else "is not there"
        raise NotInTheLakeError(f"its rule {reference!r} {why}")
    found, reasons = [], []
    for source in known.sources:
        try:
            events = declared(source)
            for name in (*rule.group_by, *rule.values):
                events.value(field_of(rule, known.rule, name))
            found.append(source)
        except NotInTheLakeError as error:
            reasons.append(str(error))
    if not found:
        raise NotInTheLakeError("; ".join(dict.fromkeys(reasons)))
    return Usable(known.rule, tuple(found))


def field_of(correlation: Correlation, rule: Rule, name: str) -> str:
    """What a field to group or count by is called in one of the rules."""
    told = correlation.aliases.get(name, {})
    return next((field for reference, field in told.items() if rule.head.called(reference)), name)


def _only_for_others(rule: Rule, kept: Iterable[Rule | Correlation]) -> bool:
    """Whether a rule is there only to be correlated: then its single events are not reported."""
    meant = [k for k in kept if isinstance(k, Correlation) and any(map(rule.head.called, k.rules))]
    return bool(meant) and not any(k.generate for k in meant)

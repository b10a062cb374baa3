"""Reads Sigma's YAML: every document becomes a rule, or is set aside with file, line and reason.

Rules are input like any other and may be hostile. What could make the reading itself run away is refused before it is
parsed: aliases (which multiply), deep nesting, patterns over names and dashes that multiply.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml
from sigma.correlations import (
    SigmaCorrelationCondition,
    SigmaCorrelationRule,
    SigmaCorrelationType,
    SigmaExtendedCorrelationCondition,
)
from sigma.rule import SigmaRule
from sigma.rule.base import SigmaRuleBase, SigmaYAMLLoader

from headwater.detection.sigma.rules import Correlation, Head, Rule
from headwater.model.exhibit import Rejected

DEEPEST, LONGEST, MOST_NAMES = 30, 2_000, 100
"""Levels of YAML and of parentheses, characters of a condition and of a detection's name."""
LONGEST_SPAN = 366 * 86_400
_KINDS = {
    SigmaCorrelationType.EVENT_COUNT: "event_count",
    SigmaCorrelationType.VALUE_COUNT: "value_count",
    SigmaCorrelationType.TEMPORAL: "temporal",
    SigmaCorrelationType.TEMPORAL_ORDERED: "temporal_ordered",
}
_TECHNIQUE = re.compile(r"attack\.(t\d{4}(?:\.\d{3})?)", re.IGNORECASE)


class _RefusedError(ValueError):
    """A document that is not parsed at all."""


def read(source: str, text: str) -> Iterator[Rule | Correlation | Rejected]:
    """Every rule of a file, in order; what cannot be read is given as set aside."""
    try:
        _look(text)
        documents = list(yaml.compose_all(text, SigmaYAMLLoader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        yield Rejected(source, mark.line + 1 if mark else 1, f"not YAML: {_short(error.problem or error)}")
        return
    except (yaml.YAMLError, _RefusedError, RecursionError) as error:
        yield Rejected(source, 1, _short(error))
        return
    for node in documents:
        yield _document(source, node)


def _look(text: str) -> None:
    """Walk the events of a text without building anything."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise _RefusedError(f"line {_line(event)}: aliases (*name) are not read: write the value out")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise _RefusedError(f"line {_line(event)}: nested more than {DEEPEST} levels deep")


def _line(of: yaml.Event | yaml.Node) -> int:
    return of.start_mark.line + 1 if of.start_mark else 1


def _document(source: str, node: yaml.Node) -> Rule | Correlation | Rejected:
    line = _line(node)
    try:
        told = SigmaYAMLLoader("").construct_document(node)
        if not isinstance(told, dict):
            raise _RefusedError("no rule: a mapping is expected")
        _refuse(told)
        return _correlation(source, line, told) if "correlation" in told else _rule(source, line, told)
    except Exception as error:  # a document may break the parser in any way; it is listed and the others go on
        return Rejected(source, line, _short(error))


def _short(error: object) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    if isinstance(error, RecursionError):
        text = "nested too deeply"
    return text if len(text) <= 300 else f"{text[:299]}…"


def _refuse(told: Mapping[str, Any]) -> None:
    if "action" in told or "filter" in told:
        raise _RefusedError("collections by 'action' and Sigma filters are not read by this version")
    if told.get("taxonomy", "sigma") != "sigma":
        raise _RefusedError(f"taxonomy {told['taxonomy']!r} is not known")
    if str(told.get("status")).lower() in ("deprecated", "unsupported"):
        raise _RefusedError(f"its status is {told['status']}")
    parts = told.get("detection")
    for name, part in (parts if isinstance(parts, dict) else {}).items():
        if len(str(name)) > MOST_NAMES:
            raise _RefusedError(f"a detection's name is longer than {MOST_NAMES} characters")
        _refuse_dashes(part)
    conditions = parts.get("condition") if isinstance(parts, dict) else None
    correlation = told.get("correlation")
    extended = correlation.get("condition") if isinstance(correlation, dict) else None
    for condition in (*(conditions if isinstance(conditions, list) else [conditions]), extended):
        _refuse_condition(condition if isinstance(condition, str) else "")


def _refuse_condition(condition: str) -> None:
    if len(condition) > LONGEST or condition.count("(") > DEEPEST:
        raise _RefusedError(f"a condition of more than {LONGEST} characters or {DEEPEST} parentheses")
    if any(word.count("*") > 2 for word in condition.split()):
        raise _RefusedError("a selector with more than two stars")


def _refuse_dashes(part: object) -> None:
    """The modifier ``windash`` writes a value once for each way to write each of its dashes: five to that power."""
    for each in part if isinstance(part, list) else [part]:
        for key, values in (each if isinstance(each, dict) else {}).items():
            texts = values if isinstance(values, list) else [values]
            if "windash" in str(key) and any(len(re.findall(r"\B[-/]\b", str(t))) > 3 for t in texts):
                raise _RefusedError("windash on a value with more than three dashes")


def _head(source: str, line: int, told: SigmaRuleBase) -> Head:
    level = told.level.name.lower() if told.level else "low"
    tags = (_TECHNIQUE.fullmatch(str(tag)) for tag in told.tags)
    return Head(
        source,
        line,
        str(told.id) if told.id else told.name or f"{source}:{line}",
        told.name,
        " ".join(told.title.split()),
        level,
        tuple(dict.fromkeys(t[1].upper() for t in tags if t)),
        tuple(" ".join(str(f).split()) for f in told.falsepositives if str(f).strip().lower() not in ("", "none")),
    )


def _rule(source: str, line: int, told: dict[str, Any]) -> Rule:
    rule = SigmaRule.from_dict(told)
    trees = tuple(condition.parsed for condition in rule.detection.parsed_condition)
    if any(_hollow(tree) for tree in trees):
        raise _RefusedError("its condition selects a detection that is not there")
    names = rule.logsource
    return Rule(_head(source, line, rule), names.category, names.product, names.service, trees)


def _hollow(tree: Any) -> bool:
    return tree is None or any(_hollow(arg) for arg in getattr(tree, "args", ()))


def _correlation(source: str, line: int, told: dict[str, Any]) -> Correlation:
    rule = SigmaCorrelationRule.from_dict(told)
    if rule.type not in _KINDS:
        raise _RefusedError(f"correlations of type {rule.type.name.lower()} are not supported")
    if rule.timespan.seconds > LONGEST_SPAN:
        raise _RefusedError("a timespan of more than a year")
    kind = _KINDS[rule.type]
    tree = rule.condition.parsed if isinstance(rule.condition, SigmaExtendedCorrelationCondition) else None
    if tree is not None and kind == "temporal_ordered":
        raise _RefusedError("temporal_ordered with a condition of its own: the order would be open")
    references = [r.reference for r in rule.rules or ()]
    if not references and isinstance(rule.condition, SigmaExtendedCorrelationCondition):
        references = rule.condition.get_referenced_rules()
    if not references or not all(isinstance(r, str) for r in references):
        raise _RefusedError("a correlation must name its rules")
    needed, exact, values = _counts(rule.condition)
    return Correlation(
        head=_head(source, line, rule),
        kind=kind,
        rules=tuple(references),
        group_by=tuple(rule.group_by or ()),
        seconds=rule.timespan.seconds,
        span=rule.timespan.spec,
        needed=needed,
        exact=exact,
        values=values,
        aliases={a.alias: {r.reference: f for r, f in a.mapping.items()} for a in rule.aliases},
        generate=rule.generate,
        tree=tree,
    )


def _counts(condition: object) -> tuple[int, bool, tuple[str, ...]]:
    """How many are needed at least, whether just so many, and of which fields different values are counted."""
    if not isinstance(condition, SigmaCorrelationCondition):
        return 1, False, ()
    operator = condition.op.name.lower()
    if operator not in ("gt", "gte", "eq"):
        raise _RefusedError(f"'{operator}' is true of nearly every quiet hour: use gt, gte or eq")
    needed = condition.count + (operator == "gt")
    if needed < 1:
        raise _RefusedError("a count of less than one is always reached")
    fields = condition.fieldref or ()
    return needed, operator == "eq", (fields,) if isinstance(fields, str) else tuple(fields)

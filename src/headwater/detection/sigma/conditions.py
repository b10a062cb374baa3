"""From the conditions of a Sigma rule (pySigma's trees) to one boolean expression over a table of the lake.

A field that is empty equals nothing, so that its negation holds: every comparison is false, never null.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import ibis
from sigma.conditions import (
    ConditionAND,
    ConditionFieldEqualsValueExpression,
    ConditionNOT,
    ConditionOR,
    ConditionValueExpression,
)
from sigma.types import (
    CompareOperators,
    SigmaBool,
    SigmaCIDRExpression,
    SigmaCompareExpression,
    SigmaExists,
    SigmaExpansion,
    SigmaFieldReference,
    SigmaNull,
    SigmaNumber,
    SigmaRegularExpression,
    SigmaString,
    SigmaTimestampPart,
)

from headwater.detection.sigma.patterns import MANY, Matcher, text_like, text_matches
from headwater.detection.sigma.taxonomy import Field, Held, LogSource, NotInTheLakeError

_COMPARE: dict[CompareOperators, Callable[[Any, Any], Any]] = {
    CompareOperators.LT: operator.lt,
    CompareOperators.LTE: operator.le,
    CompareOperators.GT: operator.gt,
    CompareOperators.GTE: operator.ge,
    CompareOperators.NEQ: operator.ne,
}


@dataclass(frozen=True, slots=True)
class Events:
    """The events of one log source: the table with its columns, and the engine's way with regular expressions."""

    source: LogSource
    table: ibis.Table
    matches: Matcher

    def holds(self, trees: Sequence[Any]) -> Any:
        """Whether one of the conditions holds, and the event is one of this source.

        :raises NotInTheLakeError: when a condition asks for what the lake does not keep
        """
        return self._among(self.source.where) & _joined([self._tree(t) for t in trees], operator.or_)

    def value(self, name: str) -> Any:
        """The value of a field, for grouping and counting."""
        field = self.source.find(name)
        if field.values:
            raise NotInTheLakeError(f"field {name!r} can be compared, not grouped or counted by")
        return self._column(field)

    def _tree(self, tree: Any) -> Any:
        match tree:
            case ConditionAND():
                return _joined([self._tree(a) for a in tree.args], operator.and_)
            case ConditionOR():
                return _joined([self._tree(a) for a in tree.args], operator.or_)
            case ConditionNOT():
                return ~self._tree(tree.args[0])
            case ConditionFieldEqualsValueExpression():
                return self._field(self.source.find(tree.field), tree.value).fill_null(False)
            case ConditionValueExpression():
                return self._keyword(tree.value).fill_null(False)
        raise NotInTheLakeError(f"conditions of the kind {type(tree).__name__} are not supported")

    def _field(self, field: Field, value: Any) -> Any:
        if isinstance(value, SigmaExpansion):
            return _joined([self._field(field, v).fill_null(False) for v in value.values], operator.or_)
        if field.values:
            return self._told(field, value)
        if isinstance(value, SigmaTimestampPart):
            return self._part(field, value)
        column = self._column(field)
        match value:
            case SigmaNull():
                return _empty(column)
            case SigmaExists():
                return ~_empty(column) if value.exists else _empty(column)
            case SigmaFieldReference():
                return self._other(column, value)
        if column.type().is_string():
            return self._text(field, column, value)
        return self._number(field, column, value)

    def _text(self, field: Field, column: Any, value: Any) -> Any:
        match value:
            case SigmaString():
                return text_like(column, value, self.matches)
            case SigmaNumber():
                return column == ibis.literal(str(value.number))
            case SigmaBool():
                return column.lower() == ibis.literal(str(value.boolean).lower())
            case SigmaRegularExpression():
                return text_matches(column, value, self.matches)
            case SigmaCIDRExpression():
                patterns = (SigmaString(p) for p in value.expand())
                return _joined([text_like(column, p, self.matches) for p in patterns], operator.or_)
        raise NotInTheLakeError(f"field {field.name!r} is a text: it cannot be compared by size")

    def _number(self, field: Field, column: Any, value: Any) -> Any:
        kind = column.type()
        match value:
            case SigmaBool() if kind.is_boolean():
                return column == ibis.literal(value.boolean)
            case SigmaCompareExpression() if kind.is_numeric():
                return _COMPARE[value.op](column, ibis.literal(value.number.number))
            case SigmaNumber() if kind.is_numeric():
                return column == ibis.literal(value.number)
            case SigmaString() if kind.is_date() or (kind.is_integer() and _numeric(value)):
                return text_like(column.cast("string"), value, self.matches)
        raise NotInTheLakeError(f"field {field.name!r} holds {kind}: it cannot be held against such a value")

    def _other(self, column: Any, value: SigmaFieldReference) -> Any:
        other = self._column(self.source.find(value.field))
        if value.starts_with or value.ends_with or column.type() != other.type():
            raise NotInTheLakeError(f"fields can be held against {value.field!r} as a whole only, and of one type")
        return column.lower() == other.lower() if column.type().is_string() else column == other

    def _told(self, field: Field, value: Any) -> Any:
        """A field that the lake tells by what other columns hold."""
        if isinstance(value, SigmaExists):
            return ibis.literal(value.exists)
        plain = str(value) if isinstance(value, SigmaNumber | SigmaString) else None
        if plain is None or plain not in field.values:
            known = ", ".join(field.values)
            raise NotInTheLakeError(f"field {field.name!r} can be told from the lake for {known} only")
        return self._held(field.values[plain])

    def _held(self, held: Held) -> Any:
        return self._among(held.those) & ~self._among(held.but, empty=False)

    def _among(self, columns: Any, empty: bool = True) -> Any:
        told = [self.table[c].isin(list(values)).fill_null(False) for c, values in columns.items()]
        return _joined(told, operator.and_) if told else ibis.literal(empty)

    def _part(self, field: Field, value: SigmaTimestampPart) -> Any:
        """A part of an event's time, in the case's own zone."""
        if field.parts != ("time",):
            raise NotInTheLakeError(f"parts of a time can be asked of the field 'time', not of {field.name!r}")
        day = self.table.day
        parts: dict[str, Callable[[], Any]] = {
            "MINUTE": lambda: self.table.time.minute(),
            "HOUR": lambda: self.table.hour,
            "DAY": lambda: day.day(),
            "WEEK": lambda: day.week_of_year(),
            "MONTH": lambda: day.month(),
            "YEAR": lambda: day.year(),
        }
        return parts[value.timestamp_part.name]() == ibis.literal(value.number)

    def _keyword(self, value: Any) -> Any:
        if self.source.keywords is None:
            raise NotInTheLakeError(f"keywords need the raw line, which is not kept of {self.source.name} events")
        if not isinstance(value, SigmaString | SigmaNumber):
            raise NotInTheLakeError("keywords can be texts only")
        text = value if isinstance(value, SigmaString) else SigmaString(str(value.number))
        return text_like(self.table[self.source.keywords], MANY + text + MANY, self.matches)

    def _column(self, field: Field) -> Any:
        parts = [
            ibis.literal(p[1:]) if p.startswith("=") and len(field.parts) > 1 else self.table[p] for p in field.parts
        ]
        column = parts[0]
        for part in parts[1:]:
            column = column + part
        return column.join(", ") if column.type().is_array() else column


def _empty(column: Any) -> Any:
    return column.isnull() | (column == ibis.literal("")) if column.type().is_string() else column.isnull()


def _numeric(value: SigmaString) -> bool:
    """Whether a text can be like a number: digits, a sign and wildcards."""
    return all(not isinstance(part, str) or part.lstrip("-").isdigit() for part in value.s)


def _joined(parts: list[Any], how: Callable[[Any, Any], Any]) -> Any:
    """Joined in pairs, pairs in pairs: a thousand values make a tree of ten levels, not of a thousand."""
    while len(parts) > 1:
        pairs = zip(parts[::2], parts[1::2], strict=False)
        parts = [how(a, b) for a, b in pairs] + ([parts[-1]] if len(parts) % 2 else [])
    return parts[0]

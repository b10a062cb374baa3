"""Typed pieces of a rebuilt query: what type a value has, and how two values are brought to one type.

The rules are those of PostgreSQL: a quoted literal has no type of its own and takes the other side's. Values never
stand in the text of the rebuilt query; they are bound as parameters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Literal

Type = Literal["text", "int", "num", "date", "time", "interval", "bool", "null", "open"]

SQL_TYPES = {
    "text": "VARCHAR",
    "int": "BIGINT",
    "num": "DECIMAL(38,9)",
    "date": "DATE",
    "time": "TIMESTAMP",
    "bool": "BOOLEAN",
}
_PLAIN = re.compile(r"[0-9A-Z]*|[0-9a-z]*")
_TRUE, _FALSE = frozenset({"t", "true", "yes", "y", "on", "1"}), frozenset({"f", "false", "no", "n", "off", "0"})
_MOST_DIGITS = 28
Bound = str | int | Decimal | date | datetime | bool | list[object] | None


class Unsupported(Exception):  # noqa: N818 - a verdict on a piece of a statement, not a failure
    """A piece of a statement that cannot be rebuilt; its text says which kind, never which value."""


@dataclass(frozen=True, slots=True)
class Value:
    """An expression of the rebuilt query.

    ``plain``: its texts are in the same order under every collation. ``raw`` is the stored text of a column,
    ``literal`` the text of a literal. ``distinct``: nearly every row has a value of its own.
    """

    sql: str
    type: Type
    plain: bool = False
    raw: str | None = None
    literal: str | None = None
    distinct: bool = False


class Parameters:
    """The values of one rebuilt query, by name."""

    __slots__ = ("bound",)

    def __init__(self) -> None:
        self.bound: dict[str, Bound] = {}

    def bind(self, value: Bound) -> str:
        """Bind a value and give the text that stands for it."""
        name = f"p{len(self.bound)}"
        self.bound[name] = value
        return f"${name}"

    def typed(self, value: Bound, kind: Type) -> str:
        """Bind a value as of a type."""
        return f"CAST({self.bind(value)} AS {SQL_TYPES[kind]})"


def is_plain(text: str) -> bool:
    """Whether a text sorts the same in every collation: digits and letters of one case."""
    return _PLAIN.fullmatch(text) is not None


def number_of(text: str) -> int | Decimal:
    """A numeric literal as a number; ``Unsupported`` when it is none, or too long."""
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        raise Unsupported("a text where a number is compared") from None
    if not number.is_finite() or abs(number.adjusted()) > _MOST_DIGITS or len(number.as_tuple().digits) > _MOST_DIGITS:
        raise Unsupported("a number out of range")
    return int(number) if number == number.to_integral_value() else number


def day_of(text: str) -> date:
    """A date literal as a day."""
    return moment_of(text).date()


def moment_of(text: str) -> datetime:
    """A date or timestamp literal without a zone."""
    try:
        found = datetime.fromisoformat(text.strip().replace("/", "-"))
    except ValueError:
        raise Unsupported("a date in a form that is not known") from None
    if found.tzinfo is not None:
        raise Unsupported("a time with a zone")
    return found


def convert(text: str, kind: Type) -> Bound:
    """The text of a quoted literal as a value of that type."""
    if kind in ("int", "num"):
        return number_of(text)
    if kind == "date":
        return day_of(text)
    if kind == "time":
        return moment_of(text)
    if kind == "bool":
        folded = text.strip().lower()
        if folded not in _TRUE | _FALSE:
            raise Unsupported("a text where a truth value is compared")
        return folded in _TRUE
    return text


def as_text(value: Value) -> Value:
    """A value as text: a column as it is stored, a literal as it stands."""
    if value.type == "text":
        return value
    if value.raw is not None:
        return replace(value, sql=value.raw, type="text")
    if value.type in ("open", "int", "date", "null"):
        kept = value.plain if value.type == "open" else value.type == "int"
        return Value(f"CAST({value.sql} AS VARCHAR)", "text", plain=kept, literal=value.literal)
    raise Unsupported("the text form of a computed value")


def as_number(value: Value) -> Value:
    """A value as a number."""
    if value.type in ("int", "num", "null"):
        return value
    if value.type == "text":
        return Value(f"TRY_CAST({value.sql} AS DECIMAL(38,9))", "num", distinct=value.distinct)
    raise Unsupported("a number made of another type")


def same_type(left: Value, right: Value, parameters: Parameters) -> tuple[Value, Value]:
    """Two values brought to the type in which they are compared."""
    if left.type == "open" and right.type == "open":
        return as_text(left), as_text(right)
    if right.type == "open":
        return _with_literal(left, right, parameters)
    if left.type == "open":
        second, first = _with_literal(right, left, parameters)
        return first, second
    kinds = {left.type, right.type}
    if len(kinds) == 1 or "null" in kinds or kinds == {"int", "num"}:
        return left, right
    if "text" in kinds and kinds & {"int", "num"}:
        return as_number(left), as_number(right)
    if kinds == {"date", "time"}:
        return _as_time(left), _as_time(right)
    raise Unsupported(f"a comparison of {' and '.join(sorted(kinds))}")


def _with_literal(value: Value, literal: Value, parameters: Parameters) -> tuple[Value, Value]:
    text = literal.literal or ""
    if value.type in ("text", "null"):
        return value, as_text(literal)
    try:
        bound = convert(text, value.type)
    except Unsupported:
        if value.raw is None or value.type not in ("int", "num"):
            raise
        # the data set holds only digits here, but the database keeps the column as text
        return as_text(value), as_text(literal)
    kind: Type = "num" if isinstance(bound, Decimal) else value.type
    if isinstance(bound, int) and not isinstance(bound, bool) and abs(bound) >= 2**63:
        kind = "num"
    return value, Value(parameters.typed(bound, kind), kind, plain=True)


def _as_time(value: Value) -> Value:
    return value if value.type == "time" else Value(f"CAST({value.sql} AS TIMESTAMP)", "time")

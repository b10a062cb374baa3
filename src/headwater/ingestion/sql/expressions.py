"""Conditions and values of a statement, rebuilt for the sandbox from an allow-list of node kinds.

Each kind of node has one method and the parts that it may have; anything else is ``Unsupported``. Nothing of the
statement's text gets into the rebuilt query: columns become the sandbox's own names, literals become parameters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from sqlglot import exp

from headwater.ingestion.sql.functions import FUNCTIONS
from headwater.ingestion.sql.handlers import Handler, handled
from headwater.ingestion.sql.literals import array_items, like_pattern, regex_pattern
from headwater.ingestion.sql.values import (
    SQL_TYPES,
    Parameters,
    Type,
    Unsupported,
    Value,
    as_text,
    convert,
    is_plain,
    number_of,
    same_type,
)

_COMPARISONS = {
    exp.EQ: "=", exp.NEQ: "<>", exp.GT: ">", exp.GTE: ">=", exp.LT: "<", exp.LTE: "<=",
    exp.NullSafeEQ: "IS NOT DISTINCT FROM", exp.NullSafeNEQ: "IS DISTINCT FROM",
}  # fmt: skip
_ORDERING = frozenset({">", ">=", "<", "<="})
_MOST_ALTERNATIVES = 2_000


class Names(Protocol):
    """What the columns of a statement mean, and the sub-selects that it may ask."""

    def column(self, node: exp.Expression) -> Value:
        """The value of a column; ``Unsupported`` for one that is not ours."""
        ...

    def sub_select(self, query: exp.Expression) -> tuple[str, Value]:
        """A one-column query that is rebuilt exactly, and what its column holds."""
        ...


@dataclass(slots=True)
class Notes:
    """What a rebuilt query leaves open.

    ``left_out``: conditions that it does not apply, so that it gives more rows; ``kept`` counts those that it does.
    ``unbounded``: limits that it does not apply. ``doubts``: reasons why its rows may be others. ``fans_out``: a row
    may have come back several times.
    """

    left_out: list[str] = field(default_factory=list)
    unbounded: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    kept: int = 0
    fans_out: bool = False

    @property
    def open_points(self) -> list[str]:
        """Everything that keeps the rebuilt query from giving the very rows, each once."""
        return list(dict.fromkeys([*self.left_out, *self.unbounded, *self.doubts]))


@dataclass(slots=True)
class Expressions:
    """Rebuilds the expressions of one SELECT."""

    names: Names
    parameters: Parameters
    notes: Notes
    day: date | None

    def superset(self, node: exp.Expression) -> str | None:
        """A condition that holds wherever the given one does; what cannot be rebuilt is left out and noted."""
        node = node.unnest()
        if isinstance(node, exp.And):
            parts = [self.superset(p) for p in node.flatten()]
            return " AND ".join(p for p in parts if p is not None) or None
        try:
            if isinstance(node, exp.Or):
                built = [self.superset(p) for p in _merged(node)]
                return None if None in built else f"({' OR '.join(b for b in built if b)})"
            condition = self.truth(node)
        except Unsupported as reason:
            self.notes.left_out.append(str(reason))
            return None
        self.notes.kept += 1
        return condition

    def truth(self, node: exp.Expression) -> str:
        """A condition, exactly."""
        value = self.value(node)
        if value.type not in ("bool", "null"):
            raise Unsupported("a condition that is no truth value")
        return value.sql

    def value(self, node: exp.Expression) -> Value:
        """A value, exactly."""
        handler = _HANDLERS.get(type(node))
        if handler is None:
            raise Unsupported(f"{type(node).__name__} is not replayed")
        method, parts = handler
        extra = {k for k, v in node.args.items() if v and k not in parts}
        if extra:
            raise Unsupported(f"{type(node).__name__} with {', '.join(sorted(extra))} is not replayed")
        return method(self, node)

    def text(self, node: exp.Expression) -> Value:
        """A value as text."""
        return as_text(self.value(node))

    def compare(self, left: Value, operator: str, right: Value) -> str:
        """A comparison of two values, brought to one type; the order of texts may hang on a collation."""
        left, right = same_type(left, right, self.parameters)
        if operator in _ORDERING and left.type == "text" and not (left.plain and right.plain):
            self.notes.doubts.append("the order of texts hangs on the server's collation")
        return f"({left.sql} {operator} {right.sql})"

    # --- conditions

    def _comparison(self, node: Any) -> Value:
        right = node.expression
        if isinstance(node, exp.EQ) and isinstance(right, exp.Any):
            return self._listed(node.this, array_items(right.this), negate=False)
        if isinstance(node, exp.NEQ) and isinstance(right, exp.Anonymous) and right.name.lower() == "all":
            return self._listed(node.this, array_items(right.expressions[0]), negate=True)
        if isinstance(node.this, exp.Tuple) and isinstance(right, exp.Tuple) and isinstance(node, exp.EQ):
            return self._tuples(node.this, [right])
        return _bool(self.compare(self.value(node.this), _COMPARISONS[type(node)], self.value(right)))

    def _connector(self, node: Any) -> Value:
        word = " AND " if isinstance(node, exp.And) else " OR "
        parts = list(node.flatten()) if isinstance(node, exp.And) else _merged(node)
        return _bool(f"({word.join(self.truth(p) for p in parts)})")

    def _not(self, node: Any) -> Value:
        return _bool(f"(NOT {self.truth(node.this)})")

    def _between(self, node: Any) -> Value:
        value, low, high = (self.value(node.args[a]) for a in ("this", "low", "high"))
        both = f"{self.compare(value, '>=', low)} AND {self.compare(value, '<=', high)}"
        if node.args.get("symmetric"):
            both = f"({both}) OR ({self.compare(value, '>=', high)} AND {self.compare(value, '<=', low)})"
        return _bool(f"({both})")

    def _is(self, node: Any) -> Value:
        if isinstance(node.expression, exp.Null):
            tested = f"({self.value(node.this).sql} IS NULL)"
        elif isinstance(node.expression, exp.Boolean):
            word = "TRUE" if node.expression.this else "FALSE"
            tested = f"({self.truth(node.this)} IS NOT DISTINCT FROM {word})"
        else:
            raise Unsupported("IS with another word")
        return _bool(f"(NOT {tested})" if node.args.get("negate") else tested)

    def _in(self, node: Any) -> Value:
        negate = bool(node.args.get("negate"))
        query = node.args.get("query")
        if query is None and isinstance(node.this, exp.Tuple):
            found = self._tuples(node.this, node.expressions)
            return _bool(f"(NOT {found.sql})") if negate else found
        if query is None:
            return self._listed(node.this, node.expressions, negate)
        sql, column = self.names.sub_select(query.unnest())
        value, inner = same_type(self.value(node.this), column, self.parameters)
        if inner is not column:
            raise Unsupported("a sub-select of another type")
        return _bool(f"({value.sql} {'NOT IN' if negate else 'IN'} ({sql}))")

    def _listed(self, node: Any, items: Sequence[Any], negate: bool) -> Value:
        value = self.value(node)
        word = "NOT IN" if negate else "IN"
        texts = [_quoted(i) for i in items]
        if value.type in SQL_TYPES and None not in texts:
            listed = self._bound_list(value, [t for t in texts if t is not None])
            if listed is not None:
                return _bool(f"({listed[0]} {word} (SELECT unnest({listed[1]})))")
        if len(items) > _MOST_ALTERNATIVES:
            raise Unsupported("a list that is too long")
        each = " OR ".join(self.compare(value, "=", self.value(i)) for i in items)
        return _bool(f"(NOT ({each}))" if negate else f"({each})")

    def _bound_list(self, value: Value, texts: list[str]) -> tuple[str, str] | None:
        try:
            bound = [convert(t, value.type) for t in texts]
        except Unsupported:
            return None
        kind = SQL_TYPES[value.type]
        if value.type == "int" and not all(isinstance(b, int) and abs(b) < 2**63 for b in bound):
            kind = SQL_TYPES["num"]
        return value.sql, f"CAST({self.parameters.bind(list(bound))} AS {kind}[])"

    def _tuples(self, left: Any, rows: Sequence[Any]) -> Value:
        if len(rows) > _MOST_ALTERNATIVES or not all(isinstance(r, exp.Tuple) for r in rows):
            raise Unsupported("a list of rows")
        values = [self.value(e) for e in left.expressions]
        each = (
            " AND ".join(self.compare(v, "=", self.value(e)) for v, e in zip(values, row.expressions, strict=True))
            for row in rows
            if len(row.expressions) == len(values)
        )
        return _bool(f"({' OR '.join(f'({e})' for e in each) or 'FALSE'})")

    def _like(self, node: Any) -> Value:
        return self._like_with(node, "\\")

    def _escape(self, node: Any) -> Value:
        inner, mark = node.this, _quoted(node.expression)
        if not isinstance(inner, (exp.Like, exp.ILike)) or mark is None or len(mark) != 1:
            raise Unsupported("ESCAPE with more than one character")
        return self._like_with(inner, mark)

    def _like_with(self, node: Any, mark: str) -> Value:
        if isinstance(node.expression, exp.Any):
            each = [self._like_one(node, i, mark) for i in array_items(node.expression.this)]
            found = f"({' OR '.join(each) or 'FALSE'})"
        else:
            found = self._like_one(node, node.expression, mark)
        return _bool(f"(NOT {found})" if node.args.get("negate") else found)

    def _like_one(self, node: Any, pattern: Any, mark: str) -> str:
        value = self.text(node.this)
        built = self.parameters.bind(like_pattern(pattern, mark))
        word = "ILIKE" if isinstance(node, exp.ILike) else "LIKE"
        return f"({value.sql} {word} {built} ESCAPE '{chr(92)}')"

    def _regex(self, node: Any) -> Value:
        pattern = self.parameters.bind(regex_pattern(node))
        options = "is" if isinstance(node, exp.RegexpILike) else "s"
        test = "regexp_full_match" if isinstance(node, exp.SimilarTo) else "regexp_matches"
        return _bool(f"{test}({self.text(node.this).sql}, {pattern}, '{options}')")

    def _starts_with(self, node: Any) -> Value:
        return _bool(f"starts_with({self.text(node.this).sql}, {self.text(node.expression).sql})")

    # --- values

    def _column(self, node: Any) -> Value:
        return self.names.column(node)

    def _paren(self, node: Any) -> Value:
        return self.value(node.this)

    def _literal(self, node: Any) -> Value:
        if not node.is_string:
            number = number_of(node.this)
            kind: Type = "int" if isinstance(number, int) and abs(number) < 2**63 else "num"
            return Value(self.parameters.typed(number, kind), kind, plain=True, literal=node.this)
        return self._open(node.this)

    def _open(self, text: str) -> Value:
        return Value(self.parameters.typed(text, "text"), "open", plain=is_plain(text), literal=text)

    def _string(self, node: Any) -> Value:
        return self._open(str(node.this))

    def _boolean(self, node: Any) -> Value:
        return _bool("TRUE" if node.this else "FALSE")

    def _null(self, node: Any) -> Value:
        return Value("NULL", "null")

    def _today(self, node: Any) -> Value:
        if self.day is None:
            raise Unsupported("the day is not known")
        return Value(self.parameters.typed(self.day, "date"), "date")

    def _case(self, node: Any) -> Value:
        if node.this is not None:
            conditions = [self.compare(self.value(node.this), "=", self.value(i.this)) for i in node.args["ifs"]]
        else:
            conditions = [self.truth(i.this) for i in node.args["ifs"]]
        results = [self.value(i.args["true"]) for i in node.args["ifs"]]
        default = node.args.get("default")
        results.append(self.value(default) if default is not None else Value("NULL", "null"))
        results, kind = self._one_type(results)
        whens = " ".join(f"WHEN {c} THEN {r.sql}" for c, r in zip(conditions, results, strict=False))
        return Value(f"(CASE {whens} ELSE {results[-1].sql} END)", kind, plain=all(r.plain for r in results))

    def _coalesce(self, node: Any) -> Value:
        values, kind = self._one_type([self.value(n) for n in (node.this, *node.expressions)])
        return Value(f"coalesce({', '.join(v.sql for v in values)})", kind, plain=all(v.plain for v in values))

    def _nullif(self, node: Any) -> Value:
        values, kind = self._one_type([self.value(node.this), self.value(node.expression)])
        return Value(f"nullif({values[0].sql}, {values[1].sql})", kind, plain=values[0].plain)

    def _one_type(self, values: list[Value]) -> tuple[list[Value], Type]:
        for _ in range(2):  # the second round brings the early ones to what the late ones asked for
            for i in range(len(values) - 1):
                values[i], values[i + 1] = same_type(values[i], values[i + 1], self.parameters)
        kinds = {v.type for v in values} - {"null"}
        if len(kinds - {"int", "num"}) > 1 or (kinds & {"int", "num"} and kinds - {"int", "num"}):
            raise Unsupported("alternatives of several types")
        return values, "num" if kinds == {"int", "num"} else next(iter(kinds), "null")


def _bool(sql: str) -> Value:
    return Value(sql, "bool")


def _quoted(node: Any) -> str | None:
    """The text of a quoted literal, also when it is cast to text; ``None`` for anything else."""
    if isinstance(node, (exp.Cast, exp.Paren)) and (
        isinstance(node, exp.Paren) or node.to.this in (exp.DType.TEXT, exp.DType.VARCHAR)
    ):
        return _quoted(node.this)
    if isinstance(node, exp.Literal) and node.is_string:
        return str(node.this)
    return None


def _merged(node: Any) -> list[Any]:
    """The alternatives of an OR, with long runs of ``column = literal`` as one list."""
    parts = [p.unnest() for p in node.flatten()]
    lists: dict[str, list[Any]] = {}
    rest = []
    for part in parts:
        if isinstance(part, exp.EQ) and isinstance(part.this, exp.Column) and _quoted(part.expression) is not None:
            lists.setdefault(f"{part.this.table}.{part.this.name}".lower(), []).append(part)
        else:
            rest.append(part)
    for same in lists.values():
        rest.append(same[0] if len(same) == 1 else _in_list(same))
    if len(rest) > _MOST_ALTERNATIVES:
        raise Unsupported("too many alternatives")
    return rest


def _in_list(same: list[Any]) -> Any:
    return exp.In(this=same[0].this, expressions=[p.expression for p in same])


_E = Expressions
_HANDLERS: dict[type[Any], Handler] = {
    **dict.fromkeys(_COMPARISONS, handled(_E._comparison)),
    exp.And: handled(_E._connector),
    exp.Or: handled(_E._connector),
    exp.Not: handled(_E._not),
    exp.Between: handled(_E._between, "low", "high", "symmetric"),
    exp.Is: handled(_E._is, "negate"),
    exp.In: handled(_E._in, "query", "negate"),
    exp.Like: handled(_E._like, "negate"),
    exp.ILike: handled(_E._like, "negate"),
    exp.Escape: handled(_E._escape),
    exp.RegexpLike: handled(_E._regex),
    exp.RegexpILike: handled(_E._regex),
    exp.SimilarTo: handled(_E._regex),
    exp.StartsWith: handled(_E._starts_with),
    exp.Column: handled(_E._column, "table", "db", "catalog"),
    exp.Paren: handled(_E._paren),
    exp.Literal: handled(_E._literal, "is_string"),
    exp.ByteString: handled(_E._string),
    exp.National: handled(_E._string),
    exp.RawString: handled(_E._string),
    exp.Boolean: handled(_E._boolean),
    exp.Null: handled(_E._null),
    exp.CurrentDate: handled(_E._today),
    exp.Case: handled(_E._case, "ifs", "default"),
    exp.Coalesce: handled(_E._coalesce, "is_nvl", "is_null"),
    exp.Nullif: handled(_E._nullif),
    **FUNCTIONS,
}

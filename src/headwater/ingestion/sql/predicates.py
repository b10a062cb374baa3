"""The columns of a statement and what it asks of them, without values."""

from __future__ import annotations

from sqlglot import exp

from headwater.ingestion.sql.keys import conjuncts

_OPERATORS = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.Between: "between",
    exp.In: "in",
    exp.Like: "like",
    exp.ILike: "ilike",
    exp.SimilarTo: "similar to",
    exp.RegexpLike: "~",
    exp.RegexpILike: "~*",
    exp.Is: "is",
    exp.NullSafeEQ: "is not distinct from",
    exp.NullSafeNEQ: "is distinct from",
}
_RANGES = (exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between)


def columns_of(node: exp.Expression) -> tuple[str, ...]:
    """The names of all columns in a tree, in lower case; ``*`` for all of a table."""
    names = {c.name.lower() for c in node.find_all(exp.Column) if not c.is_star}
    if any(not isinstance(s.parent, exp.Count) for s in node.find_all(exp.Star)):
        names.add("*")
    return tuple(sorted(names))


def predicates_of(node: exp.Expression) -> tuple[str, ...]:
    """Each condition as ``column operator``."""
    found = set()
    for condition in node.find_all(*_OPERATORS):
        sides = (condition.this, condition.args.get("expression"))
        column = next((c for s in sides if s is not None for c in s.find_all(exp.Column)), None)
        if column is not None:
            found.add(f"{column.name.lower()} {_OPERATORS[type(condition)]}")
    return tuple(sorted(found))


def deciding_columns(query: exp.Expression) -> tuple[str, ...]:
    """The columns that decide which rows come back: all but those that are merely shown.

    ``*`` when any column may (a DISTINCT over all of them).
    """
    shown: set[int] = set()
    if isinstance(query, exp.Select) and not query.args.get("distinct"):
        shown = {id(n) for p in query.expressions for n in p.find_all(exp.Column, exp.Star)}
        ordered = query.args.get("order")
        if ordered is not None and any(
            isinstance(o.this, exp.Literal) or _is_alias(o.this, query) for o in ordered.expressions
        ):
            shown = set()
    names = {c.name.lower() for c in query.find_all(exp.Column) if id(c) not in shown and not c.is_star}
    if any(id(s) not in shown and not isinstance(s.parent, exp.Count) for s in query.find_all(exp.Star)):
        names.add("*")
    return tuple(sorted(names))


def _is_alias(node: exp.Expression, query: exp.Expression) -> bool:
    return isinstance(node, exp.Column) and any(
        isinstance(p, exp.Alias) and p.alias.lower() == node.name.lower() for p in query.expressions
    )


def is_range_only(query: exp.Expression) -> bool:
    """Whether all that a query asks is that columns lie between bounds."""
    where = query.args.get("where")
    return where is not None and all(isinstance(c.unnest(), _RANGES) for c in conjuncts(where.this))

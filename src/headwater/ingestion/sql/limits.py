"""ORDER BY with LIMIT and OFFSET: which rows they surely let through, and which perhaps.

Rows that the order does not tell apart change places as the server likes. A row is sure to be among those returned when
all its equals are; it may be when any of them is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from headwater.ingestion.sql.expressions import Expressions, Notes
from headwater.ingestion.sql.literals import integer_of
from headwater.ingestion.sql.values import Unsupported, as_text


@dataclass(frozen=True, slots=True)
class OrderKey:
    """One value to order by, and how: ``DESC NULLS FIRST``."""

    sql: str
    way: str


def bounds_of(select: Any, notes: Notes) -> tuple[int, int | None] | None:
    """OFFSET and LIMIT; ``None`` without them. What is not written out as a number is noted and not applied."""
    limit, offset = select.args.get("limit"), select.args.get("offset")
    if limit is None and offset is None:
        return None
    try:
        return (
            integer_of(offset.expression) if offset is not None else 0,
            _limit(limit) if limit is not None else None,
        )
    except Unsupported:
        notes.unbounded.append("a LIMIT that is not written out")
        return None


def _limit(limit: Any) -> int:
    if not isinstance(limit, exp.Fetch):
        if limit.args.get("offset") is not None or limit.args.get("limit_options") is not None:
            raise Unsupported("a LIMIT with options")
        return integer_of(limit.expression)
    options = limit.args.get("limit_options")
    if options is not None and (options.args.get("percent") or options.args.get("with_ties")):
        raise Unsupported("a LIMIT with options")
    return integer_of(limit.args["count"]) if limit.args.get("count") is not None else 1


def order_keys(select: Any, expressions: Expressions) -> list[OrderKey] | None:
    """The values to order by, empty without ORDER BY; ``None`` when one cannot be rebuilt."""
    order = select.args.get("order")
    if order is None or not (select.args.get("limit") or select.args.get("offset")):
        return []
    try:
        return [_key(node, select, expressions) for node in order.expressions]
    except Unsupported:
        return None


def _key(node: Any, select: Any, expressions: Expressions) -> OrderKey:
    value = expressions.value(_meant(node.this, select))
    if value.type == "open":
        value = as_text(value)
    if value.type == "text" and not value.plain:
        expressions.notes.doubts.append("the order of texts hangs on the server's collation")
    descending = bool(node.args.get("desc"))
    first = node.args.get("nulls_first")
    first = descending if first is None else bool(first)
    return OrderKey(value.sql, f"{'DESC' if descending else 'ASC'} NULLS {'FIRST' if first else 'LAST'}")


def _meant(node: Any, select: Any) -> Any:
    """What an ORDER BY item means: a place or an alias among the shown columns, or an expression of its own."""
    shown = select.expressions
    if isinstance(node, exp.Literal) and not node.is_string:
        place = integer_of(node)
        if not 1 <= place <= len(shown) or any(s.find(exp.Star) for s in shown):
            raise Unsupported("an ORDER BY place among columns that are not listed")
        return shown[place - 1].this if isinstance(shown[place - 1], exp.Alias) else shown[place - 1]
    if isinstance(node, exp.Column) and not node.table:
        for item in shown:
            if isinstance(item, exp.Alias) and item.alias.lower() == node.name.lower():
                return item.this
    return node


def bounded(inner: str, keys: list[OrderKey], offset: int, limit: int | None) -> str:
    """The rows of a query that its OFFSET and LIMIT may let through; ``sure`` where they must."""
    order = f"ORDER BY {', '.join(f'k{i} {k.way}' for i, k in enumerate(keys))} " if keys else ""
    frame = f"{order}RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW" if keys else ""
    last = f"seen_last <= {offset + limit}" if limit is not None else "TRUE"
    first = f"seen_first <= {offset + limit}" if limit is not None else "TRUE"
    return (
        f"SELECT * EXCLUDE (sure), (seen_first > {offset} AND {last}) AS sure FROM ("
        f"SELECT *, {f'rank() OVER ({order})' if keys else '1'} AS seen_first, count(*) OVER ({frame}) AS seen_last "
        f"FROM ({inner})) WHERE seen_last > {offset} AND {first}"
    )


def returned_of(last: int, offset: int, limit: int | None) -> int:
    """How many rows came back, given the place of the last row that may have."""
    end = last if limit is None else min(last, offset + limit)
    return max(end - offset, 0)

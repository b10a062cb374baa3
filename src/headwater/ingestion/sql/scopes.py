"""Who is meant by a name in a query: real tables apart from common table expressions, sources apart from targets."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from headwater.ingestion.sql.catalogue import Name

_COLLECTS = (exp.ArrayAgg, exp.GroupConcat, exp.JSONArrayAgg, exp.JSONObjectAgg, exp.AnyValue, exp.First, exp.Last)
_COLLECTS_BY_NAME = frozenset(
    {"json_agg", "jsonb_agg", "xmlagg", "json_object_agg", "jsonb_object_agg", "string_agg", "listagg", "mode"}
)


def table_name(table: exp.Expression) -> Name:
    """A table's name as its parts in lower case; empty for a function that stands where a table could."""
    if not isinstance(table.this, exp.Identifier):
        return ()
    return tuple(p.name.lower() for p in table.parts if isinstance(p, exp.Identifier))


def cte_of(table: exp.Expression) -> exp.Expression | None:
    """The common table expression that a table's name means, by the rules of scope, or ``None`` for a real table."""
    if len(table_name(table)) != 1:
        return None
    wanted, node, inside = table.name.lower(), table, None
    while node is not None:
        clause = node.args.get("with_")
        if clause is not None:
            for cte in _visible(clause, inside):
                if cte.alias.lower() == wanted:
                    return cte
        if isinstance(node, exp.CTE):
            inside = node
        node = node.parent
    return None


def _visible(clause: exp.Expression, inside: exp.Expression | None) -> list[exp.Expression]:
    ctes = list(clause.expressions)
    if inside is None or clause.args.get("recursive") or not any(c is inside for c in ctes):
        return ctes
    return ctes[: next(i for i, c in enumerate(ctes) if c is inside)]


def real_tables(node: exp.Expression) -> Iterator[exp.Expression]:
    """Every table in a tree that is not a common table expression."""
    for table in node.find_all(exp.Table):
        if table_name(table) and cte_of(table) is None:
            yield table


def sources(select: exp.Expression) -> list[exp.Expression]:
    """What a SELECT reads from: the FROM item, then the joined ones, as they stand in the tree."""
    first = select.args.get("from_")
    joined = [j.this for j in select.args.get("joins") or ()]
    return [*([first.this] if first is not None else []), *joined]


def collects(node: exp.Expression) -> bool:
    """Whether an aggregate gives the values themselves (``array_agg``, ``string_agg``) and not a figure about them."""
    if isinstance(node, _COLLECTS):
        return True
    return isinstance(node, exp.Anonymous) and node.name.lower() in _COLLECTS_BY_NAME


def is_figure(node: exp.Expression) -> bool:
    """Whether a node is an aggregate that gives a figure about many rows."""
    return isinstance(node, exp.AggFunc) and not collects(node) and not isinstance(node.parent, exp.Window)

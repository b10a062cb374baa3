"""Whether a query gives records of persons, or only figures about many of them."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from headwater.ingestion.sql.catalogue import Catalogue
from headwater.ingestion.sql.scopes import collects, cte_of, is_figure, real_tables, sources, table_name

_DEEPEST = 40


def reveals(query: exp.Expression, catalogue: Catalogue, depth: int = 0) -> bool:
    """Whether rows of a protected table, or values that tell its persons apart, come out of a query.

    ``count(*)`` and sums by product do not; ``GROUP BY client_id``, ``array_agg(phone)`` and ``count(*) OVER ()`` do.
    A sub-select, a common table expression or a join counts as its own query does.
    """
    if depth > _DEEPEST:
        return True
    if isinstance(query, exp.Subquery):
        return reveals(query.this, catalogue, depth + 1)
    if isinstance(query, exp.SetOperation):
        return any(reveals(side, catalogue, depth + 1) for side in (query.this, query.expression))
    if not isinstance(query, exp.Select):
        return any(True for t in real_tables(query) if catalogue.dataset_of(table_name(t)))
    identifying = _identifying(query, catalogue)
    if _is_grouped(query) and not _shows_persons(query, identifying):
        return False
    return any(_source_reveals(s, catalogue, depth) for s in sources(query)) or any(
        reveals(q, catalogue, depth + 1) for q in _sub_selects(query)
    )


def merges(query: exp.Expression) -> bool:
    """Whether a row that comes out may stand for several persons whom it does not tell apart.

    ``SELECT length(phone), count(*) … GROUP BY 1`` gives two rows and nobody's number; ``array_agg(phone)`` gives all.
    """
    if not isinstance(query, exp.Select) or not _is_grouped(query):
        return False
    return not any(collects(n) for p in query.expressions for n in p.find_all(exp.AggFunc, exp.Anonymous))


def _source_reveals(source: exp.Expression, catalogue: Catalogue, depth: int) -> bool:
    if isinstance(source, exp.Lateral):
        source = source.this
    if isinstance(source, exp.Subquery):
        return reveals(source.this, catalogue, depth + 1)
    if not isinstance(source, exp.Table):
        return False
    cte = cte_of(source)
    if cte is None:
        return catalogue.dataset_of(table_name(source)) is not None
    recursive = cte.parent is not None and cte.parent.args.get("recursive") and source.find_ancestor(exp.CTE) is cte
    return False if recursive else reveals(cte.this, catalogue, depth + 1)


def _sub_selects(query: exp.Expression) -> Iterator[exp.Expression]:
    for part in (*query.expressions, query.args.get("where"), query.args.get("having")):
        if part is not None:
            # a predicate holds queries as In.query, Exists.this or a bracketed Subquery
            yield from (q for q in part.find_all(exp.Select) if q is not query)


def _is_grouped(query: exp.Expression) -> bool:
    if query.args.get("group") or any(_figures(p) for p in query.expressions):
        return True
    # SELECT DISTINCT product: the values of a column, not the rows
    shown = query.expressions
    return bool(query.args.get("distinct")) and not any(p.find(exp.Star) for p in shown)


def _figures(projection: exp.Expression) -> bool:
    return any(is_figure(f) for f in projection.find_all(exp.AggFunc))


def _shows_persons(query: exp.Expression, identifying: frozenset[str]) -> bool:
    for projection in query.expressions:
        if any(collects(n) for n in projection.find_all(exp.AggFunc, exp.Anonymous)):
            return True
        if isinstance(projection, exp.Star) or (isinstance(projection, exp.Column) and projection.is_star):
            return True
        if any(
            c.name.lower() in identifying and not _is_counted(c, projection) for c in projection.find_all(exp.Column)
        ):
            return True
    group = query.args.get("group")
    keys = group.find_all(exp.Column) if group is not None else ()
    return any(c.name.lower() in identifying for c in keys)


def _is_counted(column: exp.Expression, top: exp.Expression) -> bool:
    node = column
    while node is not None:
        if is_figure(node):
            return True
        if node is top:
            return False
        node = node.parent
    return False


def _identifying(query: exp.Expression, catalogue: Catalogue) -> frozenset[str]:
    found = {catalogue.dataset_of(table_name(t)) for t in real_tables(query)} - {None}
    if not found:  # reads through a common table expression that stands outside
        found = set(catalogue.by_dataset)
    return frozenset().union(*(catalogue.by_dataset[d].identifying | {catalogue.by_dataset[d].key} for d in found if d))

"""Key look-ups: which literal of a statement names a record."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from headwater.ingestion.sql.catalogue import Catalogue
from headwater.ingestion.sql.scopes import cte_of, sources, table_name

_ALONE = ("joins", "group", "having", "distinct", "limit", "offset", "with_", "laterals")


@dataclass(frozen=True, slots=True)
class KeyUse:
    """A look-up by key: the first of the literals that are keys, and how many literals follow them.

    ``first`` is ``None`` for a parameter. ``many`` marks a list. ``alone``: nothing else decides what comes back.
    ``column`` is the key's, or another by which one value is looked up.
    """

    dataset: str
    first: int | None
    after: int
    many: bool
    alone: bool
    column: str


def key_use(query: exp.Expression, catalogue: Catalogue, literals: int) -> KeyUse | None:
    """The look-up by key that a query with that many numbered literals makes, or ``None``."""
    where = query.args.get("where") if isinstance(query, exp.Select) else None
    if where is None:
        return None
    conditions = [c.unnest() for c in conjuncts(where.this)]
    for source in sources(query):
        if not isinstance(source, exp.Table) or cte_of(source) is not None:
            continue
        dataset = catalogue.dataset_of(table_name(source))
        if dataset is None:
            continue
        for condition in conditions:
            key = catalogue.by_dataset[dataset].key
            found = _keys_in(condition, key, source.alias_or_name.lower())
            if found is not None:
                alone = len(conditions) == 1 and _is_alone(query, source)
                return _use(dataset, found, literals, alone, key)
    return None


def match_use(query: exp.Expression, catalogue: Catalogue, literals: int) -> KeyUse | None:
    """The look-up of one text in another column than the key that is all a query does, or ``None``."""
    where = query.args.get("where") if isinstance(query, exp.Select) else None
    condition = where.this.unnest() if where is not None else None
    if not isinstance(condition, exp.EQ):
        return None
    column, literal = condition.this.unnest(), condition.expression.unnest()
    (source, *others) = sources(query) or [None]
    if others or not isinstance(source, exp.Table) or cte_of(source) is not None or not _is_alone(query, source):
        return None
    dataset = catalogue.dataset_of(table_name(source))
    is_text = isinstance(literal, exp.Literal) and literal.is_string
    if dataset is None or not is_text or not isinstance(column, exp.Column):
        return None
    if column.table.lower() not in ("", source.alias_or_name.lower()):
        return None
    return _use(dataset, [literal], literals, True, column.name.lower())


def _is_alone(query: exp.Expression, source: exp.Expression) -> bool:
    return not any(query.args.get(a) for a in _ALONE) and not any(source.args.get(a) for a in ("sample", "pivots"))


def conjuncts(node: exp.Expression) -> list[exp.Expression]:
    """The conditions that must all hold."""
    node = node.unnest()
    if not isinstance(node, exp.And):
        return [node]
    return [inner for part in node.flatten() for inner in (conjuncts(part) if isinstance(part, exp.Paren) else [part])]


def _keys_in(condition: exp.Expression, key: str, source: str) -> list[exp.Expression] | None:
    if isinstance(condition, exp.EQ):
        left, right = _bare(condition.this), _bare(condition.expression)
        if not _is_key(left, key, source):
            left, right = right, left
        if not _is_key(left, key, source):
            return None
        return _any_list(right) if isinstance(right, exp.Any) else _values([right])
    if (
        isinstance(condition, exp.In)
        and _is_key(_bare(condition.this), key, source)
        and not condition.args.get("negate")
    ):
        return _values([_bare(e) for e in condition.expressions])
    return None


def _any_list(node: exp.Expression) -> list[exp.Expression] | None:
    inner = _bare(node.this)
    return _values([_bare(e) for e in inner.expressions]) if isinstance(inner, exp.Array) else None


def _values(nodes: list[exp.Expression]) -> list[exp.Expression] | None:
    known = (exp.Literal, exp.Parameter, exp.Placeholder)
    return nodes if nodes and all(isinstance(n, known) for n in nodes) else None


def _bare(node: exp.Expression) -> exp.Expression:
    node = node.unnest()
    while isinstance(node, exp.Cast) and isinstance(node.this, (exp.Literal, exp.Column, exp.Array)):
        node = node.this
    return node


def _is_key(node: exp.Expression, key: str, source: str) -> bool:
    return isinstance(node, exp.Column) and node.name.lower() == key and node.table.lower() in ("", source)


def _use(dataset: str, keys: list[exp.Expression], literals: int, alone: bool, column: str) -> KeyUse:
    if not all(isinstance(k, exp.Literal) and k.this.isdigit() for k in keys):
        return KeyUse(dataset, None, 0, len(keys) > 1, False, column)
    places = [int(k.this) for k in keys]
    return KeyUse(dataset, min(places), literals - 1 - max(places), len(keys) > 1, alone, column)

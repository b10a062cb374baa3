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
    """

    dataset: str
    first: int | None
    after: int
    many: bool
    alone: bool


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
            found = _keys_in(condition, catalogue.by_dataset[dataset].key, source.alias_or_name.lower())
            if found is not None:
                alone = (
                    len(conditions) == 1
                    and not any(query.args.get(a) for a in _ALONE)
                    and not source.args.get("sample")
                )
                return _use(dataset, found, literals, alone)
    return None


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


def _use(dataset: str, keys: list[exp.Expression], literals: int, alone: bool) -> KeyUse:
    if not all(isinstance(k, exp.Literal) and k.this.isdigit() for k in keys):
        return KeyUse(dataset, None, 0, len(keys) > 1, False)
    places = [int(k.this) for k in keys]
    return KeyUse(dataset, min(places), literals - 1 - max(places), len(keys) > 1, alone)

"""What a statement shows: the columns of protected data sets that come back, in order, and by which of them it sorts.

Told from the tree of the shape, whose literals are masked. Only what reads tables directly is told: of a common table
expression, a sub-select in FROM, a UNION or a star over a table whose columns are not known (it may be a view or a copy of
ours) nothing is said, which is a gap and never a wrong answer. Names that are no columns of the data set are left out of the lake.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sqlglot import exp

from headwater.ingestion.sql.catalogue import Catalogue
from headwater.ingestion.sql.scopes import cte_of, sources, table_name

Part = Literal["shown", "order", "limit"]


@dataclass(frozen=True, slots=True)
class Shown:
    """One column that a statement shows, or sorts by, or that it has a LIMIT (``column`` is then ``None``).

    ``place`` is 1-based. ``column`` is ``None`` for what is no column of the data set; ``changed``: shown through an
    expression.
    """

    dataset: str
    part: Part
    place: int
    column: str | None
    changed: bool = False
    falling: bool = False


@dataclass(frozen=True, slots=True)
class _Source:
    """One table that a SELECT reads: the name it goes by, and the data set that it is, if it is one of ours."""

    alias: str
    dataset: str | None
    columns: tuple[str, ...]


def shown_of(query: exp.Expression, catalogue: Catalogue) -> tuple[Shown, ...]:
    """What a query shows of every data set that it reads; empty where its text does not tell."""
    if not isinstance(query, exp.Select):
        return ()
    known = [_source(s, catalogue) for s in sources(query)]
    read = [s for s in known if s is not None]
    if len(read) < len(known) or not any(s.dataset for s in read):
        return ()
    listed = _listed(query, read)
    if listed is None:
        return ()
    made: list[Shown] = []
    for dataset in dict.fromkeys(s.dataset for s in read if s.dataset):
        made += [Shown(dataset, "shown", i, c if d == dataset else None, x) for i, (d, c, x) in enumerate(listed, 1)]
        made += _order(query, read, dataset)
        if query.args.get("limit") or query.args.get("offset"):
            made.append(Shown(dataset, "limit", 1, None))
    return tuple(made)


def _source(source: exp.Expression, catalogue: Catalogue) -> _Source | None:
    """A table of the query; ``None`` for what is no plain table."""
    if not isinstance(source, exp.Table) or not table_name(source) or cte_of(source) is not None:
        return None
    dataset = catalogue.dataset_of(table_name(source))
    columns = catalogue.by_dataset[dataset].columns if dataset else ()
    return _Source(source.alias_or_name.lower(), dataset, columns)


_Listed = tuple[str | None, str | None, bool]  # data set, column, changed


def _listed(query: exp.Expression, read: list[_Source]) -> list[_Listed] | None:
    """The columns that come back, stars written out; ``None`` where a star covers a table whose columns nobody knows."""
    made: list[_Listed] = []
    for item in query.expressions:
        starred = isinstance(item, exp.Star) or (isinstance(item, exp.Column) and item.is_star)
        if not starred:
            made.append(_one(item, read))
            continue
        alias = item.table.lower() if isinstance(item, exp.Column) else ""
        for source in (s for s in read if alias in ("", s.alias)):
            if not source.columns:
                return None
            made += [(source.dataset, c, False) for c in source.columns]
    return made


def _one(item: exp.Expression, read: list[_Source]) -> _Listed:
    """One item of a SELECT list, by the first column of ours that stands in it."""
    bare = item.this if isinstance(item, exp.Alias) else item
    found = next(_ours(bare, read), None)
    if found is None:
        return None, None, True
    return *found, not isinstance(bare, exp.Column)


def _ours(node: exp.Expression, read: list[_Source]) -> Iterator[tuple[str, str]]:
    for column in node.find_all(exp.Column):
        name, alias = column.name.lower(), column.table.lower()
        for source in read:
            if source.dataset and alias in ("", source.alias) and name in source.columns:
                yield source.dataset, name
                break


def _order(query: exp.Expression, read: list[_Source], dataset: str) -> Iterator[Shown]:
    order = query.args.get("order")
    for place, item in enumerate(order.expressions if order is not None else (), 1):
        found = next(_ours(_meant(item.this, query), read), None)
        column = found[1] if found is not None and found[0] == dataset else None
        plain = isinstance(_meant(item.this, query), exp.Column)
        yield Shown(dataset, "order", place, column, not plain, bool(item.args.get("desc")))


def _meant(node: exp.Expression, query: exp.Expression) -> exp.Expression:
    """What an alias of the SELECT list stands for; a place in it is a literal, and masked: it stays what it is."""
    if isinstance(node, exp.Column) and not node.table:
        for item in query.expressions:
            if isinstance(item, exp.Alias) and item.alias.lower() == node.name.lower():
                inner: exp.Expression = item.this
                return inner
    return node

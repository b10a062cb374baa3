"""Items of personal information per holder: a low and a high count for each set of categories that stands together.

A row traded as one is one item, in the group of its gravest part: so rows are counted by the set of what they hold.
High counts raw rows. Low counts persons who have a name or an id, each once, by the richest of their rows; a bare
number is no item in it, and so is what is nobody's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import duckdb
import pyarrow as pa

from headwater.scanning.categories import Category, category_of
from headwater.scanning.persons import Persons

_ROWS = """
CREATE TEMP TABLE sets AS SELECT holder, source, sheet, line, list_sort(list(DISTINCT law)) AS laws
FROM holdings JOIN kinds USING (kind) WHERE law != '' AND coalesce(party, 0) >= 0 GROUP BY ALL
"""
_HIGH = "SELECT holder, laws, count(*) AS rows FROM sets GROUP BY ALL"
_LOW = """
SELECT holder, laws, count(*) AS rows FROM (
  SELECT DISTINCT ON (s.holder, person) s.holder, person, laws
  FROM persons p JOIN sets s ON s.source = p.source AND s.sheet = p.sheet AND s.line = p.line
   AND s.holder IS NOT DISTINCT FROM p.holder
  WHERE named ORDER BY s.holder, person, len(laws) DESC, laws
) GROUP BY ALL
"""
_ITEMS = """
SELECT holder, category, count(DISTINCT coalesce(token, source || sheet || line)) AS distinct_, count(*) AS all_
FROM holdings GROUP BY ALL ORDER BY ALL
"""


@dataclass(frozen=True, slots=True)
class Items:
    """Rows of one holder that hold the same set of things, named as the rule sets of the law name them."""

    holder: str | None
    categories: frozenset[str]
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class CategoryCount:
    """How often a category stands in a holder's files: distinct values, and all."""

    holder: str | None
    category: str
    distinct: int
    all: int


def items(
    holdings: pa.Table, persons: Persons, declared: Mapping[str, Category] = MappingProxyType({})
) -> tuple[Items, ...]:
    """Count the rows of every holder by what stands in them together; ``declared`` are the kinds that the settings declare."""
    with duckdb.connect() as base:
        base.register("holdings", holdings)
        base.register("persons", persons.rows)
        base.register("kinds", _kinds(holdings, declared))
        base.execute(_ROWS)
        high = dict(_counted(base, _HIGH))
        low = dict(_counted(base, _LOW))
    keys = sorted({*high, *low}, key=lambda k: (k[0] or "", sorted(k[1])))
    return tuple(Items(holder, laws, low.get((holder, laws), 0), high[holder, laws]) for holder, laws in keys)


def by_category(holdings: pa.Table) -> tuple[CategoryCount, ...]:
    """Count the identifiers and sensitive cells of every holder by category."""
    with duckdb.connect() as base:
        base.register("holdings", holdings)
        return tuple(CategoryCount(*row) for row in base.execute(_ITEMS).fetchall())


def _counted(base: duckdb.DuckDBPyConnection, query: str) -> Iterator[tuple[tuple[str | None, frozenset[str]], int]]:
    for holder, laws, rows in base.execute(query).fetchall():
        yield (holder, frozenset(laws)), rows


def _kinds(holdings: pa.Table, declared: Mapping[str, Category]) -> pa.Table:
    kinds = holdings["kind"].unique().to_pylist()
    return pa.table({"kind": pa.array(kinds, pa.string()), "law": [category_of(kind, declared).law for kind in kinds]})

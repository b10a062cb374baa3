"""Distinct persons behind holdings: once per file, once per holder, once overall.

A resident id or a passport is a person by itself. A number that leads to a person (mobile, e-mail, card, a data set's
own number) joins the rows that share it, and joins them to the id beside which it stands; name and address together do
so too. What several people share joins nobody. A chain that would make one person of two ids is cut.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from headwater.scanning.linking import link

ROWS = pa.schema(
    [
        ("source", pa.string()),
        ("sheet", pa.string()),
        ("line", pa.int64()),
        ("holder", pa.string()),
        ("person", pa.int64()),
        ("named", pa.bool_()),
    ]
)
_PLACES = """
WITH places AS (SELECT DISTINCT dense_rank() OVER (ORDER BY source, sheet, line) - 1 AS row, source, sheet, line, holder
                FROM holdings WHERE token IS NOT NULL),
     members AS (SELECT DISTINCT row, component FROM memberships JOIN components USING (number)),
     named AS (SELECT component, bool_or(is_id OR row IN (SELECT row FROM names)) AS named, min(row) AS first
               FROM memberships JOIN components USING (number) GROUP BY component)
SELECT source, sheet, line, holder, dense_rank() OVER (ORDER BY first, component) - 1 AS person, named
FROM members JOIN places USING (row) JOIN named USING (component) ORDER BY row, person
"""


@dataclass(frozen=True, slots=True)
class Persons:
    """Which persons stand in which rows.

    ``rows`` has a row for each person in each place: ``source``, ``sheet``, ``line``, ``holder``, ``person`` (0-based,
    in the order of first appearance) and ``named`` (false for one who is a bare number wherever he stands). Rows in
    which nobody can be told apart, such as a name alone, are not in it.
    """

    rows: pa.Table

    @property
    def count(self) -> int:
        """How many persons there are."""
        return int(pc.count_distinct(self.rows["person"]).as_py())

    def per_holder(self) -> pa.Table:
        """Count the distinct persons of each holder: ``holder``, ``persons``, ``named``."""
        return _counts(self.rows, "holder")

    def per_source(self) -> pa.Table:
        """Count the distinct persons of each file of each holder: ``holder``, ``source``, ``persons``, ``named``."""
        return _counts(self.rows, "holder, source")


def persons(holdings: pa.Table) -> Persons:
    """Tell the persons behind holdings apart; ``holdings`` is the table of that name, or a part of it."""
    if holdings.num_rows == 0:
        return Persons(ROWS.empty_table())
    with duckdb.connect() as base:
        base.register("holdings", holdings)
        count, ids, edges = link(base)
        numbers = np.arange(count)
        base.register("components", pa.table({"number": numbers, "component": _components(count, ids, edges)}))
        return Persons(base.execute(_PLACES).to_arrow_table().cast(ROWS))


def _components(count: int, ids: int, edges: dict[str, np.ndarray]) -> np.ndarray:
    """Number the component of every node; where one would hold two ids, only rows with an id may join."""
    a, b, by_id = edges["a"], edges["b"], edges["by_id"]
    component = _connected(count, a, b)
    crowded = np.bincount(component[:ids], minlength=count + 1) > 1
    if not crowded.any():
        return component
    kept = by_id | ~crowded[component[a]] if len(a) else by_id
    return _connected(count, a[kept], b[kept])


def _connected(count: int, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    graph = coo_array((np.ones(len(a), dtype=np.int8), (a, b)), shape=(count, count))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _counts(rows: pa.Table, keys: str) -> pa.Table:
    with duckdb.connect() as base:
        base.register("found", rows)
        return base.execute(
            f"SELECT {keys}, count(DISTINCT person) AS persons, count(DISTINCT person) FILTER (named) AS named "
            f"FROM found GROUP BY ALL ORDER BY ALL"
        ).to_arrow_table()

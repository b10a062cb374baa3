"""Persons of holdings told by joins of the column engine and scipy's components: an oracle for the compiled way."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

SHARED_BY = 3
"""A number beside more names than this is not one person's."""
MANY = 3
"""A row with more numbers than this and no id is a list, not one person's record."""

_STEPS = (
    # rows and what they hold
    """CREATE TEMP TABLE held AS SELECT DISTINCT row, kind, token FROM (
         SELECT dense_rank() OVER (ORDER BY source, sheet, line) - 1 AS row, kind, token
         FROM holdings WHERE token IS NOT NULL)""",
    """CREATE TEMP TABLE ids AS SELECT row, kind || ' ' || token AS node FROM held
       WHERE kind IN ('resident_id', 'passport')""",
    "CREATE TEMP TABLE names AS SELECT row, token FROM held WHERE kind = 'name'",
    """CREATE TEMP TABLE numbers AS SELECT row, kind || ' ' || token AS node FROM held
       WHERE kind IN ('mobile', 'email', 'bank_card') OR kind LIKE 'own:%'""",
    """CREATE TEMP TABLE dwellings AS SELECT row, min(names.token) || ' at ' || min(held.token) AS node
       FROM names JOIN held USING (row) WHERE kind = 'address' GROUP BY row HAVING count(*) = 1""",
    # what is shared by several people
    """CREATE TEMP TABLE shared AS
       SELECT l.node FROM (FROM numbers UNION ALL FROM dwellings) l JOIN ids USING (row)
       GROUP BY l.node HAVING count(DISTINCT ids.node) > 1
       UNION
       SELECT node FROM numbers JOIN names USING (row) GROUP BY node HAVING count(DISTINCT token) > $shared""",
    """CREATE TEMP TABLE links AS
       SELECT row, node FROM (FROM numbers UNION ALL FROM dwellings) ANTI JOIN shared USING (node)
       UNION ALL
       SELECT row, min(token) || ' by ' || node FROM numbers SEMI JOIN shared USING (node) JOIN names USING (row)
       WHERE row NOT IN (SELECT row FROM ids) GROUP BY row, node
       UNION ALL
       SELECT row, node FROM numbers SEMI JOIN shared USING (node)
       WHERE row NOT IN (SELECT row FROM ids) AND row NOT IN (SELECT row FROM names)""",
    # every node by a number: those that are ids first
    """CREATE TEMP TABLE nodes AS SELECT node, is_id, row_number() OVER (ORDER BY is_id DESC, node) - 1 AS number
       FROM (SELECT node, true AS is_id FROM ids UNION SELECT node, false FROM links)""",
    """CREATE TEMP TABLE memberships AS SELECT row, number, is_id
       FROM (FROM ids UNION ALL FROM links) JOIN nodes USING (node)""",
)
# rows that hold one id, and rows without any that are no list: each joins its first node to all its others
_EDGES = """
SELECT least(first, number) AS a, greatest(first, number) AS b, by_id FROM memberships JOIN (
  SELECT row, min(number) AS first, bool_or(is_id) AS by_id FROM memberships
  GROUP BY row HAVING count(*) FILTER (is_id) = 1 OR (count(*) FILTER (is_id) = 0 AND count(*) <= $many)) USING (row)
WHERE number != first
"""


def link(base: duckdb.DuckDBPyConnection) -> tuple[int, int, dict[str, np.ndarray]]:
    """Fill the tables above from ``holdings``; give how many nodes there are, how many are ids, and the edges.

    The edges are columns: ``a`` < ``b`` (numbers of nodes) and ``by_id`` (whether the row that joins them has an id).
    """
    for step in _STEPS:
        base.execute(step, {"shared": SHARED_BY} if "$shared" in step else None)
    edges = base.execute(_EDGES, {"many": MANY}).fetchnumpy()
    count, ids = base.execute("SELECT count(*), count(*) FILTER (is_id) FROM nodes").fetchall()[0]
    return count, ids, {name: np.asarray(column) for name, column in edges.items()}


_PLACES = """
WITH places AS (SELECT DISTINCT dense_rank() OVER (ORDER BY source, sheet, line) - 1 AS row, source, sheet, line, holder
                FROM holdings WHERE token IS NOT NULL),
     members AS (SELECT DISTINCT row, component FROM memberships JOIN components USING (number)),
     named AS (SELECT component, bool_or(is_id OR row IN (SELECT row FROM names)) AS named, min(row) AS first
               FROM memberships JOIN components USING (number) GROUP BY component)
SELECT source, sheet, line, holder, dense_rank() OVER (ORDER BY first, component) - 1 AS person, named
FROM members JOIN places USING (row) JOIN named USING (component) ORDER BY row, person
"""


def persons_by_sql(holdings: pa.Table) -> pa.Table:
    """The table of persons, numbered in another order than ours where several stand in one row."""
    with duckdb.connect() as base:
        base.register("holdings", holdings)
        count, ids, edges = link(base)
        numbers = np.arange(count)
        base.register("components", pa.table({"number": numbers, "component": _components(count, ids, edges)}))
        return base.execute(_PLACES).to_arrow_table()


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

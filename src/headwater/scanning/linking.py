"""What in a row stands for a person, and what joins rows: nodes and edges, found by the column engine.

``held`` gets one line for each identifier in each row; ``ids`` are persons by themselves; ``links`` lead to persons.
A link that stands beside several ids or many names is shared and joins nothing by itself: with a name it is a link
of its own, and without a name it stands for whoever has the number.
"""

from __future__ import annotations

import duckdb
import numpy as np

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

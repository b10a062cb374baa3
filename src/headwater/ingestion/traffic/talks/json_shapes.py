"""Which members the objects of a batch have: one example for each shape that was not seen before."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from headwater.ingestion.kept import kept

_MOST = 5000
_QUERY = """
    SELECT shape, arg_min(line, place) AS example, min(place) AS first
    FROM (SELECT line, place, CAST({shape} AS VARCHAR) AS shape FROM lines WHERE json_valid(line))
    GROUP BY shape ORDER BY first LIMIT {most}
"""


@kept
def _engine() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1, "autoload_known_extensions": False})


class JsonShapes:
    """Looks at the shapes of JSON objects: the names of their members."""

    def new(self, text: pa.Array, seen: set[str]) -> list[str]:
        """An object for each shape that is not among those seen; the shapes are added to these."""
        if not len(text):
            return []
        engine = _engine()
        engine.register("lines", pa.table({"line": text, "place": pa.array(range(len(text)), pa.int64())}))
        rows = engine.execute(_QUERY.format(shape="json_keys(line)", most=_MOST)).fetchall()
        rows += (
            engine.execute(_QUERY.format(shape="json_structure(line)", most=_MOST)).fetchall() if _nested(text) else []
        )
        engine.unregister("lines")
        fresh = [(shape, example) for shape, example, _ in rows if shape not in seen]
        seen |= {shape for shape, _ in fresh}
        return [example for _, example in fresh]


def _nested(text: pa.Array) -> bool:
    """Whether any object holds another: its members are then looked at as well."""
    whole = text.buffers()[2]
    return whole is not None and whole.to_pybytes().count(b"{") > len(text)

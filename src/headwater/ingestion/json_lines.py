"""JSON lines as columns: chosen members of many objects at once, and which members there are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.ingestion.columns import nothing, put
from headwater.ingestion.kept import kept

_QUERY = """
    SELECT json_type(object) = 'OBJECT' AS is_object, json_extract_string(object, {paths}) AS members
    FROM (SELECT TRY_CAST(line AS JSON) AS object FROM lines)
"""
_DEEPEST = 6
_FOREIGN, _KEPT = "\\x", "\\\\x"

Path = tuple[str, ...]


@kept
def _engine() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1, "autoload_known_extensions": False})


class JsonLines:
    """Takes members out of JSON objects, one object a line."""

    def members(self, text: pa.Array, paths: Sequence[Path]) -> tuple[pa.Array, list[pa.Array]]:
        """Tell which lines are objects, and give one text column for each path; absent members and JSON null are null.

        A member that is itself an object or a list is given as its JSON text. Escapes like ``\\x22``, which nginx
        writes and JSON does not know, are kept as they are.
        """
        objects, columns = self._taken(text, paths)
        if pc.all(objects).as_py():
            return objects, columns
        broken = pc.and_(pc.invert(objects), pc.match_substring(text, _FOREIGN))
        if pc.any(broken).as_py():
            also, others = self._taken(pc.replace_substring(text.filter(broken), _FOREIGN, _KEPT), paths)
            objects = put(objects, broken, also)
            columns = [put(column, broken, other) for column, other in zip(columns, others, strict=True)]
        return objects, columns

    def _taken(self, text: pa.Array, paths: Sequence[Path]) -> tuple[pa.Array, list[pa.Array]]:
        if not len(text):
            return pa.array([], pa.bool_()), [nothing(0) for _ in paths]
        pointers = [_pointer(path) for path in paths] or ["/"]
        wanted = "[" + ", ".join(f"'{p}'" for p in (pointer.replace("'", "''") for pointer in pointers)) + "]"
        engine = _engine()
        engine.register("lines", pa.table({"line": text}))
        got = engine.execute(_QUERY.format(paths=wanted)).to_arrow_table().combine_chunks()
        engine.unregister("lines")
        lists = pa.concat_arrays(got["members"].chunks)
        starts = lists.offsets.to_numpy()[:-1].astype(np.int64)
        absent = lists.is_null().to_numpy(zero_copy_only=False)
        columns = [lists.values.take(pa.array(starts + n, mask=absent)) for n in range(len(paths))]
        return pc.fill_null(pa.concat_arrays(got["is_object"].chunks), False), columns


def loaded(line: str) -> dict[str, object]:
    """Give the object of one line, empty if there is none: for looking at a few lines, not for reading many."""
    for text in (line.lstrip("\ufeff"), line.replace(_FOREIGN, _KEPT)):
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            continue
        return value if isinstance(value, dict) else {}
    return {}


def paths_in(objects: Iterable[object]) -> list[Path]:
    """Give the paths of all members that are not objects, in order of first appearance."""
    found: dict[Path, None] = {}
    for value in objects:
        _gather(value, (), found)
    return list(found)


def _gather(value: object, path: Path, found: dict[Path, None]) -> None:
    if not isinstance(value, dict) or len(path) == _DEEPEST:
        found[path] = None
        return
    for name, member in value.items():
        if isinstance(member, dict):
            _gather(member, (*path, name), found)
        else:
            found[(*path, name)] = None


def _pointer(path: Path) -> str:
    return "".join("/" + name.replace("~", "~0").replace("/", "~1") for name in path)

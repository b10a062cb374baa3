"""Fields out of many JSON texts at once, by path; one bad text never spoils its neighbours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb
import numpy as np
import pyarrow as pa

from headwater.ingestion.records import Flags, flags


class JsonFields:
    """Takes named fields out of JSON objects.

    ``paths`` gives for each name the places to look, best first, as dotted keys (``winlog.event_data.LogonType``). A
    key that itself has dots may also stand ``flat`` in the object (``{"event.code": 1}``). The result is text: numbers
    and truths as JSON writes them, objects and lists as JSON; null, absent, empty and ``-`` are null. A path that ends
    in ``[0]`` is the first element of a list.
    """

    def __init__(
        self, paths: Mapping[str, Sequence[str]], engine: duckdb.DuckDBPyConnection, *, flat: bool = True
    ) -> None:
        self._engine = engine
        forms: list[str] = []
        columns: list[str] = []
        for name, places in paths.items():
            begin = len(forms)
            forms += [form for place in places for form in _forms(place)[: None if flat else 1]]
            said = ", ".join(f"nullif(nullif(f[{i + 1}], ''), '-')" for i in range(begin, len(forms)))
            columns.append(f"coalesce({said}) as {name}")
        listed = ", ".join(f"'{form}'" for form in forms)
        self._query = f"""
            with found as (select row, json_extract_string(text, [{listed}]) as f from given)
            select row, {", ".join(columns)} from found
        """

    def objects(self, texts: pa.Array) -> Flags:
        """Which texts are JSON objects."""
        found = self._run("select row, json_valid(text) and ltrim(text, ' \t')[1] = '{' as good from given", texts)
        return flags(found["good"])

    def take(self, texts: pa.Array) -> pa.Table:
        """The fields of texts that are all JSON objects: a string column for each name."""
        return self._run(self._query, texts)

    def _run(self, query: str, texts: pa.Array) -> pa.Table:
        self._engine.register("given", pa.table({"row": np.arange(len(texts), dtype=np.int64), "text": texts}))
        found = self._engine.execute(query).to_arrow_table()
        self._engine.unregister("given")
        return _in_order(found).drop(["row"])


def _in_order(found: pa.Table) -> pa.Table:
    """The rows as they were given: the engine nearly always keeps them so, and sorting wide rows costs much."""
    ordered = bool(np.all(np.diff(found["row"].to_numpy()) > 0))
    return found if ordered else found.sort_by("row")


def _forms(place: str) -> list[str]:
    """The path nested, and the path as one flat key where it has dots."""
    bare, bracket, rest = place.partition("[")
    keys = bare.split(".")
    spelt = [keys] if len(keys) == 1 else [keys, [bare]]
    if bracket:
        return ["$" + "".join(f'."{key}"' for key in names) + bracket + rest for names in spelt]
    # a pointer is found three times as fast as a path, but takes a number for the place in a list or for a key
    return ["".join("/" + key.replace("~", "~0").replace("/", "~1") for key in names) for names in spelt]

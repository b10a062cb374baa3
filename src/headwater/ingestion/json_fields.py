"""Fields out of many JSON texts at once, by path; one bad text never spoils its neighbours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.ingestion.records import Flags, flags

_NOTHING = pa.array(["", "-"])


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
        self._places: dict[str, range] = {}
        forms: list[str] = []
        for name, places in paths.items():
            begin = len(forms)
            forms += [form for place in places for form in _forms(place)[: None if flat else 1]]
            self._places[name] = range(begin, len(forms))
        self._width = len(forms)
        listed = ", ".join(f"'{form}'" for form in forms)
        self._query = f"select row, json_extract_string(text, [{listed}]) as found from given"

    def objects(self, texts: pa.Array) -> Flags:
        """Which texts are JSON objects."""
        found = self._run("select row, json_valid(text) and ltrim(text, ' \t')[1] = '{' as good from given", texts)
        return flags(found["good"])

    def take(self, texts: pa.Array) -> pa.Table:
        """The fields of texts that are all JSON objects: a string column for each name."""
        lists = self._run(self._query, texts)["found"].combine_chunks()
        lists = lists if isinstance(lists, pa.ListArray) else pa.concat_arrays(lists.chunks)
        return self._columns(lists) if len(lists) else self._columns(pa.array([], pa.list_(pa.string())))

    def _columns(self, lists: pa.ListArray) -> pa.Table:
        """For each name, the first of its places that says anything: in SQL, planning this costs more than doing it."""
        values = pc.if_else(pc.is_in(lists.values, _NOTHING), pa.scalar(None, pa.string()), lists.values)
        said = set(np.unique(np.flatnonzero(flags(pc.is_valid(values))) % self._width).tolist())
        starts = lists.offsets.to_numpy()[:-1].astype(np.int64)
        columns = {}
        for name, places in self._places.items():
            found = [values.take(pa.array(starts + place)) for place in places if place in said]
            columns[name] = pc.coalesce(*found) if found else pa.nulls(len(lists), pa.string())
        return pa.table(columns)

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

"""The closed room in which statements are replayed: a DuckDB in memory that reaches no file and no network."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from headwater.ingestion.sql.snapshots import Snapshot, text_column
from headwater.ingestion.sql.values import SQL_TYPES, Bound, Type, Unsupported, Value

SECONDS = 30.0
Whole = npt.NDArray[np.int64]
_CONFIG: Mapping[str, str | bool | int | float | list[str]] = {
    "enable_external_access": False,
    "autoload_known_extensions": False,
    "autoinstall_known_extensions": False,
    "allow_community_extensions": False,
    "temp_directory": "",
    "threads": 2,
}
_PARAMETER = re.compile(r"\$(p[0-9]+)")
_INTEGER, _NUMBER = r"-?(0|[1-9][0-9]{0,17})", r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,9})?"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME = rf"{_DAY}[ T][0-9]{{2}}:[0-9]{{2}}(:[0-9]{{2}}(\.[0-9]{{1,6}})?)?"
_SHORTEST_NUMBERED_ID = 11  # digits all of one length, as long as a phone: an id, not a quantity
_FIRST_ROWS = 1000
_NEARLY_ALL = 0.5
_OFTEN = 0.2


@dataclass(frozen=True, slots=True)
class Loaded:
    """A snapshot in the sandbox: its table there, and its columns by their name in lower case."""

    snapshot: Snapshot
    table: str
    rows: int
    columns: Mapping[str, Value]
    identifying: frozenset[str]
    _epochs: dict[frozenset[str], Whole] = field(default_factory=dict)


class Sandbox:
    """Holds the snapshots and runs rebuilt queries on them."""

    def __init__(self, snapshots: tuple[Snapshot, ...], memory: str = "1GB") -> None:
        self._connection = duckdb.connect(":memory:", config={**_CONFIG, "memory_limit": memory})
        self.loaded: dict[str, Loaded] = {}
        for i, snapshot in enumerate(snapshots):
            self.loaded[snapshot.dataset.name] = self._load(snapshot, f"snap{i}")
        self._connection.execute("SET lock_configuration = true")

    def run(self, sql: str, parameters: Mapping[str, Bound]) -> pa.Table:
        """Run a rebuilt query; ``Unsupported`` when it fails, needs too much memory or takes too long."""
        watchdog = threading.Timer(SECONDS, self._connection.interrupt)
        watchdog.daemon = True
        watchdog.start()
        try:
            # a literal may have been bound in two forms, of which one is used
            used = {name: parameters[name] for name in set(_PARAMETER.findall(sql))}
            return self._connection.execute(sql, used).to_arrow_table()
        except duckdb.Error as failure:
            # the message may quote a value of the snapshot
            raise Unsupported(f"the replay failed ({type(failure).__name__})") from None
        finally:
            watchdog.cancel()

    def with_keys(self, dataset: str, keys: list[str], day: date | None) -> pa.Table:
        """The ordinals of the versions that had one of these keys on a day."""
        loaded = self.loaded[dataset]
        key = loaded.columns[loaded.snapshot.key.lower()].raw
        sql = f"SELECT ordinal FROM {as_of(loaded, day)} WHERE {key} IN (SELECT unnest(CAST($p0 AS VARCHAR[])))"
        return self.run(sql, {"p0": list(keys)})

    def versions(self, dataset: str, column: str, values: pa.Array, days: pa.Array) -> tuple[Whole, Whole]:
        """Which versions held on a day and had a value in a column, for many values and days (``date32``) at once.

        ``column`` is ``ordinal`` or a column's stored text. Gives the places of the questions and the ordinals.
        """
        asked = pa.table({"n": np.arange(len(days), dtype=np.int64), "asked": values, "day": days})
        self._connection.register("questions", asked)
        # the days go into the filter: among the join's conditions they would make it a nested loop
        found = self._connection.execute(
            f"""
            SELECT q.n, s.ordinal FROM questions AS q JOIN {self.loaded[dataset].table} AS s ON s.{column} = q.asked
            WHERE q.day IS NULL OR ((s.vf IS NULL OR s.vf <= q.day) AND (s.vt IS NULL OR s.vt > q.day))
            ORDER BY q.n, s.ordinal
            """
        ).to_arrow_table()
        self._connection.unregister("questions")
        return found.column("n").to_numpy(), found.column("ordinal").to_numpy()

    def boundaries(self, dataset: str, columns: frozenset[str]) -> Whole:
        """The days (since 1970) on which the answer to a question about these columns may change; sorted.

        A new version of a record that leaves the columns as they were is no boundary.
        """
        loaded = self.loaded[dataset]
        if not loaded.snapshot.is_history:
            return np.empty(0, np.int64)
        known = frozenset(loaded.columns if "*" in columns else columns & loaded.columns.keys())
        if known not in loaded._epochs:
            loaded._epochs[known] = self._find_boundaries(loaded, known)
        return loaded._epochs[known]

    def _find_boundaries(self, loaded: Loaded, columns: frozenset[str]) -> Whole:
        values = ", ".join(["1", *(str(loaded.columns[c].raw) for c in sorted(columns))])
        days = self._connection.execute(
            f"""
            WITH versions AS (
                SELECT vf, vt, row({values}) AS held,
                       lag(held) OVER w AS held_before, lag(vt) OVER w AS ended_before,
                       lead(held) OVER w AS held_after, lead(vf) OVER w AS began_after
                FROM {loaded.table}
                WINDOW w AS (PARTITION BY ordinal ORDER BY vf NULLS FIRST, vt NULLS LAST, place)
            )
            SELECT vf AS day FROM versions WHERE vf IS NOT NULL
                AND NOT coalesce(ended_before = vf AND held_before IS NOT DISTINCT FROM held, false)
            UNION
            SELECT vt FROM versions WHERE vt IS NOT NULL
                AND NOT coalesce(began_after = vt AND held_after IS NOT DISTINCT FROM held, false)
            ORDER BY day
            """
        ).to_arrow_table()
        found: Whole = days.column("day").cast(pa.int32()).to_numpy().astype(np.int64)
        return found

    def _load(self, snapshot: Snapshot, table: str) -> Loaded:
        names = snapshot.table.column_names
        raw = {f"r{i}": text_column(snapshot.table.column(n)) for i, n in enumerate(names)}
        place = np.arange(snapshot.table.num_rows, dtype=np.int64)
        self._connection.register(
            "arriving", pa.table({"ordinal": snapshot.ordinals(), "place": pa.array(place), **raw})
        )
        kinds = self._kinds(len(names))
        typed = [f"TRY_CAST(r{i} AS {SQL_TYPES[k]}) AS c{i}" for i, k in enumerate(kinds) if k != "text"]
        days = {n: f"TRY_CAST(r{names.index(c)} AS DATE)" if c else "CAST(NULL AS DATE)"
                for n, c in (("vf", snapshot.valid_from), ("vt", snapshot.valid_to))}  # fmt: skip
        chosen = ", ".join(["*", *(f"{sql} AS {n}" for n, sql in days.items()), *typed])
        self._connection.execute(
            f"CREATE TABLE {table} AS SELECT {chosen} FROM arriving WHERE ordinal IS NOT NULL ORDER BY place"
        )
        self._connection.unregister("arriving")
        return self._described(snapshot, table, names, kinds)

    def _described(self, snapshot: Snapshot, table: str, names: list[str], kinds: list[Type]) -> Loaded:
        counts = ", ".join(
            f"count(DISTINCT r{i}) AS d{i}, coalesce(bool_and(regexp_full_match(r{i}, '[0-9A-Z]*')), true) "
            f"OR coalesce(bool_and(regexp_full_match(r{i}, '[0-9a-z]*')), true) AS s{i}"
            for i in range(len(names))
        )
        found = self._connection.execute(f"SELECT count(*) AS n, {counts} FROM {table}").to_arrow_table().to_pylist()[0]
        rows = max(found["n"], 1)
        columns = {
            name.lower(): Value(
                f"r{i}" if kind == "text" else f"c{i}", kind, plain=found[f"s{i}"], raw=f"r{i}",
                distinct=found[f"d{i}"] >= _NEARLY_ALL * rows,
            )
            for i, (name, kind) in enumerate(zip(names, kinds, strict=True))
        }  # fmt: skip
        identifying = frozenset(
            name.lower() for i, name in enumerate(names) if kinds[i] == "text" and found[f"d{i}"] >= _OFTEN * rows
        )
        return Loaded(snapshot, table, found["n"], columns, identifying | {snapshot.key.lower()})

    def _kinds(self, columns: int) -> list[Type]:
        """The type of each column: that of the first test that all of its values pass.

        Few tests are left once some of the first rows have been looked at: what one of these fails, the column fails.
        """
        tests = [_tests(f"r{i}") for i in range(columns)]
        asked = ", ".join(sql for each in tests for sql, _ in each)
        row = self._connection.execute(f"SELECT {asked} FROM (FROM arriving LIMIT {_FIRST_ROWS})").fetchone()
        some = iter(row or ())
        left = [[test for test in each if next(some) is not False] for each in tests]
        row = self._connection.execute(f"SELECT {', '.join(map(_first_passed, left))} FROM arriving").fetchone()
        return list(row or ())


def _tests(column: str) -> list[tuple[str, Type]]:
    """What all values of a column of text may have in common, in the order of preference, and the type it shows."""

    def all_match(pattern: str) -> str:
        return f"bool_and(regexp_full_match({column}, '{pattern}'))"

    def all_cast(kind: str) -> str:
        return f"bool_and({column} IS NULL OR TRY_CAST({column} AS {kind}) IS NOT NULL)"

    length = f"length({column})"
    is_id = f"min({length}) = max({length}) AND min({length}) >= {_SHORTEST_NUMBERED_ID}"
    return [
        (f"{is_id} AND {all_match('[0-9]+')}", "text"),
        (all_match(_INTEGER), "int"),
        (all_match(_NUMBER), "num"),
        (f"{all_match(_DAY)} AND {all_cast('DATE')}", "date"),
        (f"{all_match(_TIME)} AND {all_cast('TIMESTAMP')}", "time"),
        (all_match("t|f|true|false"), "bool"),
    ]


def _first_passed(tests: list[tuple[str, Type]]) -> str:
    """SQL that tells the type that the first test passed shows."""
    cases = " ".join(f"WHEN {test} THEN '{kind}'" for test, kind in tests)
    return f"CASE {cases} ELSE 'text' END" if tests else "any_value('text')"


def as_of(loaded: Loaded, day: date | None) -> str:
    """The rows of a snapshot that held on a day, as a source for a query; all of them when it is no history.

    The day is written out by the program itself, never taken from a statement.
    """
    if day is None or not loaded.snapshot.is_history:
        return loaded.table
    when = f"DATE '{day.isoformat()}'"
    return f"(SELECT * FROM {loaded.table} WHERE (vf IS NULL OR vf <= {when}) AND (vt IS NULL OR vt > {when}))"

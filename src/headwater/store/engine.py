"""One set of Ibis expressions over the lake's files, run by DuckDB (embedded) or by Spark (a cluster, or this machine).

A stage asks ``engine.table("access")`` for an expression, builds on it, and takes the answer with
``engine.arrow(expr)``. Nothing else of an engine is visible to the rooms above.
"""

from __future__ import annotations

import os
import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, Protocol

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import pyarrow as pa
import pyarrow.compute as pc

from headwater.model.errors import StoreError
from headwater.model.tables import GROWN, SCHEMAS, TIME
from headwater.store.compiling import RememberingBackend
from headwater.store.lake import Lake
from headwater.store.spark import spark_session
from headwater.store.workspace import Workspace

STRETCH = 2_000_000
"""How many rows are worked out at a time where days do not touch each other."""

HELD = 1_000_000
"""A table with no more rows than this is read once and held: opening its files again for each question costs more."""

EngineName = Literal["duckdb", "spark"]


class Engine(Protocol):
    """What runs expressions over the lake."""

    name: str

    def table(self, name: str) -> ibis.Table:
        """The committed rows of a table of the lake; an empty table when nothing was read into it."""
        ...

    def memory(self, name: str, rows: pa.Table) -> ibis.Table:
        """A small Arrow table as an expression, to be joined with the lake."""
        ...

    def holds(self, name: str) -> bool:
        """Whether the lake has any row of a table."""
        ...

    def keep(self, name: str, make: Callable[[Engine], ibis.Table]) -> ibis.Table:
        """An expression that many others lean on: run at the first call, and its rows kept for the engine's life."""
        ...

    def daily(self, name: str, table: str, make: Callable[[Engine, ibis.Table], ibis.Table]) -> pa.Table:
        """The rows of ``make(engine, rows of an event table)``, worked out at the first call and kept.

        Each must rest on the events of one ``day`` and say it: then any stretch of days can be worked out by itself, in
        memory that does not grow with the log. Their order is any.
        """
        ...

    def pieces(self, table: str, make: Callable[[Engine, ibis.Table], ibis.Table]) -> Iterator[pa.Table]:
        """The rows of ``make(engine, rows of an event table)``, stretch of days by stretch: each is run when it is asked for."""
        ...

    def arrow(self, expression: ibis.Table) -> pa.Table:
        """Run an expression."""
        ...

    def matches(self, text: Any, pattern: str) -> Any:
        """Whether RE2 finds a pattern in a text, in time linear in the text: for patterns that strangers write."""
        ...


class _IbisEngine(ABC):
    """What both engines share: how an Ibis backend is asked."""

    name: str

    def __init__(self, backend: Any, lake: Lake) -> None:
        self._backend = backend
        self._lake = lake
        self._tables: dict[str, ibis.Table] = {}
        self._kept: dict[str, ibis.Table] = {}
        self._daily: dict[str, pa.Table] = {}

    def table(self, name: str) -> ibis.Table:
        if name not in self._tables:
            files = [str(f) for f in self._lake.files(name)]
            rows = self._read(name, files) if files else self.memory(name, SCHEMAS[name].empty_table())
            self._tables[name] = _grown(rows, SCHEMAS[name]) if name in GROWN else rows
        return self._tables[name]

    def arrow(self, expression: ibis.Table) -> pa.Table:
        return _in_utc(self._backend.to_pyarrow(expression))

    def memory(self, name: str, rows: pa.Table) -> ibis.Table:
        return ibis.memtable(rows)

    def holds(self, name: str) -> bool:
        return bool(self._lake.rows(name))

    @abstractmethod
    def matches(self, text: Any, pattern: str) -> Any:
        """As :meth:`Engine.matches`."""

    def keep(self, name: str, make: Callable[[Engine], ibis.Table]) -> ibis.Table:
        if name not in self._kept:
            self._kept[name] = self._stored(name, make(self))
        return self._kept[name]

    def daily(self, name: str, table: str, make: Callable[[Engine, ibis.Table], ibis.Table]) -> pa.Table:
        if name not in self._daily:
            self._daily[name] = pa.concat_tables(self.pieces(table, make))
        return self._daily[name]

    def pieces(self, table: str, make: Callable[[Engine, ibis.Table], ibis.Table]) -> Iterator[pa.Table]:
        for rows in self._stretches(table):
            yield self.arrow(make(self, rows))

    def _stretches(self, table: str) -> Iterator[ibis.Table]:
        """The rows of an event table, stretch of days by stretch; each is only there until the next is asked for."""
        yield self.table(table)

    @abstractmethod
    def _stored(self, name: str, expression: ibis.Table) -> ibis.Table:
        """Run the expression, and give its rows as a table that is kept."""

    @abstractmethod
    def _read(self, name: str, files: list[str]) -> ibis.Table:
        """The rows of the lake's files."""


class DuckEngine(_IbisEngine):
    """DuckDB in this process, with bounded memory and spill to the workspace."""

    name = "duckdb"

    def _read(self, name: str, files: list[str]) -> ibis.Table:
        how = {"hive_partitioning": False, "union_by_name": name in GROWN}
        rows = self._backend.read_parquet(files, table_name=f"lake_{name}", **how)
        return self._held(f"held_{name}", rows) if self._lake.rows(name) <= HELD else rows

    def _stored(self, name: str, expression: ibis.Table) -> ibis.Table:
        return self._held(f"kept_{name}", expression)

    def _held(self, name: str, expression: ibis.Table) -> ibis.Table:
        """Rows as a table of this connection, which may spill; by two statements where Ibis takes six."""
        self._backend._run_pre_execute_hooks(expression)  # tables in memory, functions: `compile` only names them
        schema = expression.schema()
        columns = ", ".join(c.sql("duckdb") for c in schema.to_sqlglot_column_defs("duckdb"))
        rows = self._backend.compile(expression)
        self._backend.con.execute(f"create temp table {name} ({columns})")
        self._backend.con.execute(f"insert into {name} {rows}")
        place = ops.Namespace(catalog="temp", database="main")
        return ops.DatabaseTable(name, schema=schema, source=self._backend, namespace=place).to_expr()

    def _stretches(self, table: str) -> Iterator[ibis.Table]:
        """A group-by of one stretch fits into memory, and mostly into the processor's, where one of all days would spill."""
        stretches = self._lake.stretches(table, STRETCH)
        if len(stretches) < 2:
            yield self.table(table)
            return
        for files in stretches:
            names = [str(f) for f in files]
            yield self._backend.read_parquet(names, table_name=f"stretch_{table}", hive_partitioning=False)

    def matches(self, text: Any, pattern: str) -> Any:
        """DuckDB's regular expressions are RE2."""
        return text.re_search(pattern)


class SparkEngine(_IbisEngine):
    """Spark over the same files."""

    name = "spark"

    def _read(self, name: str, files: list[str]) -> ibis.Table:
        session = self._backend._session
        # the folder names carry the day, and so do the files: without a base path Spark reads the files' own column
        reader = session.read.option("recursiveFileLookup", "true").option("mergeSchema", name in GROWN)
        frame = reader.parquet(*files)
        frame.createOrReplaceTempView(f"lake_{name}")
        return self._backend.table(f"lake_{name}")

    def _stored(self, name: str, expression: ibis.Table) -> ibis.Table:
        from pyspark import StorageLevel

        self._backend._run_pre_execute_hooks(expression)  # tables in memory, functions: `compile` only names them
        frame = self._backend._session.sql(self._backend.compile(expression))
        # cut off from what it was made of: plans of what leans on it would hold all that again, once for each time it is named
        kept = frame.localCheckpoint(eager=True, storageLevel=StorageLevel.MEMORY_AND_DISK)
        kept.createOrReplaceTempView(f"kept_{name}")
        return self._backend.table(f"kept_{name}")

    def matches(self, text: Any, pattern: str) -> Any:
        """Spark's own regular expressions are Java's, which backtrack: Arrow's are taken, by a function of Python."""
        return _re2(text, ibis.literal(pattern))


def _grown(rows: ibis.Table, schema: pa.Schema) -> ibis.Table:
    """The rows with every column of the schema, in its order; those that none of the files has are null."""
    types = ibis.Schema.from_pyarrow(schema)
    new = {name: ibis.null(types[name]) for name in schema.names if name not in rows.columns}
    return rows.mutate(**new).select(schema.names) if new or list(rows.columns) != schema.names else rows


def _found_by_re2(text: Any, pattern: Any) -> Any:
    """Arrow's regular expressions, which are RE2."""
    if not len(text):
        return text.astype(bool)
    found = pc.match_substring_regex(pa.array(text, pa.string()), str(pattern.iloc[0]))
    return pc.fill_null(found, False).to_pandas()


_re2 = ibis.udf.scalar.pandas(signature=((dt.string, dt.string), dt.boolean))(_found_by_re2)


def _in_utc(rows: pa.Table) -> pa.Table:
    """Timestamps of every engine as microseconds in UTC: Spark gives them without a zone, in the session's (UTC)."""
    schema = pa.schema([f.with_type(TIME) if pa.types.is_timestamp(f.type) else f for f in rows.schema])
    return rows if schema == rows.schema else rows.cast(schema)


def default_memory() -> int:
    """Half of this machine's memory, in bytes."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2


@contextmanager
def open_engine(
    name: str, workspace: Workspace, memory: int | None = None, threads: int | None = None
) -> Iterator[Engine]:
    """Open an engine over a workspace's lake. ``memory`` in bytes, half of the machine's by default."""
    limit = memory or default_memory()
    shutil.rmtree(workspace.spill, ignore_errors=True)  # what a killed run had spilled
    workspace.spill.mkdir()
    if name == "duckdb":
        with _duckdb(workspace.spill, limit, threads) as backend:
            yield DuckEngine(backend, workspace.lake)
    elif name == "spark":
        with _spark(workspace.spill, limit, threads) as backend:
            yield SparkEngine(backend, workspace.lake)
    else:
        raise StoreError(f"there is no engine {name}; choose duckdb or spark")


@contextmanager
def _duckdb(spill: Path, memory: int, threads: int | None) -> Iterator[Any]:
    settings: dict[str, Any] = {"memory_limit": f"{memory // 2**20}MB", "temp_directory": str(spill)}
    if threads:
        settings["threads"] = threads
    backend = RememberingBackend().connect(**settings)
    backend.raw_sql("set autoinstall_known_extensions=false; set autoload_known_extensions=false").fetchall()
    backend.raw_sql(
        "set enable_progress_bar=false"
    ).fetchall()  # after two seconds it would be drawn on standard output
    try:
        yield backend
    finally:
        backend.disconnect()


@contextmanager
def _spark(spill: Path, memory: int, threads: int | None) -> Iterator[Any]:
    with spark_session(spill, memory, threads) as session:
        yield ibis.pyspark.connect(session)

"""The lake: append-only Parquet files under one folder, one folder per table, partitioned by local day.

Writes are atomic: a part is written aside and renamed; it counts only once the manifest names it.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from hashlib import blake2b
from itertools import groupby
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from headwater.model.errors import StoreError
from headwater.model.tables import EVENT_TABLES, SCHEMAS
from headwater.store.manifest import Manifest, Part
from headwater.store.places import Places

_BUFFER_ROWS = 500_000


class Lake:
    """The Parquet files of a workspace. ``root`` is a local folder; files are cited as ``places`` shows them."""

    def __init__(self, root: Path, manifest: Manifest, places: Places) -> None:
        self.root = root
        self._manifest, self._places = manifest, places
        self._firsts: dict[tuple[Path, str], date | None] = {}
        root.mkdir(parents=True, exist_ok=True)

    def files(self, table: str) -> list[Path]:
        """The committed part files of a table, in order; empty when nothing was read into it."""
        _schema(table)
        return [self.root / part.file for part in self._manifest.parts(table)]

    def rows(self, table: str) -> int:
        """How many rows a table has."""
        return sum(part.rows for part in self._manifest.parts(table))

    def holds(self, table: str, until: date) -> bool:
        """Whether a table has a row of this day or an earlier one; a table without days, any row. Opens no file."""
        files = self.files(table)
        return bool(files) and (table not in EVENT_TABLES or files[0].parent.name <= _folder(until))

    def earliest(self, table: str, column: str) -> date | None:
        """The first of the days in a column: ``date.min`` where a row has none, ``None`` where the table has no row.

        Each file is opened once in the lake's life: a committed file does not change.
        """
        firsts = [self._first(file, column) for file in self.files(table)]
        return min((f for f in firsts if f is not None), default=None)

    def _first(self, file: Path, column: str) -> date | None:
        if (file, column) not in self._firsts:
            days = pq.read_table(file, columns=[column], partitioning=None).column(column)
            first = date.min if days.null_count else pc.min(days).as_py()
            self._firsts[file, column] = first
        return self._firsts[file, column]

    def stretches(self, table: str, rows: int) -> list[list[Path]]:
        """The files of an event table in stretches of whole days, each but the last with so many rows at least."""
        made: list[list[Path]] = []
        held = rows
        for _folder, parts in groupby(self._manifest.parts(table), key=lambda p: p.file.rpartition("/")[0]):
            if held >= rows:
                made.append([])
                held = 0
            for part in parts:
                made[-1].append(self.root / part.file)
                held += part.rows
        return made

    def read(self, table: str) -> pa.Table:
        """A whole table in memory: for the small ones (people, accounts …)."""
        files = self.files(table)
        if not files:
            return _schema(table).empty_table()
        return pa.concat_tables([pq.read_table(f, schema=_schema(table), partitioning=None) for f in files])

    def writer(self, stage: str, path: str, generation: str) -> LakeWriter:
        """A writer for what one input gives. ``generation`` tells this reading of the file from others."""
        name = blake2b(f"{stage}\0{self._places.shown(path)}\0{generation}".encode(), digest_size=8).hexdigest()
        return LakeWriter(self.root, name, self._places)

    def sweep(self) -> int:
        """Remove part files that no manifest row names: leftovers of a killed run. Gives their number."""
        known = self._manifest.files()
        stray = [f for f in self.root.rglob("*") if f.is_file() and f.relative_to(self.root).as_posix() not in known]
        for file in stray:
            file.unlink()
        return len(stray)


class LakeWriter:
    """Collects rows of one input and writes them as parts; memory is bounded by a buffer of half a million rows."""

    def __init__(self, root: Path, name: str, places: Places) -> None:
        self._root = root
        self._name, self._places = name, places
        self._held: dict[str, list[pa.Table]] = defaultdict(list)
        self._count = 0
        self._parts: list[Part] = []
        self.rows = 0

    def add(self, table: str, rows: pa.Table) -> None:
        """Take rows of a table of the lake. Columns that are missing become null; unknown ones are an error."""
        if rows.num_rows == 0:
            return
        self._held[table].append(self._places.cited(conform(table, rows)))
        self._count += rows.num_rows
        self.rows += rows.num_rows
        if self._count >= _BUFFER_ROWS:
            self.flush()

    def flush(self) -> None:
        """Write what is held."""
        for table in sorted(self._held):
            rows = pa.concat_tables(self._held[table]).combine_chunks()
            pieces = by_day(rows) if table in EVENT_TABLES else [(None, rows)]
            for day, piece in pieces:
                self._write(table, day, piece)
        self._held.clear()
        self._count = 0

    def close(self) -> list[Part]:
        """Write the rest and give the parts, which count once they are committed to the manifest."""
        self.flush()
        return self._parts

    def _write(self, table: str, day: date | None, rows: pa.Table) -> None:
        folder = self._root / table if day is None else self._root / table / _folder(day)
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{self._name}-{len(self._parts):05d}.parquet"
        aside = file.with_name(f".{file.name}.{os.getpid()}")
        pq.write_table(rows, aside, compression="zstd", coerce_timestamps="us")
        aside.replace(file)
        self._parts.append(Part(table, file.relative_to(self._root).as_posix(), rows.num_rows))


def _folder(day: date) -> str:
    """Names that sort as the days do."""
    return f"day={day.isoformat()}"


def conform(table: str, rows: pa.Table) -> pa.Table:
    """The rows in the table's schema: columns in order, missing ones null."""
    schema = _schema(table)
    unknown = set(rows.column_names) - set(schema.names)
    if unknown:
        raise StoreError(f"table {table} has no column {', '.join(sorted(unknown))}")
    columns = [
        rows.column(f.name).cast(f.type) if f.name in rows.column_names else pa.nulls(rows.num_rows, f.type)
        for f in schema
    ]
    return pa.table(columns, schema=schema)


def by_day(rows: pa.Table) -> Iterable[tuple[date, pa.Table]]:
    """The rows of each local day, days in order, rows in the order given."""
    days = rows.column("day").cast(pa.int32()).combine_chunks()
    if days.null_count:
        raise StoreError("an event without a day cannot be stored")
    numbers = days.to_numpy(zero_copy_only=False)
    order = np.argsort(numbers, kind="stable")
    found, starts = np.unique(numbers[order], return_index=True)
    ends = np.append(starts, len(order))[1:]
    for number, start, end in zip(found, starts, ends, strict=True):
        yield (
            pc.cast(pa.scalar(int(number), pa.int32()), pa.date32()).as_py(),
            rows.take(pa.array(order[start:end])),
        )


def _schema(table: str) -> pa.Schema:
    try:
        return SCHEMAS[table]
    except KeyError:
        raise StoreError(f"the lake has no table {table}") from None

"""The raw rows of a declared log: CSV, TSV or JSON lines as Arrow batches of texts, each row with its line."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from headwater.exhibits.delimited import read_delimited
from headwater.exhibits.encodings import HEAD, encoding_of
from headwater.exhibits.member import Member
from headwater.exhibits.sheets import delimited_layout
from headwater.exhibits.text import Batch, lines
from headwater.ingestion.sandbox import literal
from headwater.model.errors import SettingsError, UnreadableError
from headwater.model.exhibit import Rejected

Wrong = Callable[[str], SettingsError]


@dataclass(frozen=True, slots=True)
class RawRows:
    """Some rows: one column of texts for each one asked for, in that order, named ``c0``, ``c1`` …, and ``line``."""

    table: pa.Table = field(repr=False)
    rejected: tuple[Rejected, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """A column that a declaration names; an optional one may be missing. ``moment``: it may stay a timestamp."""

    name: str
    optional: bool = False
    moment: bool = False


def raw_rows(
    member: Member, form: str | None, wanted: Sequence[Wanted], connection: duckdb.DuckDBPyConnection, wrong: Wrong
) -> Iterator[RawRows]:
    """Give the wanted columns of a log.

    :raises SettingsError: made by ``wrong``, if a column is missing
    :raises UnreadableError: if the file is no table and no JSON lines
    """
    with member.open() as stream:
        head = stream.read(HEAD)
    encoding = encoding_of(head)
    if encoding is None:
        raise UnreadableError("is no text", member.path)
    form = form or ("jsonl" if _is_json(head, encoding) else None)
    if form == "jsonl":
        yield from _json_rows(member, encoding, wanted, connection, wrong)
    else:
        yield from _delimited_rows(member, form, wanted, wrong)


def _is_json(head: bytes, encoding: str) -> bool:
    for batch in lines(io.BytesIO(head), encoding):
        for text in batch.text:
            if text.strip():
                return _is_json_object(text, complete=batch.complete)
    return False


def _is_json_object(text: str, *, complete: bool) -> bool:
    if not complete and len(text) > 1000:
        return text.lstrip().startswith('{"')
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _delimited_rows(member: Member, form: str | None, wanted: Sequence[Wanted], wrong: Wrong) -> Iterator[RawRows]:
    layout = delimited_layout(member, "\t" if form == "tsv" else None)
    if layout is None and form == "csv":
        layout = delimited_layout(member, ",")
    if layout is None:
        raise UnreadableError("is no table and no JSON lines", member.path)
    encoding, dialect = layout
    header_line = max(1, dialect.skip)
    places = [place_of(column, dialect.columns, f"{member.path}:{header_line}", wrong) for column in wanted]
    with member.open() as stream:
        for rows in read_delimited(stream, dialect, encoding):
            empty = pa.nulls(rows.table.num_rows, pa.string())
            cells = [empty if place is None else rows.table.column(place).cast(pa.string()) for place in places]
            rejected = tuple(Rejected(member.path, line, reason) for line, reason in rows.rejected)
            yield RawRows(cells_of(cells, rows.lines), rejected)


def place_of(column: Wanted, names: Sequence[str], where: str, wrong: Wrong) -> int | None:
    """Find a column by its name, capitals aside; ``None`` where it may be missing and is."""
    folded = [name.strip().casefold() for name in names]
    if column.name in names:
        return names.index(column.name)
    if column.name.strip().casefold() in folded:
        return folded.index(column.name.strip().casefold())
    if column.optional:
        return None
    raise wrong(f"{where}: there is no column {column.name!r}; there are {', '.join(names)}")


def cells_of(cells: Sequence[pa.Array | pa.ChunkedArray], numbers: pa.Array) -> pa.Table:
    """Put columns together as :class:`RawRows` has them."""
    return pa.table([*cells, numbers], names=[*(f"c{place}" for place in range(len(cells))), "line"])


def _json_rows(
    member: Member, encoding: str, wanted: Sequence[Wanted], connection: duckdb.DuckDBPyConnection, wrong: Wrong
) -> Iterator[RawRows]:
    seen = [False] * len(wanted)
    any_row = False
    with member.open() as stream:
        for batch in lines(stream, encoding):
            rows, there = _json_batch(member.path, batch, wanted, connection)
            any_row = any_row or rows.table.num_rows > 0
            seen = [before or now for before, now in zip(seen, there, strict=True)]
            yield rows
    missing = [column.name for column, found in zip(wanted, seen, strict=True) if not found and not column.optional]
    if missing and any_row:
        raise wrong(f"{member.path}:1: no line of it has {missing[0]!r}")


def _json_batch(
    path: str, batch: Batch, wanted: Sequence[Wanted], connection: duckdb.DuckDBPyConnection
) -> tuple[RawRows, list[bool]]:
    numbers = pa.array(range(batch.first, batch.first + len(batch.text)), pa.int64())
    connection.register("raw_lines", pa.table({"j": pa.array(batch.text, pa.string()), "line": numbers}))
    found = connection.sql(_json_sql(wanted)).to_arrow_table()
    connection.unregister("raw_lines")
    sound = found.column("sound")
    bad = found.filter(pc.invert(sound)).column("line").to_pylist()
    rejected = [*batch.rejected, *((line, "is no JSON object") for line in bad)]
    good = found.filter(sound)
    there = [bool(pc.any(good.column(f"e{place}"), min_count=0).as_py()) for place in range(len(wanted))]
    cells = [good.column(f"c{place}") for place in range(len(wanted))]
    table = cells_of(cells, good.column("line").combine_chunks())
    return RawRows(table, tuple(Rejected(path, line, reason) for line, reason in sorted(rejected))), there


def _json_sql(wanted: Sequence[Wanted]) -> str:
    values = [f"coalesce(v[{2 * n + 1}], v[{2 * n + 2}]) AS c{n}" for n in range(len(wanted))]
    exists = [f"e[{2 * n + 1}] OR e[{2 * n + 2}] AS e{n}" for n in range(len(wanted))]
    paths = ", ".join(literal(path) for column in wanted for path in _json_paths(column.name))
    return f"""
        SELECT line, sound, {", ".join([*values, *exists])}
        FROM (
            SELECT line, sound,
                   CASE WHEN sound THEN json_extract_string(j, [{paths}]) END AS v,
                   CASE WHEN sound THEN json_exists(j, [{paths}]) END AS e
            FROM (
                SELECT line, j, CASE WHEN json_valid(j) THEN json_type(j) = 'OBJECT' ELSE false END AS sound
                FROM raw_lines WHERE trim(j) <> ''
            )
        )
        ORDER BY line
    """


def _json_paths(name: str) -> tuple[str, str]:
    """A name as one key, and as a path of keys."""
    return _json_path([name]), _json_path(name.split("."))


def _json_path(keys: Sequence[str]) -> str:
    return "$" + "".join(f'."{key}"' for key in keys)

"""The raw rows of a declared Parquet log: columns by name, each value as text, moments as they are stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from headwater.exhibits.member import Member
from headwater.exhibits.parquet import batches, open_parquet
from headwater.ingestion.mapped_rows import RawRows, Wanted, Wrong, cells_of, place_of
from headwater.model.errors import UnreadableError

_FIRST, _LAST = -62_135_596_800_000_000, 253_402_300_799_999_999  # the years 1 to 9999, as texts of times allow


def parquet_rows(
    member: Member, wanted: Sequence[Wanted], connection: duckdb.DuckDBPyConnection, wrong: Wrong
) -> Iterator[RawRows]:
    """Give the wanted columns of a Parquet log; the number of a row, from 1, is its line.

    The time may stay a timestamp, with or without a zone; anything else becomes text, lists and structures as JSON.
    ``a.b`` is a member of a structure.

    :raises SettingsError: made by ``wrong``, if a column is missing
    :raises UnreadableError: if the file is damaged, or no Parquet file
    """
    with open_parquet(member) as file:
        names = tuple(file.schema_arrow.names)
        tops = [_top(column, names, member.path, wrong) for column in wanted]
        line = 1
        for rows in batches(file, member, sorted({name for name in tops if name is not None})):
            count = rows.num_rows
            cells = [
                pa.nulls(count, pa.string()) if top is None else _cell(rows, top, column, member, connection)
                for top, column in zip(tops, wanted, strict=True)
            ]
            yield RawRows(cells_of(cells, pa.array(range(line, line + count), pa.int64())))
            line += count


def _top(column: Wanted, names: Sequence[str], path: str, wrong: Wrong) -> str | None:
    """The column of the file that a wanted one is, or is a member of."""
    outer = column.name.split(".")[0]
    if column.name not in names and outer in names:
        return outer
    place = place_of(column, names, path, wrong)
    return None if place is None else names[place]


def _cell(
    rows: pa.Table, top: str, wanted: Wanted, member: Member, connection: duckdb.DuckDBPyConnection
) -> pa.ChunkedArray:
    values = rows.column(top)
    try:
        for part in wanted.name.split(".")[1:] if top == wanted.name.split(".")[0] != wanted.name else ():
            values = pc.struct_field(values, part)
        if pa.types.is_timestamp(values.type):
            moments = _moments(values)
            return moments if wanted.moment else moments.cast(pa.string())
        return _text(values, connection)
    except (pa.ArrowException, KeyError, ValueError, duckdb.Error):
        fault = f"the column {wanted.name!r} holds what is no text, number or time"
        raise UnreadableError(fault, member.path) from None


def _text(values: pa.ChunkedArray, connection: duckdb.DuckDBPyConnection) -> pa.ChunkedArray:
    kind = values.type
    if pa.types.is_dictionary(kind):
        return values if pa.types.is_string(kind.value_type) else _text(values.cast(kind.value_type), connection)
    if not pa.types.is_nested(kind):
        return values.cast(pa.string())
    connection.register("raw_values", pa.table({"v": values}))
    try:
        made = connection.sql("SELECT CAST(to_json(v) AS VARCHAR) AS v FROM raw_values").to_arrow_table()
    finally:
        connection.unregister("raw_values")
    return made.column("v")


def _moments(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Timestamps in microseconds; those that no calendar has are unknown."""
    whole = pc.cast(values, pa.timestamp("us", values.type.tz), safe=False)
    number = whole.cast(pa.int64())
    sound = pc.and_(pc.greater_equal(number, _FIRST), pc.less_equal(number, _LAST))
    return pc.if_else(sound, whole, pa.scalar(None, whole.type))

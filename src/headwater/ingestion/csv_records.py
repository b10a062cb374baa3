"""Many CSV records, of known widths, split into columns at once.

Each record is one element of a column and may hold line feeds inside quotes. Records of the same table may differ in
width (a column was added by a later version): each allowed width is read in a pass of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

_FIELD = r'(?:[^,"\r\n]*|"(?:[^"]|"")*")'
WHOLE = rf"\A{_FIELD}(?:,{_FIELD})*\z"
"""Matches a record whose quotes are where they should be."""
BEGUN = rf'\A(?:{_FIELD},)*"(?:[^"]|"")*\z'
"""Matches the beginning of such a record, broken off inside quotes."""


def split(records: pa.StringArray, widths: Sequence[int]) -> tuple[pa.Table, pa.Int64Array]:
    """The fields of the records as string columns ``f0`` … of the widest width, and the record each row came from.

    A field that the record is too narrow for is null, and so is an empty one. Records that are not well formed or have
    another width are in no row.
    """
    index = pa.array(range(len(records)), pa.int64())
    good = pc.match_substring_regex(records, WHOLE)
    rest = pc.binary_join_element_wise(pc.cast(index.filter(good), pa.string()), records.filter(good), ",")
    tables = []
    for width in sorted(widths, reverse=True):
        if not len(rest):
            break
        table, rest = _pass(rest, width)
        tables.append(_widened(table, max(widths)))
    whole = pa.concat_tables(tables) if tables else _widened(_empty(), max(widths))
    whole = whole.sort_by("record")
    return whole.drop(["record"]), whole["record"].combine_chunks()


def _pass(records: pa.StringArray, width: int) -> tuple[pa.Table, pa.StringArray]:
    """The records that have this width, and the others. The first field of each is its number."""
    names = ["record", *(f"f{i}" for i in range(width))]
    others: list[str] = []

    def other(row: csv.InvalidRow) -> str:
        others.append(row.text)
        return "skip"

    text = pc.binary_join(pa.ListArray.from_arrays(pa.array([0, len(records)], pa.int32()), records), "\n")
    buffer = text[0].as_buffer()
    table = csv.read_csv(
        pa.BufferReader(buffer),
        read_options=csv.ReadOptions(use_threads=False, block_size=buffer.size + 1, column_names=names),
        parse_options=csv.ParseOptions(newlines_in_values=True, invalid_row_handler=other),
        convert_options=csv.ConvertOptions(
            column_types={name: pa.int64() if name == "record" else pa.string() for name in names},
            strings_can_be_null=True,
            null_values=[""],
        ),
    )
    return table, pa.array(others, pa.string())


def _empty() -> pa.Table:
    return pa.table({"record": pa.array([], pa.int64())})


def _widened(table: pa.Table, width: int) -> pa.Table:
    for i in range(table.num_columns - 1, width):
        table = table.append_column(f"f{i}", pa.nulls(len(table), pa.string()))
    return table

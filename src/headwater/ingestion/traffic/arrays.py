"""Columns by their distinct values: what is asked of a text is asked once, however often it stands there."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.model.tables import SCHEMAS, TEXT

Columns = dict[str, pa.Array]


def each(values: pa.Array, make: Callable[[str], str | None]) -> pa.Array:
    """Give what each text becomes; each distinct one is asked once, and a null stays one."""
    coded = pc.dictionary_encode(values.cast(TEXT))
    made = pa.array([make(text) for text in coded.dictionary.to_pylist()], TEXT)
    return made.take(coded.indices)


def each_pair(values: pa.Array, others: pa.Array, make: Callable[[str, str], str | None]) -> pa.Array:
    """Give what each text becomes together with another; null where one of them is."""
    one, two = (pc.dictionary_encode(column.cast(TEXT)) for column in (values, others))
    known = pc.and_(values.is_valid(), others.is_valid())
    codes = [pc.fill_null(column.indices, 0).to_numpy().astype(np.int64) for column in (one, two)]
    width = max(len(two.dictionary), 1)
    pairs, place = np.unique(
        np.where(known.to_numpy(zero_copy_only=False), codes[0] * width + codes[1], -1), return_inverse=True
    )
    firsts, seconds = one.dictionary.to_pylist(), two.dictionary.to_pylist()
    made = [None if pair < 0 else make(firsts[pair // width], seconds[pair % width]) for pair in pairs.tolist()]
    return pa.array(made, TEXT).take(pa.array(place.reshape(-1)))


def one_array(values: pa.ChunkedArray | pa.Array) -> pa.Array:
    """Give a column in one piece."""
    if isinstance(values, pa.ChunkedArray):
        return pa.concat_arrays(values.chunks) if values.num_chunks else pa.array([], values.type)
    return values


def same(value: str, count: int) -> pa.Array:
    """Give a column of one text."""
    return pa.repeat(pa.scalar(value, TEXT), count)


def lake_table(name: str, columns: Columns) -> pa.Table:
    """Put columns into the schema of a table of the lake; those that are left out are null."""
    schema = SCHEMAS[name]
    count = len(next(iter(columns.values())))
    made = [
        columns[n].cast(schema.field(n).type) if n in columns else pa.nulls(count, schema.field(n).type)
        for n in schema.names
    ]
    return pa.table(made, schema=schema)

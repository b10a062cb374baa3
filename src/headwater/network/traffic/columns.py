"""Columns of a table of the lake as small whole numbers and the texts that they stand for, read stretch by stretch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from headwater.model.tables import SCHEMAS
from headwater.network.frames import NONE, Ints
from headwater.store.engine import Engine


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """A column of texts: for each row the place of its text in ``texts``, NONE for null."""

    codes: npt.NDArray[np.int32]
    texts: pd.Index

    def category(self, rows: Ints | slice = slice(None)) -> pd.Categorical:
        """The column, or some of its rows, for a frame."""
        return pd.Categorical.from_codes(self.codes[rows], categories=self.texts)

    def recoded(self, codes: npt.NDArray[np.int32], texts: pd.Index) -> Coded:
        """Other codes for the same rows."""
        return Coded(codes, texts)


@dataclass(frozen=True, slots=True, eq=False)
class Listed:
    """A column of lists of texts, laid flat: the row and the place in its list of each."""

    rows: Ints
    places: npt.NDArray[np.int32]
    coded: Coded


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """A table of the lake: texts, lists of texts, and everything else as arrays (times in microseconds, NONE for null)."""

    count: int
    texts: Mapping[str, Coded]
    lists: Mapping[str, Listed]
    values: Mapping[str, np.ndarray]


def columns(engine: Engine, table: str, order: Sequence[str]) -> Columns:
    """Read a table of the lake in a total order of each stretch of days, which no engine changes."""
    names = SCHEMAS[table].names
    pieces = [_ordered(piece, table, order) for piece in _pieces(engine, table, [n for n in names if n not in _UNUSED])]
    whole = pa.concat_tables(pieces) if pieces else _encoded(SCHEMAS[table].empty_table().drop_columns(["day", "hour"]))
    texts, lists, values = {}, {}, {}
    for field in whole.schema:
        column = whole.column(field.name)
        if pa.types.is_dictionary(field.type):
            texts[field.name] = _coded(column)
        elif pa.types.is_list(field.type):
            lists[field.name] = _listed(column)
        else:
            values[field.name] = _values(column)
    return Columns(whole.num_rows, texts, lists, values)


_UNUSED = frozenset({"day", "hour"})


def _pieces(engine: Engine, table: str, names: list[str]) -> Iterator[pa.Table]:
    if "day" not in SCHEMAS[table].names:
        yield engine.arrow(engine.table(table).select(names))
        return
    yield from engine.pieces(table, lambda _, rows: rows.select([n for n in names if n in rows.columns]))


def _ordered(piece: pa.Table, table: str, order: Sequence[str]) -> pa.Table:
    for field in SCHEMAS[table]:
        if field.name not in piece.column_names and field.name not in _UNUSED:  # of a lake of an earlier version
            piece = piece.append_column(field.name, pa.nulls(piece.num_rows, field.type))
    piece = piece.select([n for n in SCHEMAS[table].names if n not in _UNUSED])
    place = pc.sort_indices(piece, sort_keys=[(name, "ascending") for name in order])
    return _encoded(piece.take(place))


def _encoded(piece: pa.Table) -> pa.Table:
    made = {}
    for field in piece.schema:
        column = piece.column(field.name)
        if pa.types.is_list(field.type):
            column = column.cast(pa.list_(pa.string()))
        elif pa.types.is_string(field.type) or pa.types.is_large_string(field.type):
            column = pc.dictionary_encode(column.cast(pa.string()))
        made[field.name] = column
    return pa.table(made)


def _coded(column: pa.ChunkedArray) -> Coded:
    if not column.num_chunks:
        return Coded(np.zeros(0, np.int32), pd.Index([], dtype=object))
    joined = column.unify_dictionaries().combine_chunks()
    chunk = joined if isinstance(joined, pa.DictionaryArray) else joined.chunk(0)
    codes = pc.fill_null(chunk.indices, NONE).to_numpy(zero_copy_only=False).astype(np.int32)
    return Coded(codes, pd.Index(chunk.dictionary.to_pandas().astype(object)))


def _listed(column: pa.ChunkedArray) -> Listed:
    lengths = pc.fill_null(pc.list_value_length(column), 0).to_numpy().astype(np.int64)
    flat = pc.dictionary_encode(pc.list_flatten(column))
    rows = np.repeat(np.arange(len(lengths)), lengths)
    starts = np.cumsum(lengths) - lengths
    places = (np.arange(len(rows)) - np.repeat(starts, lengths)).astype(np.int32)
    return Listed(rows, places, _coded(flat))


def _values(column: pa.ChunkedArray) -> np.ndarray:
    if pa.types.is_timestamp(column.type):
        return np.asarray(pc.fill_null(column.cast(pa.int64()), NONE).to_numpy())
    if pa.types.is_boolean(column.type):  # -1 not known, 0 no, 1 yes
        return np.asarray(pc.fill_null(column.cast(pa.int8()), NONE).to_numpy())
    if pa.types.is_integer(column.type):
        return np.asarray(pc.fill_null(column, NONE).to_numpy())
    return np.asarray(column.to_numpy())

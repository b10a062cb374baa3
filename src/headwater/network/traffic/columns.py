"""Columns of a table of the lake as small whole numbers and the texts that they stand for, read stretch by stretch."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from headwater.model.tables import SCHEMAS
from headwater.network.frames import NONE, Ints
from headwater.store.engine import Engine
from headwater.store.freed import give_back


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

    rows: npt.NDArray[np.int32]
    places: npt.NDArray[np.int32]
    coded: Coded


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """A table of the lake: texts, lists of texts, and everything else as arrays (times in microseconds, NONE for null)."""

    count: int
    texts: Mapping[str, Coded]
    lists: Mapping[str, Listed]
    values: Mapping[str, np.ndarray]

    def only(self, names: Collection[str]) -> Columns:
        """The same with some columns only, so that the others can be let go of."""
        texts = {name: column for name, column in self.texts.items() if name in names}
        lists = {name: column for name, column in self.lists.items() if name in names}
        values = {name: column for name, column in self.values.items() if name in names}
        return Columns(self.count, texts, lists, values)


def columns(engine: Engine, table: str, order: Sequence[str]) -> Columns:
    """Read a table of the lake in a total order of each stretch of days, which no engine changes.

    Texts are coded stretch by stretch: only one stretch of them is ever held as it is.
    """
    names = [n for n in SCHEMAS[table].names if n not in _UNUSED]
    read: dict[str, list[pa.Array]] = {name: [] for name in names}
    lengths: dict[str, list[Ints]] = {name: [] for name in names}
    count = 0
    for piece in _pieces(engine, table, names):
        count += piece.num_rows
        place = np.asarray(pc.sort_indices(piece, sort_keys=[(name, "ascending") for name in order]))
        for field in [SCHEMAS[table].field(name) for name in names]:
            column = _of_piece(piece, field)
            if pa.types.is_list(field.type):
                sizes, column = _flat(column, place)
                lengths[field.name].append(sizes)
            elif pa.types.is_string(field.type):
                column = _coded_once(column).take(pa.array(place))
            else:
                column = column.take(pa.array(place))
            read[field.name].append(column)
        del piece, column
        give_back()
    texts, lists, values = {}, {}, {}
    for field in [SCHEMAS[table].field(name) for name in names]:
        chunks = read.pop(field.name)
        if pa.types.is_list(field.type):
            lists[field.name] = _listed(chunks, lengths.pop(field.name))
        elif pa.types.is_string(field.type):
            texts[field.name] = _coded(chunks)
        else:
            values[field.name] = _values(pa.chunked_array(chunks, field.type))
    del chunks
    give_back()
    return Columns(count, texts, lists, values)


_UNUSED = frozenset({"day", "hour"})


def _pieces(engine: Engine, table: str, names: list[str]) -> Iterator[pa.Table]:
    if "day" not in SCHEMAS[table].names:
        yield engine.arrow(engine.table(table).select(names))
        return
    yield from engine.pieces(table, lambda _, rows: rows.select([n for n in names if n in rows.columns]))


def _of_piece(piece: pa.Table, field: pa.Field) -> pa.Array:
    """A column of a stretch in one piece; nulls where a lake of an earlier version has none."""
    if field.name not in piece.column_names:
        return pa.nulls(piece.num_rows, field.type)
    column = piece.column(field.name).cast(field.type)
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], field.type)


def _coded_once(column: pa.Array) -> pa.DictionaryArray:
    """A column of texts by its distinct texts in the order of texts, which no engine changes."""
    coded = column.dictionary_encode()
    rank = pc.sort_indices(coded.dictionary)
    place = np.empty(len(rank), dtype=np.int32)
    place[np.asarray(rank)] = np.arange(len(rank), dtype=np.int32)
    codes = pa.array(place, pa.int32()).take(coded.indices) if len(rank) else coded.indices
    return pa.DictionaryArray.from_arrays(codes, coded.dictionary.take(rank))


def _flat(column: pa.ListArray, place: Ints) -> tuple[Ints, pa.DictionaryArray]:
    """The lengths of lists in an order of rows, and what they hold, coded, one after another in that order."""
    sizes = pc.fill_null(pc.list_value_length(column), 0).to_numpy(zero_copy_only=False).astype(np.int64)
    starts = (np.cumsum(sizes) - sizes)[place]
    sizes = sizes[place]
    at = np.repeat(starts - (np.cumsum(sizes) - sizes), sizes) + np.arange(int(sizes.sum()))
    return sizes, _coded_once(pc.list_flatten(column)).take(pa.array(at))


def _coded(chunks: list[pa.Array]) -> Coded:
    kind = pa.dictionary(pa.int32(), pa.string())
    column = pa.chunked_array([c for c in chunks if len(c)], kind)
    if not column.num_chunks:
        return Coded(np.zeros(0, np.int32), pd.Index([], dtype=object))
    whole = column.unify_dictionaries()
    codes = [pc.fill_null(chunk.indices, NONE).to_numpy(zero_copy_only=False) for chunk in whole.chunks]
    return Coded(
        np.concatenate(codes).astype(np.int32, copy=False),
        pd.Index(whole.chunk(0).dictionary.to_pandas(), dtype=object),
    )


def _listed(chunks: list[pa.Array], lengths: list[Ints]) -> Listed:
    sizes = np.concatenate(lengths) if lengths else np.zeros(0, np.int64)
    rows = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    places = (np.arange(len(rows)) - np.repeat(np.cumsum(sizes) - sizes, sizes)).astype(np.int32)
    return Listed(rows, places, _coded(chunks))


def _values(column: pa.ChunkedArray) -> np.ndarray:
    if pa.types.is_timestamp(column.type):
        return np.asarray(pc.fill_null(column.cast(pa.int64()), NONE).to_numpy())
    if pa.types.is_boolean(column.type):  # -1 not known, 0 no, 1 yes
        return np.asarray(pc.fill_null(column.cast(pa.int8()), NONE).to_numpy())
    if pa.types.is_integer(column.type):
        return np.asarray(pc.fill_null(column, NONE).to_numpy())
    return np.asarray(column.to_numpy())

"""From the text of a log to typed raw columns: the few column operations that every log parser needs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.ingestion.parsing import RAW, BadLine, Lines
from headwater.model.tables import COUNT, TEXT

_ESCAPE = re.compile(r'(?:\\x[0-9A-Fa-f]{2})+|\\["\\]')


def text_of(lines: Lines) -> pa.Array:
    """Give the lines as a column, without a byte order mark at the start and carriage returns at the ends."""
    try:
        column = pa.array(lines.text, TEXT)
    except UnicodeEncodeError:  # lone surrogates: what an undecodable byte became on its way here
        column = pa.array([line.encode(errors="replace").decode() for line in lines.text], TEXT)
    if lines.first == 1 and lines.text and lines.text[0].startswith("\ufeff"):
        column = pa.concat_arrays([pa.array([lines.text[0][1:]], TEXT), column[1:]])
    if pc.any(pc.ends_with(column, "\r")).as_py():
        column = pc.ascii_rtrim(column, "\r")
    return column


def numbers_of(lines: Lines) -> pa.Array:
    """Give the 1-based number of each line."""
    return pa.array(np.arange(lines.first, lines.first + len(lines.text), dtype=np.int64))


def holds(column: pa.Array, byte: str) -> bool:
    """Tell whether one ASCII character stands anywhere in the column: one look at its bytes."""
    data = column.buffers()[2]
    return data is not None and byte.encode() in memoryview(data).tobytes()


def known(column: pa.Array) -> pa.Array:
    """Give nulls for what logs write in place of nothing: an empty text or ``-``."""
    return pc.if_else(pc.is_in(column, pa.array(["", "-", "(empty)"])), pa.scalar(None, TEXT), column)


def whole(column: pa.Array, kind: pa.DataType = COUNT) -> pa.Array:
    """Give the whole numbers in a text column; null for whatever else stands there."""
    digits = 9 if kind == pa.int32() else 18
    plain = pc.match_substring_regex(column, rf"^\d{{1,{digits}}}$")
    return pc.if_else(plain, column, pa.scalar(None, TEXT)).cast(kind)


def unescaped(column: pa.Array) -> pa.Array:
    r"""Undo ``\xE4``, ``\"`` and ``\\``, as web servers and sensors write them. Each distinct text is done once."""
    if not holds(column, "\\"):
        return column
    odd = pc.fill_null(pc.match_substring(column, "\\"), False)
    coded = column.filter(odd).dictionary_encode()
    plain = pa.array([_ESCAPE.sub(_unescape, text) for text in coded.dictionary.to_pylist()], TEXT)
    return pc.replace_with_mask(column, odd, plain.take(coded.indices))


def _unescape(found: re.Match[str]) -> str:
    escape = found[0]
    if escape[1] != "x":
        return escape[1]
    return bytes.fromhex(escape.replace("\\x", "")).decode(errors="replace")


def pieces(column: pa.Array, separator: str | None, wanted: Iterable[int]) -> tuple[pa.Array, list[pa.Array]]:
    """Split texts (at blanks, if no separator is given); give the number of pieces, and the wanted ones as columns.

    Pieces are counted from 0; one that a text does not have is null.
    """
    lists = pc.ascii_split_whitespace(column) if separator is None else pc.split_pattern(column, separator)
    starts = lists.offsets.to_numpy().astype(np.int64)
    counts = np.diff(starts)
    flat = lists.values
    return pa.array(counts), [flat.take(pa.array(starts[:-1] + n, mask=counts <= n)) for n in wanted]


def shielded(text: pa.Array, mark: str, shield: str) -> pa.Array:
    """Put another byte for the marks that stand between quotes: every second piece, when split at the quotes."""
    parts = pc.split_pattern(text, '"')
    starts = parts.offsets.to_numpy()
    flat = parts.values
    place = np.arange(len(flat)) - np.repeat(starts[:-1], np.diff(starts))
    inside = pa.array(place % 2 == 1)
    flat = pc.replace_with_mask(flat, inside, pc.replace_substring(flat.filter(inside), mark, shield))
    return pc.binary_join(pa.ListArray.from_arrays(parts.offsets, flat), '"')


def put(column: pa.Array, places: pa.Array, values: pa.Array) -> pa.Array:
    """Put values, in order, at the places of a mask; at every place, they are the column."""
    return values if len(values) == len(column) else pc.replace_with_mask(column, places, values)


def parts_of(columns: pa.StructArray) -> dict[str, pa.Array]:
    """Give the columns of a struct by name, null where the whole row is."""
    return {field.name: pc.struct_field(columns, field.name) for field in columns.type}


def nothing(size: int, kind: pa.DataType = TEXT) -> pa.Array:
    """Give a column of nulls."""
    return pa.nulls(size, kind)


def raw_table(kind: str, columns: Mapping[str, pa.Array], rows: pa.Array | None = None) -> pa.Table:
    """Give the raw rows of a kind in the order of its schema; ``rows`` is a mask of those to keep."""
    schema = pa.schema([field for field in RAW[kind] if field.name in columns])
    made = pa.table([columns[field.name].cast(field.type) for field in schema], schema=schema)
    return made if rows is None else made.filter(rows)


def set_aside(numbers: pa.Array, bad: pa.Array, reason: str) -> Sequence[BadLine]:
    """Give a bad line, with one reason, for each row of the mask."""
    return [BadLine(number, reason) for number in numbers.filter(bad).to_pylist()]

"""Reads a delimited text of any size in batches of Arrow rows, each row with the number of its line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from headwater.exhibits import recoded
from headwater.exhibits.dialect import Dialect
from headwater.exhibits.joints import read_jointed
from headwater.exhibits.recoded import Utf8Stream
from headwater.exhibits.text import lines

Numbers = np.ndarray[tuple[int], np.dtype[np.int64]]


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of a table, all cells texts, empty ones null; ``lines`` says on which line each of them starts.

    ``rejected`` are lines that were set aside, with their reason; ``torn`` are those of them that can be read, as they stand.
    """

    table: pa.Table = field(repr=False)
    lines: pa.Array = field(repr=False)
    rejected: tuple[tuple[int, str], ...] = ()
    torn: tuple[tuple[int, str], ...] = field(default=(), repr=False)


def read_delimited(stream: BinaryIO, dialect: Dialect, encoding: str) -> Iterator[Rows]:
    """Give the rows of a table below its header. Rows with too few or too many cells are set aside.

    A quotation mark that is never closed does not swallow the rest: its lines are then read one by one.
    """
    if len(dialect.delimiter.encode()) > 1:
        for part in read_jointed(stream, dialect.delimiter, dialect.columns, dialect.skip, encoding):
            yield Rows(*part)
        return
    reader = _FastReader(dialect)
    text = Utf8Stream(stream, encoding)
    try:
        yield from reader.read(text)
        yield _faults(text, dialect, 0, None)
    except pa.ArrowInvalid:
        start = reader.next_line
        yield _faults(text, dialect, 0, start)
        stream.seek(0)
        anew = Utf8Stream(stream, encoding)
        yield from _line_by_line(io.BufferedReader(anew, recoded.BLOCK_BYTES), dialect, start)
        yield _faults(anew, dialect, start, None)


def _faults(text: Utf8Stream, dialect: Dialect, start: int, end: int | None) -> Rows:
    """No rows, but the lines that could not be read whole."""
    lines = tuple(bad for bad in text.faults if bad[0] >= start and (end is None or bad[0] < end))
    empty = pa.schema([(name, pa.string()) for name in dialect.columns]).empty_table()
    return Rows(empty, pa.array([], pa.int64()), lines)


class _FastReader:
    """Arrow's reader, with the line of every row told from the rows' order and the line ends inside their cells."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._ragged: list[pa_csv.InvalidRow] = []
        self._record = dialect.skip + 1  # number of the next record, were there no line ends inside cells
        self._shift = 0  # line ends inside cells so far

    @property
    def next_line(self) -> int:
        """The line at which the next row starts."""
        return self._record + self._shift

    def read(self, stream: io.RawIOBase) -> Iterator[Rows]:
        try:
            batches = pa_csv.open_csv(
                io.BufferedReader(stream, recoded.BLOCK_BYTES),
                read_options=self._read_options(),
                parse_options=self._parse_options(),
                convert_options=self._convert_options(),
            )
        except pa.ArrowInvalid as error:
            if "Empty CSV" in str(error) or "skip" in str(error):
                return
            raise
        for batch in batches:
            yield from self._numbered(pa.Table.from_batches([batch]))
        yield from self._numbered(None)

    def _read_options(self) -> pa_csv.ReadOptions:
        return pa_csv.ReadOptions(
            use_threads=False,
            block_size=recoded.BLOCK_BYTES,
            skip_rows=self._dialect.skip,
            column_names=list(self._dialect.columns),
        )

    def _parse_options(self) -> pa_csv.ParseOptions:
        return pa_csv.ParseOptions(
            delimiter=self._dialect.delimiter,
            newlines_in_values=True,
            ignore_empty_lines=False,
            invalid_row_handler=self._set_aside,
        )

    def _convert_options(self) -> pa_csv.ConvertOptions:
        return pa_csv.ConvertOptions(
            column_types={name: pa.string() for name in self._dialect.columns},
            check_utf8=False,
            strings_can_be_null=True,
            null_values=[""],
        )

    def _set_aside(self, row: pa_csv.InvalidRow) -> str:
        self._ragged.append(row)
        return "skip"

    def _numbered(self, table: pa.Table | None) -> Iterator[Rows]:
        """Number the rows of a batch, and give the ragged ones that lie before its end."""
        records = self._records(0 if table is None else table.num_rows)
        end = int(records[-1]) if len(records) else None
        ragged = [row for row in self._ragged if table is None or (end is not None and row.number < end)]
        self._ragged = self._ragged[len(ragged) :]
        inside = np.zeros(0, np.int64) if table is None else _line_ends(table)
        torn = np.array([row.text.count("\n") for row in ragged], dtype=np.int64)
        numbers = np.array([row.number for row in ragged], dtype=np.int64)
        starts = records + self._shift + _before(records, numbers, torn) + np.cumsum(inside) - inside
        ragged_starts = numbers + self._shift + _before(numbers, numbers, torn) + _before(numbers, records, inside)
        self._record += len(records) + len(ragged)
        self._shift += int(inside.sum() + torn.sum())
        if table is not None:
            yield _filled(table, pa.array(starts))
        if ragged:
            yield _again(ragged, ragged_starts.tolist(), self._dialect)

    def _records(self, count: int) -> Numbers:
        """Numbers of the next ``count`` good records: those that are no ragged ones."""
        ragged = np.array([row.number for row in self._ragged], dtype=np.int64)
        numbers = np.arange(self._record, self._record + count + len(ragged), dtype=np.int64)
        return numbers[~np.isin(numbers, ragged)][:count]


def _line_ends(table: pa.Table) -> Numbers:
    """How many line ends lie inside the cells of each row."""
    total = np.zeros(table.num_rows, np.int64)
    for column in table.columns:
        if any(b"\n" in _bytes(chunk) for chunk in column.chunks):
            total += pc.fill_null(pc.count_substring(column, "\n"), 0).to_numpy().astype(np.int64)
    return total


def _bytes(chunk: pa.Array) -> bytes:
    """All texts of a column as they lie in memory."""
    data = chunk.buffers()[2]
    return data.to_pybytes() if data is not None else b""


def _before(
    places: Numbers,
    numbers: Numbers,
    counts: Numbers,
) -> Numbers:
    """For each place the sum of the counts whose (sorted) numbers lie before it."""
    sums = np.concatenate((np.zeros(1, np.int64), np.cumsum(counts)))
    return cast(Numbers, sums[np.searchsorted(numbers, places, side="left")])


def _filled(table: pa.Table, numbers: pa.Array) -> Rows:
    """Leave out rows without any cell filled."""
    if not table.num_columns or not table.num_rows:
        return Rows(table, numbers)
    filled = pc.is_valid(table.column(0))
    for column in table.columns[1:]:
        if pc.all(filled).as_py():
            return Rows(table, numbers)
        filled = pc.or_(filled, pc.is_valid(column))
    filled = filled.combine_chunks()
    return Rows(table.filter(filled), numbers.filter(filled))


def _again(ragged: Sequence[pa_csv.InvalidRow], starts: Sequence[int], dialect: Dialect) -> Rows:
    """Read ragged rows once more line by line: a quotation mark that was not closed drew other rows into one."""
    texts: list[tuple[int, str]] = []
    for row, start in zip(ragged, starts, strict=True):
        texts += [(start + place, text) for place, text in enumerate(row.text.split("\n"))]
    return _plain_rows(texts, dialect)


def _line_by_line(stream: BinaryIO, dialect: Dialect, start: int) -> Iterator[Rows]:
    for batch in lines(stream, "utf-8"):
        texts = [(batch.first + place, text) for place, text in enumerate(batch.text)]
        rows = _plain_rows([(number, text) for number, text in texts if number >= start], dialect)
        rejected = [bad for bad in batch.rejected if bad[0] >= start]
        yield Rows(rows.table, rows.lines, (*rows.rejected, *rejected), rows.torn)


def _plain_rows(texts: Sequence[tuple[int, str]], dialect: Dialect) -> Rows:
    """Rows that are one line each; a quotation mark that is not closed on its line is taken as it stands."""
    width = len(dialect.columns)
    rows: list[list[str]] = []
    numbers: list[int] = []
    rejected: list[tuple[int, str]] = []
    torn: list[tuple[int, str]] = []
    for number, text in texts:
        text = text.removesuffix("\r")
        cells = _cells(text, dialect.delimiter)
        if len(cells) == width:
            rows.append(cells)
            numbers.append(number)
        elif text.strip():
            rejected.append((number, f"has {len(cells)} cells instead of {width}"))
            torn.append((number, text))
    columns = list(zip(*rows, strict=True)) if rows else [()] * width
    arrays = [pa.array([cell or None for cell in column], pa.string()) for column in columns]
    return Rows(
        pa.table(arrays, names=list(dialect.columns)), pa.array(numbers, pa.int64()), tuple(rejected), tuple(torn)
    )


def _cells(text: str, delimiter: str) -> list[str]:
    if text.count('"') % 2:
        return text.split(delimiter)
    try:
        return next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error:
        return text.split(delimiter)

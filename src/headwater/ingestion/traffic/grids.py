"""Bills and address books as bare rows: every cell a text, every row with its number, the header not told from the rest.

The readers of tables elsewhere guess where a header is. Bills have up to twenty lines above theirs, notes below, and
quotation marks that nobody closes in the names that people give themselves: so rows are cut here line by line.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from headwater.exhibits import workbook
from headwater.exhibits.contents import Given
from headwater.exhibits.encodings import HEAD, encoding_of
from headwater.exhibits.member import Member
from headwater.exhibits.readers.html import READER as PAGES
from headwater.exhibits.sheets import Sheet
from headwater.exhibits.text import Batch, lines
from headwater.model.errors import UnreadableError

DELIMITERS = (",", "\t", ";", "|")
HEAD_ROWS = 200
_LONGEST_CELL_LINES = 60
_PIECE = 100_000
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Head:
    """How a table begins: the sheet or the delimiter by which it is cut, and its first rows with their numbers."""

    sheet: str
    delimiter: str | None
    rows: tuple[tuple[int, tuple[str, ...]], ...] = field(repr=False)
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Strip:
    """Some rows of one table below its header: a text column for each column of the header, empty cells null.

    ``torn`` is the line that has no end and too few cells, if it is among them; ``rejected`` are lines that cannot be cut, with the reason.
    """

    columns: tuple[pa.Array, ...] = field(repr=False)
    lines: Whole = field(repr=False)
    rejected: tuple[tuple[int, str], ...] = ()
    torn: int | None = None


@lru_cache(maxsize=2)
def heads(member: Member, head: bytes) -> tuple[Head, ...]:
    """Give the beginning of every table that a file may hold: one for each delimiter or sheet.

    :raises UnreadableError: if it is a workbook that cannot be opened
    """
    if head.startswith(b"PK\x03\x04") or workbook.is_ole(head) or PAGES.fits(head, member):
        return tuple(_of_sheet(sheet) for sheet in _sheets(member))
    encoding = encoding_of(head[:HEAD])
    if encoding is None:
        return ()
    texts = [(b.first + n, t) for b in lines(io.BytesIO(head), encoding) for n, t in enumerate(b.text)][:HEAD_ROWS]
    return tuple(Head("", d, tuple((n, tuple(cut(t, d))) for n, t in texts)) for d in DELIMITERS)


def strips(member: Member, head: Head, below: int, width: int) -> Iterator[Strip]:
    """Give the rows of a table below its header's row, ``width`` columns wide.

    :raises UnreadableError: if it is a workbook that cannot be opened
    """
    if head.delimiter is not None:
        yield from _text_strips(member, head.delimiter, below, width)
        return
    sheet = next(sheet for sheet in _sheets(member) if sheet.name == head.sheet)
    start = int(np.searchsorted(sheet.lines, below, side="right"))
    for first in range(start, sheet.cells.num_rows, _PIECE):
        part = sheet.cells.slice(first, _PIECE)
        made = [_plain(part.column(n).combine_chunks()) for n in range(min(width, part.num_columns))]
        made += [pa.nulls(part.num_rows, pa.string())] * (width - len(made))
        yield _filled(made, sheet.lines[first : first + part.num_rows])


def cut(text: str, delimiter: str) -> list[str]:
    """Cut one line into cells; a quotation mark that is not closed is taken as it stands."""
    if '"' not in text or text.count('"') % 2:
        return text.split(delimiter)
    try:
        return next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error:
        return text.split(delimiter)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet of a workbook, or a table of a web page, which banks are fond of calling a workbook."""

    name: str
    hidden: bool
    cells: pa.Table = field(repr=False)
    lines: Whole = field(repr=False)


def _sheets(member: Member) -> Iterator[_Sheet]:
    with member.open() as stream:
        data = stream.read(workbook.LARGEST + 1)
    if len(data) > workbook.LARGEST:
        raise UnreadableError(f"is a workbook of more than {workbook.LARGEST:,} bytes")
    if not data.startswith(b"PK\x03\x04") and not workbook.is_ole(data):
        yield from _of_page(member)
        return
    for grid in workbook.grids(data):
        if isinstance(grid, workbook.Grid):
            yield _Sheet(grid.name, grid.hidden, grid.cells, np.arange(1, grid.cells.num_rows + 1, dtype=np.int64))


def _of_page(member: Member) -> Iterator[_Sheet]:
    tables = (piece for piece in PAGES.read(member, Given(pictures=False)) if isinstance(piece, Sheet))
    for number, table in enumerate(tables, start=1):
        width = max(table.rows.num_columns, 1)
        top = [[text, *[None] * (width - 1)] for _, text in table.above]
        top += [list(table.columns)] if table.header else []
        first = [max(1, table.first_line - len(top) + n) for n in range(len(top))]
        above = [pa.array(column, pa.string()) for column in zip(*top, strict=True)] if top else []
        rows = [column.combine_chunks().cast(pa.string()) for column in table.rows.columns]
        columns = [pa.concat_arrays([a, b]) for a, b in zip(above, rows, strict=True)] if top else rows
        lines = np.concatenate((np.array(first, np.int64), table.lines.to_numpy(zero_copy_only=False).astype(np.int64)))
        yield _Sheet(str(number), False, pa.table(columns, names=[str(n + 1) for n in range(len(columns))]), lines)


def _of_sheet(sheet: _Sheet) -> Head:
    rows = sheet.cells.slice(0, HEAD_ROWS).to_pylist()
    numbers = sheet.lines[: len(rows)].tolist()
    told = tuple((n, tuple(cell or "" for cell in row.values())) for n, row in zip(numbers, rows, strict=True))
    return Head(sheet.name, None, told, sheet.hidden)


def _text_strips(member: Member, delimiter: str, below: int, width: int) -> Iterator[Strip]:
    with member.open() as stream:
        encoding = encoding_of(stream.read(HEAD)) or "utf-8"
        stream.seek(0)
        for batch in lines(stream, encoding):
            start = max(0, below + 1 - batch.first)
            if start < len(batch.text):
                yield _strip(batch, start, delimiter, width)


def _strip(batch: Batch, start: int, delimiter: str, width: int) -> Strip:
    texts = pa.array(batch.text[start:], pa.string())
    first = batch.first + start
    quoted = pc.match_substring(texts, '"').to_numpy(zero_copy_only=False)
    split = pc.split_pattern(texts, delimiter)
    plain = ~quoted & (pc.list_value_length(split).to_numpy(zero_copy_only=False) == width)
    flat = split.filter(pa.array(plain)).flatten()
    columns = [flat.take(pa.array(np.arange(n, len(flat), width))) for n in range(width)]
    numbers = np.flatnonzero(plain).astype(np.int64) + first
    others = np.flatnonzero(~plain & (pc.binary_length(texts).to_numpy(zero_copy_only=False) > 0))
    rows, places, bad = _one_by_one(batch.text[start:], others.tolist(), delimiter, width)
    if rows:
        odd = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
        numbers = np.concatenate((numbers, np.array(places, np.int64) + first))
        order = np.argsort(numbers, kind="stable")
        columns = [pa.concat_arrays([a, b]).take(pa.array(order)) for a, b in zip(columns, odd, strict=True)]
        numbers = numbers[order]
    rejected = [(place + first, reason) for place, reason in bad]
    rejected += [each for each in batch.rejected if each[0] >= first]
    unfinished = not batch.complete and len(cut(batch.text[-1], delimiter)) < width
    torn = batch.first + len(batch.text) - 1 if unfinished else None
    made = _filled([_plain(column) for column in columns], numbers)
    return Strip(made.columns, made.lines, tuple(sorted(rejected)), torn)


def _one_by_one(
    texts: Sequence[str], places: Sequence[int], delimiter: str, width: int
) -> tuple[list[list[str]], list[int], list[tuple[int, str]]]:
    """Cut the lines that have quotation marks, or not as many cells as the header."""
    rows: list[list[str]] = []
    kept: list[int] = []
    bad: list[tuple[int, str]] = []
    upto = -1
    for place in places:
        if place <= upto:
            continue
        cells, upto = _cells(texts, place, delimiter, width)
        fitted = _fitted(cells, width)
        if fitted is None:
            bad.append((place, f"has {len(cells)} cells instead of {width}"))
        else:
            rows.append(fitted)
            kept.append(place)
    return rows, kept, bad


def _cells(texts: Sequence[str], place: int, delimiter: str, width: int) -> tuple[list[str], int]:
    """The cells of the row that begins on a line, and the place of its last line."""
    text = texts[place]
    plain = text.split(delimiter)
    if text.count('"') % 2 == 0:
        cells = cut(text, delimiter)
        return (plain if len(cells) < width == len(plain) else cells), place
    if _fitted(plain, width) is not None and len(plain) >= width:
        return plain, place
    for last in range(place + 1, min(place + _LONGEST_CELL_LINES, len(texts))):
        text = f"{text}\n{texts[last]}"
        if texts[last].count('"') % 2 == 1:
            cells = _across(text, delimiter)
            return (cells, last) if _fitted(cells, width) is not None and len(cells) >= width else (plain, place)
    return plain, place


def _across(text: str, delimiter: str) -> list[str]:
    """The cells of a row that goes over several lines."""
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        return []
    return rows[0] if len(rows) == 1 else []


def _fitted(cells: list[str], width: int) -> list[str] | None:
    """The cells as many as the header has: empty ones at the end do not count. Notes below a table have fewer."""
    if len(cells) > width and any(cell.strip() for cell in cells[width:]):
        return None
    return [*cells[:width], *[""] * (width - len(cells))]


def _plain(column: pa.Array) -> pa.Array:
    """Texts without the white space around them; empty ones are null."""
    texts = pc.utf8_trim_whitespace(column)
    return pc.if_else(pc.equal(texts, ""), None, texts)


def _filled(columns: Sequence[pa.Array], numbers: Whole) -> Strip:
    """Leave out rows without any cell filled."""
    filled = np.zeros(len(numbers), dtype=bool)
    for column in columns:
        filled |= column.is_valid().to_numpy(zero_copy_only=False)
    if filled.all():
        return Strip(tuple(columns), numbers)
    mask = pa.array(filled)
    return Strip(tuple(column.filter(mask) for column in columns), numbers[filled])

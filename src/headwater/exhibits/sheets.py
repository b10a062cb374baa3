"""Tables in files: delimited texts, JSON, workbooks and Parquet, all given in one shape."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from headwater.exhibits import workbook
from headwater.exhibits.boxes import without_boxes
from headwater.exhibits.delimited import Rows, read_delimited
from headwater.exhibits.dialect import Dialect, dialect_of
from headwater.exhibits.encodings import HEAD, encoding_of
from headwater.exhibits.forms import Forms, is_form, unfolded
from headwater.exhibits.headers import SAMPLE_ROWS, find_header, lines_above
from headwater.exhibits.json_table import json_records
from headwater.exhibits.locked import is_locked, unlocked_bytes
from headwater.exhibits.member import Member
from headwater.exhibits.sheet_tables import Block, table_blocks
from headwater.exhibits.text import lines
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead

_SAMPLE_BYTES = 1 << 18


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: every cell a text, empty ones null.

    ``lines`` holds the 1-based row (of a workbook) or line (of a text) of each row in the file; ``first_line`` is the
    first of them. ``header`` says whether a header named the columns; else they are called "1", "2" and so on.
    ``above`` are lines that stand above the table, as titles, with their numbers. ``rejected`` are lines that were set
    aside, with their reason. ``name`` is empty where the file is the table.
    """

    name: str
    columns: tuple[str, ...]
    rows: pa.Table = field(repr=False)
    first_line: int
    header: bool
    lines: pa.Array = field(repr=False)
    rejected: tuple[tuple[int, str], ...] = ()
    hidden: bool = False
    above: tuple[tuple[int, str], ...] = field(default=(), repr=False)


def table_format(head: bytes) -> str | None:
    """Tell from the first bytes which kind of table a file can be: workbook, parquet or delimited."""
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"PK\x03\x04") or workbook.is_ole(head):
        return "workbook"
    return "delimited" if encoding_of(head) else None


def sheets(member: Member, passwords: tuple[str, ...] = ()) -> Iterator[Sheet | NotRead]:
    """Give every table of a file, or the reason why there is none; ``passwords`` are tried on a workbook that is encrypted."""
    with member.open() as stream:
        head = stream.read(HEAD)
    kind = table_format(head)
    if kind == "workbook":
        yield from _workbook(member, passwords)
    elif kind == "parquet":
        yield _parquet(member)
    elif kind == "delimited":
        yield _delimited(member)
    else:
        yield NotRead(member.path, "is no text and no table of a known kind")


def delimited_layout(member: Member, delimiter: str | None = None) -> tuple[str, Dialect] | None:
    """Tell the encoding and the layout of a delimited text, or ``None`` if it is no table."""
    with member.open() as stream:
        head = stream.read(_SAMPLE_BYTES)
    encoding = encoding_of(head[:HEAD])
    if encoding is None:
        return None
    sample: list[str] = []
    for batch in lines(io.BytesIO(head), encoding):
        if batch.complete or len(head) < _SAMPLE_BYTES:
            sample += batch.text
    dialect = dialect_of(sample, delimiter)
    return (encoding, dialect) if dialect else None


def _delimited(member: Member) -> Sheet | NotRead:
    layout = delimited_layout(member)
    if layout is None:
        return json_sheet(member) or NotRead(member.path, "is a text but no table")
    encoding, dialect = layout
    with member.open() as stream:
        parts = list(read_delimited(stream, dialect, encoding))
    sheet = _joined(parts, dialect)
    return in_forms(sheet) or sheet


def json_sheet(member: Member) -> Sheet | None:
    """The table that a JSON text holds, or ``None`` where it holds none."""
    records = json_records(member)
    if not records:
        return None
    names = list(dict.fromkeys(name for _, row in records for name in row))
    rows = pa.table({name: pa.array([row.get(name) for _, row in records], pa.string()) for name in names})
    numbers = pa.array([line for line, _ in records], pa.int64())
    return Sheet("", tuple(names), rows, records[0][0], True, numbers)


def _joined(parts: list[Rows], dialect: Dialect) -> Sheet:
    first = parts[0].lines[0].as_py() if parts and len(parts[0].lines) else dialect.skip + 1
    made = [Sheet("", dialect.columns, p.table, first, dialect.header, p.lines, p.rejected) for p in parts]
    empty = pa.schema([(name, pa.string()) for name in dialect.columns]).empty_table()
    return joined([*made, Sheet("", dialect.columns, empty, first, dialect.header, pa.array([], pa.int64()))])


def joined(batches: Sequence[Sheet]) -> Sheet:
    """One table of the batches of it (one at least), in the order of its lines, without columns that have neither a name nor a cell."""
    head = batches[0]
    texts = [b.rows.cast(pa.schema([(name, pa.string()) for name in b.rows.column_names])) for b in batches]
    rows = pa.concat_tables(texts, promote_options="default")
    numbers = pa.concat_arrays([pa.array([], pa.int64()), *(b.lines for b in batches)])
    rejected = sorted(bad for b in batches for bad in b.rejected)
    if not is_sorted(numbers):
        order = pc.sort_indices(numbers)
        rows, numbers = rows.take(order), numbers.take(order)
    first = numbers[0].as_py() if len(numbers) else head.first_line
    rows = _without_empty(rows, named=head.header)
    columns = tuple(rows.column_names)
    return Sheet(head.name, columns, rows, first, head.header, numbers, tuple(rejected), head.hidden, head.above)


def _without_empty(rows: pa.Table, *, named: bool) -> pa.Table:
    """Leave out columns that have neither a name nor a cell: a delimiter at the end of each line makes one."""
    empty = [
        name
        for place, name in enumerate(rows.column_names, start=1)
        if named and name == str(place) and rows.column(name).null_count == rows.num_rows
    ]
    return rows.drop_columns(empty) if len(empty) < rows.num_columns else rows


def is_sorted(numbers: pa.Array) -> bool:
    """Whether every line comes after the one before."""
    values = numbers.to_numpy()
    return bool((values[1:] > values[:-1]).all())


def _workbook(member: Member, passwords: tuple[str, ...]) -> Iterator[Sheet | NotRead]:
    with member.open() as stream:
        data = stream.read(workbook.LARGEST + 1)
    if len(data) > workbook.LARGEST:
        yield NotRead(member.path, f"is a workbook of more than {workbook.LARGEST:,} bytes")
        return
    try:
        for grid in workbook.grids(_unlocked(data, passwords)):
            if isinstance(grid, workbook.Grid):
                yield from _from_grid(grid)
            else:
                yield NotRead(f"{member.path}#{grid[0]}", grid[1])
    except UnreadableError as error:
        yield NotRead(member.path, str(error))


def _unlocked(data: bytes, passwords: tuple[str, ...]) -> bytes:
    """The workbook itself, without its lock where a password opens it."""
    stream = io.BytesIO(data)
    if not workbook.is_ole(data) or is_locked(stream) is not True:
        return data
    return unlocked_bytes(stream, passwords) or data


def _from_grid(grid: workbook.Grid) -> Iterator[Sheet]:
    for number, block in enumerate(table_blocks(grid.cells), start=1):
        yield _from_block(grid, block, grid.name if number == 1 else f"{grid.name}/{number}")


def _from_block(grid: workbook.Grid, block: Block, name: str) -> Sheet:
    cells = block.of(grid.cells)
    if forms := _forms(cells, range(block.top + 1, block.bottom + 1)):
        return sheet_of_forms(name, forms, hidden=grid.hidden)
    head = [[cell or "" for cell in row.values()] for row in cells.slice(0, SAMPLE_ROWS).to_pylist()]
    header = find_header(head, cells.num_columns, joined=True)
    numbers = pa.array(range(block.top + header.skip + 1, block.bottom + 1), pa.int64())
    below = cells.slice(header.skip).rename_columns(list(header.names))
    below, numbers = _filled(below, numbers)
    first = numbers[0].as_py() if len(numbers) else block.top + header.skip + 1
    below = _without_empty(below, named=header.found)
    above = lines_above(head, range(block.top + 1, block.bottom + 1), header)
    columns = tuple(below.column_names)
    return Sheet(name, columns, below, first, header.found, numbers, hidden=grid.hidden, above=above)


def _forms(cells: pa.Table, numbers: Sequence[int]) -> Forms | None:
    """The forms that stand in a rectangle of a sheet."""
    if not is_form([row for row in without_boxes(_rows(cells.slice(0, SAMPLE_ROWS))) if any(row)]):
        return None
    return unfolded(without_boxes(_rows(cells)), numbers)


def sheet_of_forms(name: str, forms: Forms, *, hidden: bool = False) -> Sheet:
    """Forms as a table: a column for each label, a row for each form, numbered by the row in which it begins."""
    columns = zip(*(values for _, values in forms.rows), strict=True)
    rows = pa.table([pa.array([v or None for v in c], pa.string()) for c in columns], names=list(forms.labels))
    numbers = pa.array([number for number, _ in forms.rows], pa.int64())
    return Sheet(name, forms.labels, rows, forms.rows[0][0], True, numbers, hidden=hidden)


def in_forms(sheet: Sheet) -> Sheet | None:
    """The table of the forms that a table of labels and values holds, its header among them; ``None`` where it holds none."""
    head = [sheet.columns] if sheet.header else []
    first = [*head, *(_texts(row) for row in sheet.rows.slice(0, SAMPLE_ROWS).to_pylist())]
    if sheet.rows.num_columns < 2 or not is_form([row for row in first if any(row)]):
        return None
    rows = [*head, *(_texts(row) for row in sheet.rows.to_pylist())]
    numbers = [max(1, sheet.first_line - 1)] * len(head) + sheet.lines.to_pylist()
    forms = unfolded(rows, numbers)
    return (
        None
        if forms is None
        else replace(sheet_of_forms(sheet.name, forms), rejected=sheet.rejected, hidden=sheet.hidden)
    )


def _rows(cells: pa.Table) -> list[list[str]]:
    return [_texts(row) for row in cells.to_pylist()]


def _texts(row: dict[str, str | None]) -> list[str]:
    return [cell or "" for cell in row.values()]


def _filled(table: pa.Table, numbers: pa.Array) -> tuple[pa.Table, pa.Array]:
    """Leave out rows without any cell filled."""
    filled = pa.array([False] * table.num_rows, pa.bool_())
    for column in table.columns:
        filled = pc.or_(filled, pc.is_valid(column.combine_chunks()))
    return table.filter(filled), numbers.filter(filled)


def _parquet(member: Member) -> Sheet | NotRead:
    try:
        with member.open() as stream:
            table = pq.read_table(pa.BufferReader(stream.read()))
        texts = [_cast(column) for column in table.columns]
    except (pa.ArrowException, OSError, ValueError):
        return NotRead(member.path, "the Parquet file is damaged, encrypted, or holds values that are no texts")
    rows = pa.table(texts, names=table.column_names)
    numbers = pa.array(range(1, table.num_rows + 1), pa.int64())
    return Sheet("", tuple(table.column_names), rows, 1, True, numbers)


def _cast(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    texts = column.cast(pa.string())
    return pc.if_else(pc.equal(texts, ""), None, texts)

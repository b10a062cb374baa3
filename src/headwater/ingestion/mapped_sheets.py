"""The raw rows of a declared workbook: of every sheet that has the declared columns, wherever in it their header stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.exhibits import workbook
from headwater.exhibits.member import Member
from headwater.exhibits.workbook import Grid
from headwater.ingestion.mapped_rows import RawRows, Wanted, Wrong, cells_of, place_of
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import Rejected

_HEADER_ROWS = 200
_PIECE = 100_000


def is_workbook(head: bytes) -> bool:
    """Tell whether a file begins as workbooks do."""
    return head.startswith(b"PK\x03\x04") or workbook.is_ole(head)


def sheet_rows(member: Member, wanted: Sequence[Wanted], wrong: Wrong) -> Iterator[RawRows]:
    """Give the wanted columns of each sheet that has them; a line is a row of its sheet. Summaries and other sheets are passed over.

    :raises SettingsError: made by ``wrong``, if no sheet has all of the columns
    :raises UnreadableError: if the workbook cannot be opened
    """
    with member.open() as stream:
        data = stream.read(workbook.LARGEST + 1)
    if len(data) > workbook.LARGEST:
        raise UnreadableError(f"is a workbook of more than {workbook.LARGEST:,} bytes", member.path)
    nearest: tuple[int, str, tuple[str, ...]] = (-1, member.path, ())
    found = False
    for grid in workbook.grids(data):
        if not isinstance(grid, Grid):
            yield RawRows(_nothing(wanted), (Rejected(member.path, 1, grid[1]),))
            continue
        share, place, names = _header(grid, wanted)
        if share < sum(not column.optional for column in wanted):
            nearest = max(nearest, (share, f"{member.path}:{place + 1}", names), key=lambda each: each[0])
            continue
        found = True
        yield from _below(grid, place, [place_of(column, names, member.path, wrong) for column in wanted])
    if not found:
        for column in wanted:
            place_of(column, nearest[2], nearest[1], wrong)


def _header(grid: Grid, wanted: Sequence[Wanted]) -> tuple[int, int, tuple[str, ...]]:
    """How many of the needed columns the best of the first rows names, which row that is, and its cells."""
    needed = {column.name.strip().casefold() for column in wanted if not column.optional}
    best: tuple[int, int, tuple[str, ...]] = (-1, 0, ())
    for place, row in enumerate(grid.cells.slice(0, _HEADER_ROWS).to_pylist()):
        names = tuple((cell or "").strip() for cell in row.values())
        known = len(needed & {name.casefold() for name in names})
        if known > best[0]:
            best = known, place, names
    return best


def _below(grid: Grid, header: int, places: Sequence[int | None]) -> Iterator[RawRows]:
    """The rows below the header that have anything in these columns."""
    for first in range(header + 1, grid.cells.num_rows, _PIECE):
        part = grid.cells.slice(first, _PIECE)
        empty = pa.nulls(part.num_rows, pa.string())
        cells = [empty if place is None else _text(part.column(place)) for place in places]
        filled = np.zeros(part.num_rows, bool)
        for column in cells:
            filled |= np.asarray(column.is_valid())
        kept = pa.array(filled)
        numbers = pa.array(np.arange(first + 1, first + 1 + part.num_rows, dtype=np.int64))
        yield RawRows(cells_of([column.filter(kept) for column in cells], numbers.filter(kept)))


def _text(column: pa.ChunkedArray) -> pa.Array:
    texts = pc.utf8_trim_whitespace(pa.concat_arrays([pa.array([], pa.string()), *column.cast(pa.string()).chunks]))
    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)


def _nothing(wanted: Sequence[Wanted]) -> pa.Table:
    return cells_of([pa.nulls(0, pa.string())] * len(wanted), pa.array([], pa.int64()))

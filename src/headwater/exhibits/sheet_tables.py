"""Finds the tables of one sheet: below each other between blank rows, or side by side between blank columns.

A sheet is cut only where both sides are plainly tables, each under a header of its own: blank rows and columns within one table are common.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.exhibits.headers import SAMPLE_ROWS, Header, find_header, is_label

_MOST_BLOCKS = 500
"""Stretches between blank rows beyond which a sheet is one table with gaps."""

_DEEPEST_TITLE = 3
Mask = np.ndarray[tuple[int], np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True)
class Block:
    """A rectangle of a sheet: rows from ``top`` and columns from ``left``, both from 0 and up to before the end."""

    top: int
    bottom: int
    left: int
    right: int

    def of(self, cells: pa.Table) -> pa.Table:
        """What stands in the rectangle."""
        return cells.select(range(self.left, self.right)).slice(self.top, self.bottom - self.top)


def table_blocks(cells: pa.Table) -> list[Block]:
    """Give the rectangles that hold one table each; one, the whole sheet, where there is any doubt."""
    whole = Block(0, cells.num_rows, 0, cells.num_columns)
    return [part for block in _below_each_other(cells, whole) for part in _side_by_side(cells, block)] or [whole]


def _below_each_other(cells: pa.Table, whole: Block) -> Iterator[Block]:
    filled = _filled_rows(cells)
    starts = np.flatnonzero(filled & ~np.concatenate(([False], filled[:-1]))).tolist()
    if not 1 < len(starts) <= _MOST_BLOCKS:
        yield whole
        return
    tops, is_table = [0], False
    for start, end in pairwise([*starts, whole.bottom]):
        begins = _header(cells, Block(start, end, whole.left, whole.right)) is not None
        if begins and is_table:
            tops.append(start)
        is_table = is_table or begins
    for top, bottom in pairwise([*tops, whole.bottom]):
        yield Block(top, bottom, whole.left, whole.right)


def _side_by_side(cells: pa.Table, block: Block) -> list[Block]:
    part = block.of(cells)
    filled = np.array([column.null_count < part.num_rows for column in part.columns], dtype=bool)
    starts = np.flatnonzero(filled & ~np.concatenate(([False], filled[:-1]))).tolist()
    if len(starts) < 2 or len(starts) > _MOST_BLOCKS:
        return [block]
    ends = [*starts[1:], part.num_columns]
    parts = [Block(block.top, block.bottom, left, right) for left, right in zip(starts, ends, strict=True)]
    headers = [_header(cells, each) for each in parts]
    if any(header is None for header in headers):
        return [block]
    named = [{name for name in header.names if not name.isdecimal()} for header in headers if header]
    apart = len({header.skip for header in headers if header}) > 1
    return parts if apart or all(one & other for one, other in pairwise(named)) else [block]


def _header(cells: pa.Table, block: Block) -> Header | None:
    """The header of a rectangle that is plainly a table: mostly words that name columns, and rows below it."""
    rows = [[cell or "" for cell in row.values()] for row in block.of(cells).slice(0, SAMPLE_ROWS).to_pylist()]
    columns = [place for place in range(block.right - block.left) if any(row[place] for row in rows)]
    kept = [[row[place] for place in columns] for row in rows]
    filled = [row for row in kept if any(row)]
    if len(columns) < 2 or len(filled) < 2:
        return None
    header = find_header(kept, len(columns), joined=True)
    if not header.found or len([row for row in kept[: header.skip] if any(row)]) > _DEEPEST_TITLE:
        return None
    names = [name for name in header.names if not name.isdecimal()]
    below = [row for row in kept[header.skip :] if any(row)]
    return header if below and 2 * sum(map(is_label, names)) >= len(columns) else None


def _filled_rows(cells: pa.Table) -> Mask:
    filled = np.zeros(cells.num_rows, dtype=bool)
    for column in cells.columns:
        filled |= pc.is_valid(column).to_numpy()
    return filled

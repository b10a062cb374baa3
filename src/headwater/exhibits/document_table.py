"""A table of a document, a page or a mail: its rows become a :class:`Sheet`, or lines where it only lays out a page or a form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa

from headwater.exhibits.boxes import joined_boxes
from headwater.exhibits.contents import Passage
from headwater.exhibits.forms import unfolded
from headwater.exhibits.headers import SAMPLE_ROWS, find_header, is_label, lines_above
from headwater.exhibits.passages import passages
from headwater.exhibits.sheets import Sheet, sheet_of_forms

WIDEST = 1000
"""Columns beyond this are joined into the last one: no table for people is wider."""


def table_contents(name: str, rows: Sequence[Sequence[str]], *, hidden: bool = False) -> Iterator[Sheet | Passage]:
    """Give a table whose rows are numbered from 1.

    Forms are given as a table of their labels, a row for each. One row or one column is layout, and so is another table whose
    first column names what stands beside it: both are given as lines with the cells of a row in one line, so that a label
    stands beside its value.
    """
    width = min(max(map(len, rows), default=0), WIDEST)
    cells = [_fitted(joined_boxes(row), width) for row in rows]
    filled = [place for place, row in enumerate(cells) if any(row)]
    if not filled:
        return
    columns = [place for place in range(width) if any(cells[row][place] for row in filled)]
    kept = [[cells[row][place] for place in columns] for row in filled]
    numbers = [place + 1 for place in filled]
    if len(kept) > 1 and (forms := unfolded(kept, numbers)):
        yield sheet_of_forms(name, forms, hidden=hidden)
    elif len(kept) < 2 or len(columns) < 2 or _is_form(kept):
        yield from passages(name, ("\t".join(row) for row in kept), hidden=hidden)
    else:
        yield _sheet(name, kept, numbers, hidden)


def _fitted(row: list[str], width: int) -> list[str]:
    if len(row) > width:
        row = [*row[: width - 1], "\t".join(row[width - 1 :])]
    return row + [""] * (width - len(row))


def _is_form(rows: list[list[str]]) -> bool:
    """Tell whether the first column, rather than the first row, holds the names of the values."""
    if len(rows) > SAMPLE_ROWS:
        return False
    beside, above = _labels([row[0] for row in rows]), _labels(rows[0])
    return beside >= 0.5 and beside > above


def _labels(cells: list[str]) -> float:
    """The share of labels among different cells: one that spans several rows or columns counts once."""
    words = {cell.rstrip(":：").replace(" ", "").replace("\u3000", "") for cell in cells} - {""}
    return sum(map(is_label, words)) / max(len(words), 1)


def _sheet(name: str, rows: list[list[str]], numbers: list[int], hidden: bool) -> Sheet:
    header = find_header(rows[:SAMPLE_ROWS], len(rows[0]), joined=True)
    below = rows[header.skip :]
    columns = zip(*below, strict=True) if below else ([] for _ in header.names)
    table = pa.table(
        [pa.array([cell or None for cell in column], pa.string()) for column in columns], names=list(header.names)
    )
    lines = pa.array(numbers[header.skip :], pa.int64())
    first = numbers[header.skip] if below else numbers[-1] + 1
    above = lines_above(rows, numbers, header)
    return Sheet(name, header.names, table, first, header.found, lines, hidden=hidden, above=above)

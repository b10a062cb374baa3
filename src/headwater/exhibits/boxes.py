"""Forms that give every digit of a number a box of its own: the boxes behind their label are one cell again.

>>> joined_boxes(["身份证号", *"11010519491231002X", "备注"])[:3]
['身份证号', '11010519491231002X', '']
>>> joined_boxes(["评分", *"543215432154321"])[1]
'5'
"""

from __future__ import annotations

from collections.abc import Sequence

from headwater.identifiers.headers import named_kinds

_FEWEST, _MOST = 8, 24
_BOXED = frozenset("0123456789Xx")


def joined_boxes(row: Sequence[str]) -> list[str]:
    """Give a row of as many cells, where boxes of one digit each behind a label that names a number are joined into the first of them.

    The row keeps its width, so that columns stay in place.
    """
    cells = [cell.strip() for cell in row]
    if sum(len(cell) == 1 for cell in cells) < _FEWEST:
        return cells
    place = 0
    while place < len(cells):
        end = _end_of_boxes(cells, place + 1)
        if end - place - 1 >= _FEWEST and named_kinds(cells[place]) - {"other", "name", "address"}:
            digits = "".join(cells[place + 1 : end])
            if len(digits) <= _MOST:
                cells[place + 1 : end] = [digits, *[""] * (end - place - 2)]
        place = max(end, place + 1)
    return cells


def _end_of_boxes(cells: Sequence[str], start: int) -> int:
    end = start
    while end < len(cells) and len(cells[end]) == 1 and cells[end] in _BOXED:
        end += 1
    return end


def without_boxes(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Give rows of one width with their boxes joined, without the columns that held nothing else."""
    joined = [joined_boxes(row) for row in rows]
    kept = [place for place, cells in enumerate(zip(*joined, strict=True)) if any(cells)]
    return [[row[place] for place in kept] for row in joined]

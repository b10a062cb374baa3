"""Lists whose cells are joined by more than one character, or by one of another width: 张三----13800138000----…

Nobody quotes in such lists, and their lines are uneven. A line with too few or too many cells is kept: whatever lies
beyond the last column stays in it, since a list of people is searched cell by cell anyway.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import BinaryIO

import pyarrow as pa

from headwater.exhibits.text import lines

LEAST_LINES, LEAST_SHARE = 4, 0.8
_RUNS = re.compile(r"([-|_#*~=:;/+^$&])\1+")
_WIDE = ("，", "；", "｜", "、", "\u3000")
_PHONE = r"(?:\+?86)?1[3-9][0-9]{9}|1[3-9][0-9][ -][0-9]{4}[ -][0-9]{4}"
_TELLING = re.compile(rf"^\D{{0,8}}(?:{_PHONE}|[0-9]{{17}}[0-9Xx]|[\w.+-]+@[\w-]+\.[\w.-]+)\D?$", re.ASCII)


def joints(sample: Sequence[str]) -> tuple[str, ...]:
    """Give what may join the cells of these lines: the commonest run of each sign, and wide signs."""
    filled = [line for line in sample if line.strip()]
    if len(filled) < LEAST_LINES:
        return ()
    runs = Counter(run.group() for line in filled for run in set(_RUNS.finditer(line)))
    return tuple(run for run, count in runs.most_common(4) if count >= LEAST_SHARE * len(filled)) + tuple(
        sign for sign in _WIDE if sum(sign in line for line in filled) >= LEAST_SHARE * len(filled)
    )


def has_telling_column(rows: Sequence[Sequence[str]], width: int) -> bool:
    """Tell whether one of the columns is, for the most part, of mobile numbers, resident ids or e-mail addresses."""
    return any(
        sum(bool(_TELLING.match(row[place].strip())) for row in rows) >= LEAST_SHARE * len(rows)
        for place in range(width)
    )


def cells_of(line: str, joint: str, width: int) -> list[str]:
    """Give the ``width`` cells of a line: missing ones are empty, further ones stay in the last.

    >>> cells_of("a----b", "----", 3)
    ['a', 'b', '']
    """
    cells = [cell.strip() for cell in line.split(joint, width - 1)]
    return cells + [""] * (width - len(cells))


def read_jointed(
    stream: BinaryIO, joint: str, columns: Sequence[str], skip: int, encoding: str
) -> Iterator[tuple[pa.Table, pa.Array, tuple[tuple[int, str], ...]]]:
    """Give the rows below the first ``skip`` lines, the line of each, and the lines that were set aside."""
    for batch in lines(stream, encoding):
        numbered = [(batch.first + place, line) for place, line in enumerate(batch.text) if line.strip()]
        numbered = [(number, line) for number, line in numbered if number > skip]
        rows = [cells_of(line, joint, len(columns)) for _, line in numbered]
        cut = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
        arrays = [pa.array([cell or None for cell in column], pa.string()) for column in cut]
        numbers = pa.array([number for number, _ in numbered], pa.int64())
        yield pa.table(arrays, names=list(columns)), numbers, batch.rejected

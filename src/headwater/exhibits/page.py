"""A page as what a document holds: its tables as sheets, and the lines between them as passages.

>>> names = [Piece("张三", 0, y, 20, y + 10) for y in (0, 20, 40)]
>>> numbers = [Piece("15400000001", 60, y, 120, y + 10) for y in (0, 20, 40)]
>>> [type(part).__name__ for part in page_contents("page 1", [*names, *numbers])]
['Sheet']
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import pyarrow as pa

from headwater.exhibits.contents import Passage
from headwater.exhibits.geometry import Piece, line_of, rows_of
from headwater.exhibits.grids import Found, cells_of, grid_at
from headwater.exhibits.headers import SAMPLE_ROWS, find_header
from headwater.exhibits.sheets import Sheet

_SERIAL = re.compile(r"^(\d{1,5})[ .、]?(?=\D)")
_SERIAL_HEAD = re.compile(r"^(序号|编号|[Nn]o\.?)?\s*")
_SHARE = 0.8


def page_contents(name: str, *layers: Sequence[Piece], exact: bool = True) -> Iterator[Sheet | Passage]:
    """Give tables and lines of a page in reading order; lines of a table are in the table alone.

    ``layers`` are texts that are read one after the other, such as upright and turned text. Lines are numbered through.
    ``exact`` says that each piece stands where it is said to, and is no more than one cell of a table.
    """
    number, tables = 0, 0
    waiting: list[str] = []
    for rows in map(rows_of, layers):
        place = 0
        while place < len(rows):
            found, passed = grid_at(rows, place, exact=exact)
            if found is None:
                waiting += [line_of(row) for row in rows[place : place + passed]]
                place, number = place + passed, number + passed
                continue
            if waiting:
                yield Passage(name, tuple(waiting), number - len(waiting) + 1)
                waiting = []
            tables += 1
            yield table(f"{name} table {tables}".strip(), found, number + 1, exact=exact)
            place, number = place + len(found.rows), number + len(found.rows)
    if waiting:
        yield Passage(name, tuple(waiting), number - len(waiting) + 1)


def table(name: str, found: Found, first_line: int, *, exact: bool = True) -> Sheet:
    """A found table with its header; what stands above the header becomes rows no less, for nothing may be lost."""
    places, rows = cells_of(found)
    if not exact:
        rows = without_serials(rows)
    header = find_header(rows[:SAMPLE_ROWS], len(rows[0]))
    skip = header.skip if header.found else 0
    kept = [*rows[: max(skip - 1, 0)], *rows[skip:]]
    lines = [first_line + place for place in (*places[: max(skip - 1, 0)], *places[skip:])]
    columns = {column: pa.array([row[n] or None for row in kept], pa.string()) for n, column in enumerate(header.names)}
    numbers = pa.array(lines, pa.int64())
    return Sheet(name, header.names, pa.table(columns), lines[0] if lines else first_line, header.found, numbers)


def without_serials(rows: list[list[str]]) -> list[list[str]]:
    """Part the numbers of rows from the narrow first column beside them, where both were read as one text."""
    below = [row[0] for row in rows[1:] if row[0]]
    if len(below) < 2 or sum(_SERIAL.match(text) is not None for text in below) < _SHARE * len(below):
        return rows
    made = []
    for number, row in enumerate(rows):
        match = _SERIAL_HEAD.match(row[0]) if number == 0 and not _SERIAL.match(row[0]) else _SERIAL.match(row[0])
        cut = match.end() if match else 0
        made.append([(match[1] or "") if match else "", row[0][cut:].strip(), *row[1:]])
    return made

"""Tells from the first lines of a text whether it is a delimited table, and how it is laid out."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from headwater.exhibits.headers import SAMPLE_ROWS, find_header, is_header
from headwater.exhibits.joints import LEAST_LINES, LEAST_SHARE, has_telling_column, joints
from headwater.identifiers.headers import named_kinds

_DELIMITERS = ("\t", ",", ";", "|")
_SHARE = 0.7
_WIDE = 5
_SENTENCE = re.compile("[。！？…]|[.!?] ")
_SAMPLE_LINES = 200
_LEAST_LIST, _LONGEST_NAME, _LONGEST_ENTRY = 4, 12, 60


@dataclass(frozen=True, slots=True)
class Dialect:
    """The layout of a delimited text. ``skip`` physical lines lie above the first row of data.

    A ``delimiter`` of more than one byte joins cells that are never quoted.
    """

    delimiter: str
    columns: tuple[str, ...]
    header: bool
    skip: int


@dataclass(frozen=True, slots=True)
class _Cut:
    """The sample as one delimiter cuts it; ``ends`` are the line numbers where rows end."""

    delimiter: str
    rows: tuple[tuple[str, ...], ...]
    ends: tuple[int, ...]
    width: int
    share: float


def dialect_of(lines: Sequence[str], delimiter: str | None = None) -> Dialect | None:
    """Tell the layout of a table from its first lines, or ``None`` if they are no table.

    With ``delimiter`` given, the text is taken for a table whatever it looks like.
    """
    if not delimiter and _is_json(lines):
        return None
    if delimiter:
        cut = _cut(lines[:_SAMPLE_LINES], delimiter)
        return _dialect(cut) if cut and cut.rows else None
    sample = lines[:_SAMPLE_LINES]
    cuts = [cut for each in joints(sample) if (cut := _jointed(sample, each))]
    cuts = cuts or [cut for each in _DELIMITERS if (cut := _cut(sample, each)) and _is_table(cut)]
    return _dialect(max(cuts, key=_merit)) if cuts else _list_of(sample)


def _list_of(lines: Sequence[str]) -> Dialect | None:
    """The layout of a list under a header that says what personal data it holds, or ``None``: one column of it.

    Names and addresses have no form of their own: without the header's word they would be lost.
    """
    filled = [(place, line.strip()) for place, line in enumerate(lines) if line.strip()]
    if len(filled) < _LEAST_LIST:
        return None
    (top, header), below = filled[0], [line for _, line in filled[1:]]
    if len(header) > _LONGEST_NAME or re.search(r"[\s:：，,;|]", header) or not named_kinds(header) - {"other"}:
        return None
    if not is_header((header,), [(line,) for line in below[:SAMPLE_ROWS]]):
        return None
    odd = sum(len(line) > _LONGEST_ENTRY or "\t" in line or bool(_SENTENCE.search(line)) for line in below)
    return Dialect("\t", (header,), True, top + 1) if odd <= 0.1 * len(below) else None


def _is_json(lines: Sequence[str]) -> bool:
    """Tell whether the first line that is not empty is a JSON object or list."""
    first = next((line.strip() for line in lines if line.strip()), "")
    if not first.startswith(("{", "[")):
        return False
    try:
        json.loads(first)
    except ValueError:
        return first in ("{", "[")
    except RecursionError:  # nested deeper than anything that means something
        return True
    return True


def _cut(lines: Sequence[str], delimiter: str) -> _Cut | None:
    reader = csv.reader((line + "\n" for line in lines), delimiter=delimiter)
    rows: list[tuple[str, ...]] = []
    ends: list[int] = []
    try:
        for row in reader:
            rows.append(tuple(row))
            ends.append(reader.line_num)
    except csv.Error:
        return None
    return _measured(delimiter, rows, ends)


def _jointed(lines: Sequence[str], joint: str) -> _Cut | None:
    """The sample as a joint cuts it, or ``None`` where its cells do not look like a list of people."""
    rows = [tuple(cell.strip() for cell in line.split(joint)) if line.strip() else () for line in lines]
    cut = _measured(joint, rows, range(1, len(rows) + 1))
    if cut is None or cut.share < LEAST_SHARE or not _is_table(cut):
        return None
    full = [row for row in rows if len(row) == cut.width]
    return cut if len(full) >= LEAST_LINES and has_telling_column(full, cut.width) else None


def _measured(delimiter: str, rows: Sequence[tuple[str, ...]], ends: Sequence[int]) -> _Cut | None:
    widths = Counter(len(row) for row in rows if any(row))
    if not widths:
        return None
    width, count = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]))
    return _Cut(delimiter, tuple(rows), tuple(ends), width, count / _counted(rows, width))


def _counted(rows: Sequence[Sequence[str]], width: int) -> int:
    """Rows that count: not the empty ones, not the titles above a table, and not the totals below a wide one."""
    full = [len(row) == width for row in rows if any(row)]
    if not any(full):
        return max(1, len(full))
    last = len(full) - full[::-1].index(True) if width >= _WIDE else len(full)
    return max(1, last - full.index(True))


def _is_table(cut: _Cut) -> bool:
    full = [row for row in cut.rows if len(row) == cut.width]
    if cut.width < 2 or cut.share < _SHARE or not full:
        return False
    cells = [cell for row in full for cell in row if cell]
    if sum(len(cell) for cell in cells) > 200 * len(cells):
        return False
    if sum(bool(_SENTENCE.search(cell)) for cell in cells) > 0.3 * len(cells):
        return False
    return len(full) > 1 or is_header(full[0], ())


def _merit(cut: _Cut) -> tuple[float, float]:
    first = next((row for row in cut.rows if any(row)), ())
    return (cut.share * (2.0 if len(first) == cut.width else 1.0), cut.width)


def _dialect(cut: _Cut) -> Dialect:
    wide = [place for place, row in enumerate(cut.rows) if len(row) == cut.width]
    start = wide[0] if wide else 0
    if not cut.share or (start and _is_short_header(cut, start - 1)):
        start -= 1
    header = find_header(cut.rows[start : start + SAMPLE_ROWS], cut.width)
    above = start + header.skip
    return Dialect(cut.delimiter, header.names, header.found, cut.ends[above - 1] if above else 0)


def _is_short_header(cut: _Cut, place: int) -> bool:
    """Tell whether the row above the first full one is a header with a column too few or too many."""
    row = cut.rows[place]
    return abs(len(row) - cut.width) == 1 and len(row) > 1 and is_header(row, cut.rows[place + 1 :])

"""Tables among the rows of a page: believed only where they are plain.

At least three rows fill the same two columns, with edges one under the other. Columns grow row by row; a row of which a
piece reaches over two columns ends the table. A form (labels beside their values) is no table, nor is text in two columns.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from headwater.exhibits.geometry import FAR, Piece, Row, cut_at, gap, line_of

LEAST = 3
"""How many rows must agree."""

_SLACK = 0.25
"""How far, in heights, a piece may reach into the next column: boxes in photographs are not exact."""
_ALIGNED = 1.0
_SHARE = 0.7
_APART = 3.0
_TRIES = 8
_LOOKED_AT = 200
_PROSE = 20
_DIGITS = re.compile("[0-9０-９]")


@dataclass(slots=True)
class Found:
    """A table being found: the rows it takes, and in which column each of their cells stands."""

    spans: list[tuple[float, float]] = field(default_factory=list)
    rows: list[dict[int, Row]] = field(default_factory=list)
    keys: list[int] = field(default_factory=list)
    """Names of the columns, in the order of ``spans``; a name stays when another column comes between."""

    def add(self, row: Row) -> bool:
        """Take a row if each of its pieces fits one column; else change nothing."""
        spans, keys, cells = list(self.spans), list(self.keys), dict[int, Row]()
        for piece in row:
            slack = min(_SLACK * piece.height, (piece.right - piece.left) / 4)
            left, right = piece.left + slack, piece.right - slack
            touched = [n for n, (start, end) in enumerate(spans) if left < end and right > start]
            if len(touched) > 1:
                return False
            if not touched:
                place = sum(start < left for start, _ in spans)
                spans.insert(place, (left, right))
                keys.insert(place, len(keys))
                cells[keys[place]] = [piece]
                continue
            place = touched[0]
            before = cells.setdefault(keys[place], [])
            if before and gap(before[-1], piece) > FAR:
                return False
            before.append(piece)
            spans[place] = (min(spans[place][0], left), max(spans[place][1], right))
            if any(spans[n][1] > spans[n + 1][0] for n in (place - 1, place) if 0 <= n < len(spans) - 1):
                return False
        self.spans, self.keys = spans, keys
        self.rows.append(cells)
        return True

    def columns(self) -> list[list[Row | None]]:
        """The cells of each column from left to right, one for each row."""
        return [[row.get(key) for row in self.rows] for key in self.keys]


def grid_at(rows: Sequence[Row], start: int, *, exact: bool = True) -> tuple[Found | None, int]:
    """Find the table whose first row is that one; else ``None``, and how many rows need not be tried again.

    Where places are not ``exact``, as in photographs, one box may hold the texts of two columns: such boxes are cut, by the
    columns of a row that has as many as most rows.
    """
    if len(rows[start]) < 2:
        return None, 1
    end = start + 1
    while end < len(rows) and not _is_apart(rows[end - 1], rows[end]):
        end += 1
    found = Found() if exact else _begun(rows[start : min(end, start + _LOOKED_AT)])
    for row in rows[start:end]:
        if not found.add(row if exact else cut_row(row, found.spans)):
            break
    _cut_tail(found)
    if not found.rows:
        return None, 1
    _join_halves(found)
    columns = found.columns()
    if not _is_plain(columns):
        return None, 1 + len(found.rows) // _TRIES
    if _is_prose(columns) or _is_form(columns):
        return None, len(found.rows)
    return found, len(found.rows)


def _begun(rows: Sequence[Row]) -> Found:
    """The columns of the first row that has as many pieces as most rows have."""
    usual = Counter(len(row) for row in rows if len(row) > 1)
    most = max(usual, key=lambda count: (usual[count], count))
    found = Found()
    found.add(next(row for row in rows if len(row) == most))
    found.rows.clear()
    return found


def cut_row(row: Row, spans: Sequence[tuple[float, float]]) -> Row:
    """Cut pieces that fill most of several columns between these columns; a row of one piece is left whole."""
    if len(row) < 2:
        return row
    made: Row = []
    for piece in row:
        filled = [n for n, span in enumerate(spans) if _overlap(piece, span) > 0.5 * (span[1] - span[0])]
        edges = [(spans[n][1] + spans[n + 1][0]) / 2 for n in filled[:-1] if n + 1 in filled]
        made += cut_at(piece, edges)
    return made


def _overlap(piece: Piece, span: tuple[float, float]) -> float:
    return min(piece.right, span[1]) - max(piece.left, span[0])


def _cut_tail(found: Found) -> None:
    """Leave single pieces below the table out, unless they go on a cell of a column whose cells do so above as well."""
    homes = _homes(found)
    last = max((place for place, row in enumerate(found.rows) if len(row) > 1), default=-1)
    parted = [(place, key) for place, row in enumerate(found.rows[:last]) if homes[place] != place for key in row]
    several = {key for place, key in parted if key in found.rows[homes[place]]}
    end = last + 1
    while end < len(found.rows) and homes[end] != end and several.issuperset(found.rows[end]):
        end += 1
    del found.rows[end:]
    kept = [
        (span, key) for span, key in zip(found.spans, found.keys, strict=True) if any(key in row for row in found.rows)
    ]
    found.spans, found.keys = [span for span, _ in kept], [key for _, key in kept]


def _is_apart(above: Row, below: Row) -> bool:
    room = min(p.top for p in below) - max(p.bottom for p in above)
    return room > _APART * median(p.height for p in (*above, *below))


def _join_halves(found: Found) -> None:
    """Make one column of two neighbours that no row fills both: a header does not always stand over its values."""
    place = 0
    while place < len(found.keys) - 1:
        one, other = found.keys[place : place + 2]
        in_one, in_other = ({n for n, row in enumerate(found.rows) if key in row} for key in (one, other))
        if in_one & in_other or min(len(in_one), len(in_other)) != 1:
            place += 1
            continue
        for row in found.rows:
            if other in row:
                row[one] = row.pop(other)
        found.spans[place : place + 2] = [(found.spans[place][0], found.spans[place + 1][1])]
        del found.keys[place + 1]


def _is_plain(columns: Sequence[Sequence[Row | None]]) -> bool:
    """Tell whether enough rows fill the same two columns, with edges one under the other."""
    aligned = [column for column in columns if _is_aligned(column)]
    return any(
        sum(a is not None and b is not None for a, b in zip(one, other, strict=True)) >= LEAST
        for place, one in enumerate(aligned)
        for other in aligned[:place]
    )


def _is_aligned(column: Sequence[Row | None]) -> bool:
    cells = [cell for cell in column if cell]
    if len(cells) < LEAST:
        return False
    room = _ALIGNED * median(cell[0].height for cell in cells)
    lefts, rights = [cell[0].left for cell in cells], [cell[-1].right for cell in cells]
    middles = [(left + right) / 2 for left, right in zip(lefts, rights, strict=True)]
    return any(_near_middle(side, room) >= _SHARE * len(cells) for side in (lefts, rights, middles))


def _near_middle(values: Sequence[float], room: float) -> int:
    middle = median(values)
    return sum(abs(value - middle) <= room for value in values)


def _is_prose(columns: Sequence[Sequence[Row | None]]) -> bool:
    """Tell whether the columns are running text beside running text."""
    longs = [median(len(line_of(cell)) for cell in column if cell) for column in columns]
    return sum(long > _PROSE for long in longs) > len(longs) / 2 and len(longs) <= 3


def _is_form(columns: Sequence[Sequence[Row | None]]) -> bool:
    """Values of several kinds under each other, and no column of numbers only: labels and what was filled in."""
    shares = [share for column in columns if (share := _numeric(column)) is not None]
    return any(0.2 < share < 0.8 for share in shares) and not any(share >= 0.8 for share in shares)


def _numeric(column: Sequence[Row | None]) -> float | None:
    """The share of cells below the first that are mostly digits; nothing is said of fewer than two."""
    texts = [line_of(cell) for cell in column[1:] if cell]
    if len(texts) < 2:
        return None
    return sum(2 * len(_DIGITS.findall(text)) >= len(text) for text in texts) / len(texts)


def cells_of(found: Found) -> tuple[list[int], list[list[str]]]:
    """The table's rows as texts, lines of one cell joined, and which of the found rows each begins with."""
    homes = _homes(found)
    places = sorted(set(homes))
    made = [["" for _ in found.keys] for _ in places]
    at = {place: n for n, place in enumerate(places)}
    for home, row in zip(homes, found.rows, strict=True):
        for column, key in enumerate(found.keys):
            if key in row:
                made[at[home]][column] = joined(made[at[home]][column], line_of(row[key]))
    return places, made


def joined(before: str, after: str) -> str:
    """Two lines of one cell as one: Latin words are parted, Chinese text and numbers go on."""
    parted = before[-1:].isascii() and before[-1:].isalpha() and after[:1].isascii() and after[:1].isalpha()
    return f"{before} {after}" if parted else before + after


def _homes(found: Found) -> list[int]:
    """For each row the row it belongs to: itself, or that of which a cell goes on over several lines."""
    full = [2 * len(row) >= len(found.keys) for row in found.rows]
    rooms = [_room(one, other) for one, other in pairwise(found.rows)]
    between = [room for room, one, other in zip(rooms, full, full[1:], strict=False) if one and other]
    least = 0.6 * (min(between) if between else max(rooms, default=0.0))
    homes: list[int] = []
    start = 0
    for end in [*(n for n, room in enumerate(rooms, start=1) if room >= least), len(found.rows)]:
        whole = [place for place in range(start, end) if full[place]]
        for place in range(start, end):
            homes.append(
                min(whole, key=lambda home: abs(_middle(found.rows[home]) - _middle(found.rows[place])))
                if whole
                else place
            )
        start = end
    return homes


def _middle(row: dict[int, Row]) -> float:
    return median(piece.middle for cell in row.values() for piece in cell)


def _room(above: dict[int, Row], below: dict[int, Row]) -> float:
    tops = [piece.top for cell in below.values() for piece in cell]
    bottoms = [piece.bottom for cell in above.values() for piece in cell]
    return min(tops) - max(bottoms)

"""Pieces of text at places of a page, grouped into rows: for pages of documents and for text in pictures alike.

>>> rows = rows_of([Piece("15400000001", 60, 1, 120, 11), Piece("张三", 0, 0, 20, 10), Piece("李四", 0, 20, 20, 30)])
>>> [line_of(row) for row in rows]
['张三\\t15400000001', '李四']
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

TOUCHING = 0.3
FAR = 1.5
"""Gaps between pieces of one row, in heights: what touches is one word, what is far apart is parted by a tab."""
_BOXES = 6
"""So many single characters at even distances are one text."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A text and the rectangle it stands in; ``top`` is less than ``bottom``."""

    text: str = field(repr=False)
    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> float:
        """The height at which it stands."""
        return (self.top + self.bottom) / 2

    @property
    def height(self) -> float:
        """How tall it is, never nothing."""
        return max(self.bottom - self.top, 1e-6)


Row = list[Piece]


def rows_of(pieces: Sequence[Piece]) -> list[Row]:
    """Group pieces that stand at one height, from top to bottom, and each group from left to right."""
    rows: list[Row] = []
    height = middle = 0.0
    for piece in sorted(pieces, key=lambda p: (p.middle, p.left)):
        if rows and abs(piece.middle - middle) < 0.5 * min(piece.height, height):
            rows[-1].append(piece)
            middle += (piece.middle - middle) / len(rows[-1])
            height += (piece.height - height) / len(rows[-1])
        else:
            rows.append([piece])
            middle, height = piece.middle, piece.height
    return [_knitted(sorted(row, key=lambda p: (p.left, p.top))) for row in rows]


def _knitted(row: Row) -> Row:
    """Make one piece of characters that stand singly at even distances, as in forms with a box for each digit."""
    if sum(len(piece.text) == 1 for piece in row) < _BOXES:
        return row
    made: Row = []
    run: Row = []
    for piece in [*row, None]:
        if piece is not None and len(piece.text) == 1 and _goes_on(run, piece):
            run.append(piece)
            continue
        made += [_one(run)] if len(run) >= _BOXES else run
        run = [piece] if piece is not None else []
    return made


def _goes_on(run: Row, piece: Piece) -> bool:
    if not run or len(run[-1].text) != 1:
        return not run
    step = _center(piece) - _center(run[-1])
    before = _center(run[-1]) - _center(run[-2]) if len(run) > 1 else step
    return step < 4 * piece.height and abs(step - before) <= 0.2 * before


def _center(piece: Piece) -> float:
    return (piece.left + piece.right) / 2


def _one(run: Row) -> Piece:
    text = "".join(piece.text for piece in run)
    return Piece(text, run[0].left, min(p.top for p in run), run[-1].right, max(p.bottom for p in run))


def gap(before: Piece, after: Piece) -> float:
    """The room between two pieces of a row, in heights."""
    return (after.left - before.right) / min(before.height, after.height)


def line_of(row: Sequence[Piece]) -> str:
    """The pieces of a row as one line."""
    parts = [row[0].text] if row else []
    for before, piece in pairwise(row):
        room = gap(before, piece)
        parts += ["" if room < TOUCHING else " " if room < FAR else "\t", piece.text]
    return "".join(parts)


def cut_at(piece: Piece, edges: Sequence[float]) -> Row:
    """Cut a piece at places from left to right, between characters; Latin ones are half as wide as Chinese."""
    widths = [1.0 if character.isascii() else 2.0 for character in piece.text]
    unit = (piece.right - piece.left) / max(sum(widths), 1.0)
    ends = [piece.left + unit * sum(widths[: n + 1]) for n in range(len(widths))]
    made, start, left = [], 0, piece.left
    for edge in [*edges, piece.right]:
        end = len(widths) if edge == piece.right else sum(place - unit / 2 <= edge for place in ends)
        end = _blank_near(piece.text, end)
        if text := piece.text[start:end].strip():
            right = ends[end - 1] if end < len(widths) else piece.right
            made.append(Piece(text, left, piece.top, right, piece.bottom))
            start, left = end, right
    return made


def _blank_near(text: str, place: int) -> int:
    """The blank next to a place, or the change from digits to letters, or else the place itself."""
    for near in (place, place - 1, place + 1, place - 2, place + 2):
        if 0 < near < len(text) and text[near].isspace():
            return near
    return place

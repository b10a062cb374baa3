"""Which file was made of which, drawn: sources on the left, what was made of them on the right."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

DRAWN = 24
"""Arrows in the drawing; the others stand in the table below it."""

WIDE, ROW, GAP, BOX = 250.0, 46.0, 130.0, 34.0
LONGEST = 30


@dataclass(frozen=True, slots=True)
class Box:
    """One file in the drawing: where it stands, its short name and its whole path."""

    x: float
    y: float
    label: str
    path: str

    @property
    def middle(self) -> float:
        """Where arrows meet it."""
        return self.y + BOX / 2


@dataclass(frozen=True, slots=True)
class Arrow:
    """From a source to what was made of it: the curve, where its word stands, and the word's code."""

    curve: str
    x: float
    y: float
    how: str
    share: float | None


@dataclass(frozen=True, slots=True)
class Drawing:
    """Boxes and arrows on a sheet of so many pixels; ``hidden`` arrows are not drawn."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    hidden: int


def drawing(rows: Sequence[Mapping[str, Any]]) -> Drawing | None:
    """Lay out the lineage of files; ``None`` where there is none."""
    ordered = sorted(rows, key=lambda r: (-float(r.get("share") or 0), r["of"], r["file"]))
    drawn, levels = ordered[:DRAWN], _levels(ordered[:DRAWN])
    if not drawn:
        return None
    boxes: dict[str, Box] = {}
    filled: dict[int, int] = {}
    for path in sorted(levels, key=lambda p: (levels[p], _parent(p, drawn), p)):
        level = levels[path]
        y = 8 + filled.get(level, 0) * ROW
        filled[level] = filled.get(level, 0) + 1
        boxes[path] = Box(8 + level * (WIDE + GAP), y, _short(path), path)
    arrows = tuple(_arrow(boxes[r["of"]], boxes[r["file"]], r) for r in drawn)
    width = 16 + (max(levels.values()) + 1) * WIDE + max(levels.values()) * GAP
    height = 16 + max(filled.values()) * ROW - (ROW - BOX)
    return Drawing(width, height, tuple(boxes.values()), arrows, len(rows) - len(drawn))


def _levels(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """How far to the right each file stands: right of every source, and in a circle where it was first seen."""
    levels: dict[str, int] = {name: 0 for r in rows for name in (r["of"], r["file"])}
    for _ in range(min(len(levels), 4)):
        for row in rows:
            source, made = levels[row["of"]], levels[row["file"]]
            if made <= source < 3 and row["of"] != row["file"]:
                levels[row["file"]] = source + 1
    used = sorted(set(levels.values()))
    return {name: used.index(level) for name, level in levels.items()}


def _parent(path: str, rows: Sequence[Mapping[str, Any]]) -> str:
    return min((str(r["of"]) for r in rows if r["file"] == path), default="")


def _arrow(source: Box, made: Box, row: Mapping[str, Any]) -> Arrow:
    x0, y0, x1, y1 = source.x + WIDE, source.middle, made.x, made.middle
    bend = max(40.0, abs(x1 - x0) / 2)
    curve = f"M {x0:.1f} {y0:.1f} C {x0 + bend:.1f} {y0:.1f}, {x1 - bend:.1f} {y1:.1f}, {x1:.1f} {y1:.1f}"
    share = row.get("share")
    return Arrow(curve, round((x0 + x1) / 2, 1), round((y0 + y1) / 2 - 5, 1), str(row["how"]), share)


def _short(path: str) -> str:
    """The last part of a path, cut in its middle where it is long; a Chinese character takes two places."""
    name = path.replace("!", "/").rpartition("/")[2] or path
    if _places(name) <= LONGEST:
        return name
    head, tail = name, name
    while _places(head) > LONGEST // 2 - 1:
        head = head[:-1]
    while _places(tail) > LONGEST // 2:
        tail = tail[1:]
    return f"{head}…{tail}"


def _places(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)

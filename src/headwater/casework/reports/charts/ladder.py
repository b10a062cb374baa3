"""The ladder of a case: rows that had gone by each moment, and where each control would have bitten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from headwater.casework.reports.figures import number, parsed

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 960.0, 300.0, 84.0, 24.0, 26.0, 34.0
PLOT, DEEP = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
TICKS = 6
NEAR = 15.0
"""Marks nearer to each other than this, in pixels, are one mark with several numbers."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis: its place and its words."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Where controls bite: the place on the ladder and their numbers in the table."""

    x: float
    y: float
    numbers: tuple[int, ...]
    hint: str
    ends: bool
    """Whether the numbers stand before the mark, since there is no room behind it."""

    @property
    def label(self) -> str:
        """The numbers, the first few of many."""
        shown = ", ".join(map(str, self.numbers[:6]))
        return f"{shown} …" if len(self.numbers) > 6 else shown


@dataclass(frozen=True, slots=True)
class Ladder:
    """The drawing: the outline of the steps, the marks, and both axes."""

    width: float
    height: float
    left: float
    right: float
    ground: float
    steps: str
    marks: tuple[Mark, ...]
    days: tuple[Tick, ...]
    rows: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class _Scale:
    first: datetime
    span: timedelta
    rows: int

    def x(self, time: datetime) -> float:
        return round(LEFT + min(max((time - self.first) / self.span, 0.0), 1.0) * PLOT, 2)

    def y(self, rows: float) -> float:
        return round(TOP + (1 - min(rows / self.rows, 1.0)) * DEEP, 2)


def ladder(case: Mapping[str, Any]) -> Ladder | None:
    """Lay out the ladder of one case; ``None`` where it read nothing at a known time."""
    points = [
        (t, int(p.get("rows") or 0)) for p in case.get("ladder") or () if (t := parsed(p.get("time"))) is not None
    ]
    starts, total = parsed(case.get("from")), int(case.get("rows") or 0)
    if not points or starts is None or total < 1:
        return None
    last = max(t for t, _rows in points)
    scale = _Scale(starts, max(last - starts, timedelta(minutes=1)), total)
    return Ladder(
        WIDTH, HEIGHT, LEFT, WIDTH - RIGHT, HEIGHT - BOTTOM, _steps(points, scale),
        _marks(case.get("controls") or (), scale), tuple(_days(scale)),
        tuple(Tick(scale.y(total * share / 4), number(round(total * share / 4))) for share in range(5)),
    )  # fmt: skip


def _steps(points: Sequence[tuple[datetime, int]], scale: _Scale) -> str:
    """The outline: level until more is read, then straight up."""
    path, before = [f"M{scale.x(scale.first)} {scale.y(0)}"], 0
    for time, rows in points:
        path.append(f"L{scale.x(time)} {scale.y(before)} L{scale.x(time)} {scale.y(rows)}")
        before = rows
    return " ".join(path)


def _marks(controls: Sequence[Mapping[str, Any]], scale: _Scale) -> tuple[Mark, ...]:
    """One mark for each place where controls bite; places near each other share one."""
    groups: list[tuple[float, float, list[tuple[int, str]]]] = []
    for place, control in enumerate(controls, start=1):
        time = parsed(control.get("at"))
        if time is None:
            continue
        x, y = scale.x(time), scale.y(int(control.get("rows_before") or 0))
        told = (place, str(control.get("title") or ""))
        near = next((g for g in groups if abs(g[0] - x) < NEAR and abs(g[1] - y) < NEAR), None)
        if near:
            near[2].append(told)
        else:
            groups.append((x, y, [told]))
    return tuple(
        Mark(x, y, tuple(n for n, _t in told), " · ".join(t for _n, t in told), x > WIDTH - RIGHT - 150)
        for x, y, told in sorted(groups, key=lambda g: (g[0], g[1]))
    )


def _days(scale: _Scale) -> list[Tick]:
    form = "%m-%d %H:%M" if scale.span < timedelta(days=3) else "%Y-%m-%d"
    moments = [scale.first + scale.span * i / (TICKS - 1) for i in range(TICKS)]
    return [Tick(scale.x(m), m.strftime(form)) for m in moments]

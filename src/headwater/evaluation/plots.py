"""Small plots as inline SVG, made of numbers and of texts that are escaped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH, HEIGHT = 640.0, 300.0
LEFT, RIGHT, TOP, BOTTOM = 64.0, 150.0, 14.0, 44.0
COLOURS = 6
"""Colours of the page (``--m0`` to ``--m5``); a further method takes the first again, with another mark."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A point with its interval."""

    x: float
    y: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Line:
    """One method's points."""

    name: str
    dots: tuple[Dot, ...]


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis: its name, the values at its ends, and ticks with their labels."""

    name: str
    first: float
    last: float
    ticks: tuple[tuple[float, str], ...]

    def place(self, value: float, start: float, end: float) -> float:
        """Where a value lies between two ends of the drawing."""
        return start + (end - start) * (value - self.first) / (self.last - self.first)


def percent_axis(name: str) -> Axis:
    """From none to all."""
    return Axis(name, 0, 1, tuple((tick / 4, f"{25 * tick} %") for tick in range(5)))


def line_plot(label: str, x: Axis, y: Axis, lines: Sequence[Line], *, diagonal: bool = False) -> Markup:
    """Lines with whiskers, and the name of each beside the drawing."""
    parts = [_frame(x, y)]
    if diagonal:
        parts.append(_segment(_x(x, x.first), _y(y, y.first), _x(x, x.last), _y(y, y.last), "ideal"))
    parts += [_drawn(number, line, x, y, len(lines)) for number, line in enumerate(lines)]
    parts += [_legend(number, line.name) for number, line in enumerate(lines)]
    return _svg(label, max(HEIGHT, TOP + 22 * len(lines) + BOTTOM), Markup().join(parts))


def interval_plot(label: str, x: Axis, lines: Sequence[Line]) -> Markup:
    """One row for each name: a point on the horizontal axis with its interval, and its figure beside it."""
    height = TOP + 30 * len(lines) + BOTTOM
    floor = height - BOTTOM
    parts = [_x_axis(x, floor)]
    for number, line in enumerate(lines):
        level = TOP + 30 * number + 16
        for dot in line.dots:
            parts.append(_segment(_x(x, dot.low), level, _x(x, dot.high), level, f"m{number % COLOURS}"))
            parts.append(_mark(number, _x(x, dot.x), level))
        parts.append(_text(WIDTH - RIGHT + 12, level + 4, line.name))
    return _svg(label, height, Markup().join(parts))


def _svg(label: str, height: float, inner: Markup) -> Markup:
    return Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        _n(WIDTH), _n(height), label, inner
    )


def _frame(x: Axis, y: Axis) -> Markup:
    parts = [_x_axis(x, HEIGHT - BOTTOM)]
    for tick, label in y.ticks:
        level = _y(y, tick)
        parts.append(_segment(LEFT, level, WIDTH - RIGHT, level, "grid"))
        parts.append(_text(LEFT - 8, level + 4, label, "end"))
    parts.append(
        Markup('<text class="faint" text-anchor="middle" transform="translate(14 {}) rotate(-90)">{}</text>').format(
            _n((TOP + HEIGHT - BOTTOM) / 2), y.name
        )
    )
    return Markup().join(parts)


def _x_axis(x: Axis, floor: float) -> Markup:
    parts = [_segment(LEFT, floor, WIDTH - RIGHT, floor, "axis")]
    for tick, label in x.ticks:
        place = _x(x, tick)
        parts.append(_segment(place, floor, place, floor + 5, "axis"))
        parts.append(_text(place, floor + 18, label, "middle"))
    parts.append(_text((LEFT + WIDTH - RIGHT) / 2, floor + 36, x.name, "middle", "faint"))
    return Markup().join(parts)


def _drawn(number: int, line: Line, x: Axis, y: Axis, count: int) -> Markup:
    shift = 5.0 * (number - (count - 1) / 2)
    places = [(_x(x, dot.x) + shift, dot) for dot in line.dots]
    path = " ".join(f"{_n(place)},{_n(_y(y, dot.y))}" for place, dot in places)
    colour = f"m{number % COLOURS}"
    parts = [Markup('<polyline class="{}" points="{}"/>').format(colour, path)]
    parts += [_segment(place, _y(y, dot.low), place, _y(y, dot.high), f"{colour} whisker") for place, dot in places]
    parts += [_mark(number, place, _y(y, dot.y)) for place, dot in places]
    return Markup().join(parts)


def _legend(number: int, name: str) -> Markup:
    level = TOP + 10 + 22 * number
    return _mark(number, WIDTH - RIGHT + 16, level) + _text(WIDTH - RIGHT + 26, level + 4, name)


def _mark(number: int, x: float, y: float) -> Markup:
    """A disc for the first six names, a square for the next: colour is never the only difference."""
    colour = f"m{number % COLOURS}"
    if number < COLOURS:
        return Markup('<circle class="{}" cx="{}" cy="{}" r="4"/>').format(colour, _n(x), _n(y))
    return Markup('<rect class="{}" x="{}" y="{}" width="8" height="8"/>').format(colour, _n(x - 4), _n(y - 4))


def _segment(x1: float, y1: float, x2: float, y2: float, kind: str) -> Markup:
    return Markup('<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(kind, _n(x1), _n(y1), _n(x2), _n(y2))


def _text(x: float, y: float, text: str, anchor: str = "start", kind: str = "") -> Markup:
    return Markup('<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>').format(
        kind, _n(x), _n(y), anchor, escape(text)
    )


def _x(axis: Axis, value: float) -> float:
    return axis.place(value, LEFT, WIDTH - RIGHT)


def _y(axis: Axis, value: float) -> float:
    return axis.place(value, HEIGHT - BOTTOM, TOP)


def _n(value: float) -> str:
    return f"{value:.1f}"

"""Over which days the events of a lake go, lines with a wrong year left out."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from headwater.detection.scene import Scene

GAP = timedelta(days=28)
"""Days of which nothing is known for longer than this part two runs of days."""
SLIP = 0.01
"""A run apart that holds less than this share of the events, or less than half an ordinary day, is a slip of a clock."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run of days, and how many events lie in it."""

    first: date
    last: date
    events: int


@dataclass(frozen=True, slots=True)
class Span:
    """The first and the last day of which the lake has readings, log-ons or other doings, and what lies apart."""

    first: date
    last: date
    apart: tuple[Run, ...] = ()


def span(scene: Scene) -> Span | None:
    """Over which days the events of the lake go; ``None`` where there is none."""
    events: dict[date, int] = defaultdict(int)
    for name in ("access", "logons", "web", "files", "mail"):
        if scene.has(name):
            rows = scene.engine.table(name)
            for row in scene.engine.arrow(rows.group_by("day").agg(events=rows.count())).to_pylist():
                events[row["day"]] += row["events"]
    return among(events)


def among(events: dict[date, int]) -> Span | None:
    """The span of days with so many events: one line with a wrong year must not move the evening that is looked at.

    >>> days = {date(2026, 3, n): 1000 for n in range(1, 29)}
    >>> str(among(days | {date(2062, 3, 1): 1}).last)
    '2026-03-28'
    """
    runs: list[list[date]] = []
    for day in sorted(d for d in events if d is not None):
        if not runs or day - runs[-1][-1] > GAP:
            runs.append([])
        runs[-1].append(day)
    if not runs:
        return None
    made = [Run(days[0], days[-1], sum(events[d] for d in days)) for days in runs]
    least = max(median(events.values()) / 2, SLIP * sum(events.values()))
    heaviest = max(made, key=lambda r: r.events)
    kept = [r for r in made if r.events >= least or r is heaviest]
    return Span(kept[0].first, kept[-1].last, tuple(r for r in made if r not in kept))

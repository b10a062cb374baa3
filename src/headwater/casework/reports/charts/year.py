"""The year of an account as a sheet of weeks and weekdays, with a strip of weekly sums below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from typing import Any

CELL, LEFT, TOP = 15.0, 34.0, 20.0
SIDES = (0.0, 6.0, 8.0, 10.0, 12.0)
"""A day is a square, the larger the more was read: how much is seen without colour too."""
STEPS = (1.25, 2.0, 4.0)
"""Times the account's usual day up to which a day is of the first, second and third size."""
STRIP = 54.0
MOST_DAYS = 400
TOLD = 3
"""From this size on a day, and every day of the incident, has its figure as a hint."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One day. ``level`` 0: nothing read; 1 to 4: up to 1.25, 2, 4 and more times the usual day; ``gap``: no log of anybody."""

    x: float
    y: float
    side: float
    level: int
    gap: bool
    incident: bool
    absent: bool
    hint: str


@dataclass(frozen=True, slots=True)
class Week:
    """A week: sums of what was read, of the usual day and the peers' median over the days worked, and its place in the strip."""

    first: str
    read: int
    usual: float | None
    peers: float | None
    most: int
    most_day: str
    incident: int
    absent: int
    gaps: int
    x: float
    bar: float
    usual_y: float | None
    peers_y: float | None


@dataclass(frozen=True, slots=True)
class Year:
    """The whole drawing."""

    width: float
    height: float
    ground: float
    cells: tuple[Cell, ...]
    months: tuple[tuple[float, str], ...]
    weekdays: tuple[tuple[float, int], ...]
    weeks: tuple[Week, ...]
    most: int
    gaps: int
    incident_days: int
    incident_read: int


@dataclass(frozen=True, slots=True)
class _Day:
    day: date
    read: int | None
    peers: float | None
    incident: bool
    absent: bool


def year(known: Mapping[str, Any]) -> Year | None:
    """Lay out one account's year; ``None`` where the result does not hold it."""
    days = _days(known)
    if not days:
        return None
    usual = known.get("usual")
    usual = float(usual) if isinstance(usual, int | float) and usual > 0 else None
    start = days[0].day - timedelta(days=days[0].day.weekday())
    weeks = _weeks(days, start, usual)
    count = (days[-1].day - start).days // 7 + 1
    ground = TOP + 7 * CELL + 12 + STRIP
    story = [d for d in days if d.incident]
    return Year(
        width=LEFT + max(count, 8) * CELL + 4,
        height=ground + 18,
        ground=ground,
        cells=tuple(_cell(d, start, usual) for d in days),
        months=_months(days, start),
        weekdays=tuple((TOP + n * CELL + 11, n) for n in (0, 2, 4, 6)),
        weeks=weeks,
        most=max((w.read for w in weeks), default=0),
        gaps=sum(d.read is None for d in days),
        incident_days=len(story),
        incident_read=sum(d.read or 0 for d in story),
    )


def _days(known: Mapping[str, Any]) -> list[_Day]:
    first, read = _date(known.get("from")), known.get("read")
    if first is None or not isinstance(read, Sequence) or isinstance(read, str):
        return []
    peers = known.get("peers")
    peers = peers if isinstance(peers, Sequence) and not isinstance(peers, str) else ()
    story = {_date(d) for d in known.get("incident") or ()}
    away = _absent(known.get("absences"))
    made = []
    for n, value in enumerate(read[:MOST_DAYS]):
        day = first + timedelta(days=n)
        count = int(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
        other = peers[n] if n < len(peers) else None
        usual = float(other) if isinstance(other, int | float) else None
        made.append(_Day(day, count, usual, day in story, any(a <= day <= b for a, b in away)))
    return made


def _absent(spans: Any) -> list[tuple[date, date]]:
    found = []
    for span in spans if isinstance(spans, Sequence) and not isinstance(spans, str) else ():
        ends = (_date(span.get("from")), _date(span.get("to"))) if isinstance(span, Mapping) else (None, None)
        if ends[0] and ends[1]:
            found.append((ends[0], ends[1]))
    return found


def _date(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _level(read: int | None, usual: float | None) -> int:
    if not read:
        return 0
    return 1 + sum(read > times * usual for times in STEPS) if usual else 2


def _cell(day: _Day, start: date, usual: float | None) -> Cell:
    level = _level(day.read, usual)
    side, (week, weekday) = SIDES[level], divmod((day.day - start).days, 7)
    x, y = LEFT + week * CELL, TOP + weekday * CELL
    hint = f"{day.day}: {day.read:,}" if day.read is not None and (day.incident or level >= TOLD) else ""
    return Cell(round(x, 1), round(y, 1), side, level, day.read is None, day.incident, day.absent, hint)


def _months(days: Sequence[_Day], start: date) -> tuple[tuple[float, str], ...]:
    """Names of months above the weeks in which they begin, as year and month; too close ones are left out."""
    found: list[tuple[float, str]] = []
    for day in days:
        if day.day.day != 1 and day is not days[0]:
            continue
        x = LEFT + (day.day - start).days // 7 * CELL
        if not found or x - found[-1][0] >= 3 * CELL:
            named = f"{day.day:%Y-%m}" if not found or day.day.month == 1 else f"{day.day:%m}"
            found.append((x, named))
    return tuple(found)


def _weeks(days: Sequence[_Day], start: date, usual: float | None) -> tuple[Week, ...]:
    groups: dict[int, list[_Day]] = {}
    for day in days:
        groups.setdefault((day.day - start).days // 7, []).append(day)
    sums = {n: _sums(several, usual) for n, several in groups.items()}
    highest = max((max(read, own or 0, peers or 0) for read, own, peers in sums.values()), default=0) or 1
    return tuple(_week(n, several, sums[n], start, highest) for n, several in groups.items())


def _sums(days: Sequence[_Day], usual: float | None) -> tuple[int, float | None, float | None]:
    """What was read in a week; the usual day and the peers' median, each summed over the days on which the account read."""
    worked = [d for d in days if d.read]
    peers = [d.peers for d in worked if d.peers is not None]
    return sum(d.read or 0 for d in days), usual * len(worked) if usual else None, sum(peers) if peers else None


def _week(
    n: int, days: Sequence[_Day], sums: tuple[int, float | None, float | None], start: date, highest: float
) -> Week:
    read, usual, peers = sums
    most = max(days, key=lambda d: (d.read or 0, -d.day.toordinal()))

    def height(value: float | None) -> float | None:
        # the root keeps an ordinary week visible beside a raid
        return None if value is None else round(STRIP * sqrt(value / highest), 1)

    return Week(
        first=(start + timedelta(days=7 * n)).isoformat(),
        read=read,
        usual=usual,
        peers=peers,
        most=most.read or 0,
        most_day=most.day.isoformat() if most.read else "",
        incident=sum(d.incident for d in days),
        absent=sum(d.absent for d in days),
        gaps=sum(d.read is None for d in days),
        x=round(LEFT + n * CELL, 1),
        bar=height(float(read)) or 0.0,
        usual_y=height(usual),
        peers_y=height(peers),
    )

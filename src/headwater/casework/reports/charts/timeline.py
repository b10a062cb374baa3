"""The time line of an incident: one lane per kind of act, one bar per hour, day or longer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt
from typing import Any

from headwater.casework.reports.charts.absence import ROW, Note, note
from headwater.casework.reports.figures import number, parsed

LANES = ("reading", "files", "sending", "logons", "absence")
ALIASES = {"log-ons": "logons", "logon": "logons", "absences": "absence", "file": "files", "send": "sending"}

WIDTH, LEFT, RIGHT, LANE, TOP, AXIS = 960.0, 104.0, 92.0, 34.0, 8.0, 26.0
PLOT = WIDTH - LEFT - RIGHT
MOST_BARS = 124
MOST_ROWS = 6  # absences drawn, each on a row of its own
TOLD = 3  # texts in the hint of one bar
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STEPS = (HOUR, DAY, 7 * DAY, 28 * DAY, 91 * DAY)
TICKS = (3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY, 28 * DAY, 91 * DAY, 364 * DAY)


@dataclass(frozen=True, slots=True)
class Bar:
    """What happened on one lane within one step: its box and the words of its hint."""

    x: float
    y: float
    width: float
    height: float
    hint: str


@dataclass(frozen=True, slots=True)
class Lane:
    """One lane: its name, its ground line, its bars, the most that one bar holds, and words beside bars.

    ``hidden`` counts what does not fit in the drawing and stands in the table only.
    """

    name: str
    known: bool
    ground: float
    label: float
    bars: tuple[Bar, ...]
    most: int = 0
    notes: tuple[Note, ...] = ()
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on the time axis."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """The whole drawing; ``step`` says what one bar covers (``hour``, ``day``, ``week`` or a number of days)."""

    width: float
    height: float
    left: float
    right: float
    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    step: str


@dataclass(frozen=True, slots=True)
class _Act:
    starts: datetime
    ends: datetime
    lane: str
    text: str
    count: int


@dataclass(frozen=True, slots=True)
class _Scale:
    first: datetime
    step: timedelta
    slots: int

    def slot(self, time: datetime) -> int:
        return int((time - self.first) / self.step)

    @property
    def width(self) -> float:
        return PLOT / self.slots


@dataclass(frozen=True, slots=True)
class Slot:
    """What happened on one lane within one step, or one absence: from when to when, how many, and what, in words."""

    starts: datetime
    ends: datetime
    count: int
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Slots:
    """A time line before it is drawn: its lanes in order, each with its slots, and what one slot covers."""

    lanes: tuple[tuple[str, tuple[Slot, ...]], ...]
    step: str


def slots(moments: Sequence[Mapping[str, Any]]) -> Slots | None:
    """What :func:`timeline` draws, for other drawings; ``None`` where no moment has a time."""
    acts = _acts(moments)
    if not acts:
        return None
    scale = _scale(acts)
    present = {a.lane for a in acts}
    names = [n for n in LANES if n in present] + sorted(present - set(LANES))
    return Slots(
        tuple((n, tuple(_slots(n, [a for a in acts if a.lane == n], scale))) for n in names), _named(scale.step)
    )


def _slots(name: str, acts: Sequence[_Act], scale: _Scale) -> Iterable[Slot]:
    if name == "absence":
        return (Slot(a.starts, a.ends, a.count, (a.text,)) for a in acts)
    found: dict[int, list[_Act]] = {}
    for act in acts:
        found.setdefault(scale.slot(act.starts), []).append(act)
    return (_slot(scale.first + n * scale.step, several, scale) for n, several in sorted(found.items()))


def _slot(starts: datetime, acts: Sequence[_Act], scale: _Scale) -> Slot:
    texts = tuple(dict.fromkeys(a.text for a in acts if a.text))
    return Slot(starts, starts + scale.step, sum(a.count for a in acts), texts)


def timeline(moments: Sequence[Mapping[str, Any]]) -> Timeline | None:
    """Lay out the time line; ``None`` where no moment has a time. Times are drawn by the wall clock of the first."""
    acts = _acts(moments)
    if not acts:
        return None
    scale = _scale(acts)
    present = {a.lane for a in acts}
    names = [n for n in LANES if n in present] + sorted(present - set(LANES))
    lanes, top = [], TOP
    for name in names:
        lane, top = _lane(name, top, [a for a in acts if a.lane == name], scale)
        lanes.append(lane)
    return Timeline(WIDTH, top + AXIS, LEFT, WIDTH - RIGHT, tuple(lanes), tuple(_ticks(scale)), _named(scale.step))


def _acts(moments: Iterable[Mapping[str, Any]]) -> list[_Act]:
    zone = None
    acts = []
    for m in moments:
        starts, ends = parsed(m.get("time")), parsed(m.get("to"))
        if starts is None:
            continue
        zone = zone or starts.tzinfo
        local = _wall(starts, zone)
        until = _wall(ends, zone) if ends else local
        lane = str(m.get("lane") or "")
        text = str(m.get("text") or "")
        acts.append(_Act(local, max(local, until), ALIASES.get(lane, lane), text, _whole(m.get("count"))))
    return sorted(acts, key=lambda a: (a.starts, a.lane, a.text))


def _wall(time: datetime, zone: Any) -> datetime:
    return (time.astimezone(zone) if time.tzinfo and zone else time).replace(tzinfo=None)


def _whole(count: Any) -> int:
    return max(int(count), 0) if isinstance(count, int | float) else 1


def _scale(acts: Sequence[_Act]) -> _Scale:
    first, last = min(a.starts for a in acts), max(a.ends for a in acts)
    step = next((s for s in STEPS if (last - first) / s <= MOST_BARS), STEPS[-1])
    first = first.replace(minute=0, second=0, microsecond=0)
    if step > HOUR:
        first = first.replace(hour=0)
    return _Scale(first, step, max(int((last - first) / step) + 1, 7))


def _lane(name: str, top: float, acts: Sequence[_Act], scale: _Scale) -> tuple[Lane, float]:
    """A lane that begins at a height, and the height where the next one begins."""
    if name == "absence":
        return _absences(top, acts, scale)
    ground = top + LANE - 6
    slots: dict[int, list[_Act]] = {}
    for act in acts:
        slots.setdefault(scale.slot(act.starts), []).append(act)
    most = max(sum(a.count for a in found) for found in slots.values())
    bars = tuple(_bar(slot, found, most, ground, scale) for slot, found in sorted(slots.items()))
    return Lane(name, name in LANES, ground, ground - 3, bars, most), top + LANE


def _bar(slot: int, acts: Sequence[_Act], most: int, ground: float, scale: _Scale) -> Bar:
    total = sum(a.count for a in acts)
    # the root keeps single events visible beside thousands
    height = max(4.0, (LANE - 10) * sqrt(total / most)) if most else 4.0
    width = min(max(scale.width - 1.5, 2.0), 18.0)
    x = LEFT + slot * scale.width + (scale.width - width) / 2
    return Bar(_r(x), _r(ground - height), _r(width), _r(height), _hint(acts, total, scale))


def _absences(top: float, acts: Sequence[_Act], scale: _Scale) -> tuple[Lane, float]:
    bars, notes = [], []
    for row, act in enumerate(acts[:MOST_ROWS]):
        first, last = scale.slot(act.starts), scale.slot(act.ends)
        x, y = LEFT + first * scale.width, top + 6 + row * ROW
        width = max((last - first + 1) * scale.width, 3.0)
        bars.append(Bar(_r(x), _r(y), _r(width), ROW - 4, _hint([act], 0, scale)))
        notes.append(note(act.text, x, y, width, LEFT, WIDTH))
    ground = top + 8 + ROW * len(bars)
    hidden = max(len(acts) - MOST_ROWS, 0)
    return Lane("absence", True, ground, top + 17, tuple(bars), 0, tuple(notes), hidden), ground + 6


def _hint(acts: Sequence[_Act], total: int, scale: _Scale) -> str:
    start = acts[0].starts
    date = f"{start:%Y-%m-%d %H:%M}" if scale.step < DAY else f"{start:%Y-%m-%d}"
    texts = list(dict.fromkeys(a.text for a in acts if a.text))
    told = " · ".join(texts[:TOLD]) + (" …" if len(texts) > TOLD else "")
    return " | ".join(part for part in (date, number(total) if total else "", told) if part)


def _ticks(scale: _Scale) -> Iterable[Tick]:
    whole = scale.step * scale.slots
    gap = next((t for t in TICKS if t >= scale.step and whole / t <= 9), TICKS[-1])
    year, time = None, scale.first
    while time < scale.first + whole:
        shown = f"{time:%m-%d}" if time.year == year else f"{time:%Y-%m-%d}"
        if gap < DAY:
            shown = f"{time:%m-%d %H:%M}"
        year = time.year
        yield Tick(_r(LEFT + (time - scale.first) / whole * PLOT), shown)
        time += gap


def _named(step: timedelta) -> str:
    names = {HOUR: "hour", DAY: "day", 7 * DAY: "week"}
    return names.get(step) or f"{step // DAY} d"


def _r(value: float) -> float:
    return round(value, 2)

"""The year of an account or of a person: every day against the own usual, every week against colleagues, as pictures and tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any

from headwater.casework.reports.words import Words
from headwater.console.models import Chart, Column, Table
from headwater.console.staff.kept import Account, Book, Peers, monday

DAYS = 366
WEEK = 34
"""So wide, in pixels, is a week where there are few."""
STEPS = (0.0, 1.0, 2.0, 5.0, 10.0)
"""Times the own usual day at which the shade of a day changes."""
SHADES = ("#dfe3e6", "#b9cfdf", "#8ab0cb", "#5b8db1", "#9a5b2a", "#7d2411")
"""From a day without reading to more than ten times the usual; the last two change their hue as well."""

UNKNOWN = -1.0
"""Stands for how many times the usual was read where nothing is known to be usual."""


@dataclass(frozen=True, slots=True)
class Year:
    """Days from ``first`` to ``last``: what was read, what is usual, what others of the job read, and what marks a day.

    ``accounts`` of them are added up. Of several no colleagues are told: one account is no measure of a sum.
    """

    first: date
    last: date
    accounts: int
    read: Mapping[date, tuple[int, int, int]]
    weeks: Mapping[date, int]
    """The sums of whole weeks, by their Mondays, also where the stretch begins or ends within one."""
    logged: frozenset[date]
    usual: float | None
    peers: Peers
    away: frozenset[date]
    incidents: Mapping[date, tuple[str, ...]]

    @property
    def days(self) -> list[date]:
        """Every day, in order."""
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    def times(self, day: date) -> float | None:
        """How many times the usual was read; ``None`` on days of which no log tells, or without any usual."""
        if day not in self.logged:
            return None
        read = self.read.get(day, (0, 0, 0))[0]
        return read / self.usual if self.usual else (0.0 if not read else None)


def year(
    book: Book,
    accounts: Sequence[Account],
    person: str | None,
    incidents: Mapping[date, tuple[str, ...]],
    until: date | None,
) -> Year:
    """The year of some accounts that end with a day; what is usual is the median of all their days outside incidents."""
    last = max(book.first, min(until or book.last, book.last))
    first = max(book.first, last - timedelta(days=min(DAYS - 1, (last - book.first).days)))
    every = book.read([a.id for a in accounts], book.first, book.last)
    usual = [n for day, (n, _acts, _lists) in every.items() if n > 0 and day not in incidents]
    sums: Counter[date] = Counter()
    for day, (n, _acts, _lists) in every.items():
        sums[monday(day)] += n
    return Year(
        first,
        last,
        len(accounts),
        {d: told for d, told in every.items() if first <= d <= last},
        sums,
        book.logged(first, last),
        median(usual) if usual else None,
        book.peers(accounts[0], first, last) if len(accounts) == 1 else Peers(),
        book.away(person, first, last) if person else frozenset(),
        {d: n for d, n in incidents.items() if first <= d <= last},
    )


def heat(told: Year, say: Words) -> Chart:
    """Each day of the year: the darker, the more times its own usual day was read."""
    busy = {d: n[0] for d, n in told.read.items() if n[0] > 0}
    words = say("staff.year_none")
    if busy:
        most = max(busy, key=lambda d: (busy[d], d))
        known = {"usual": _said(told.usual, say), "times": _said(told.times(most), say)} if told.usual else {}
        words = say(
            "staff.year_words" if known else "staff.year_words_alone", days=len(busy), logged=len(told.logged),
            most=f"{busy[most]:,}", on=most.isoformat(), **known,
        )  # fmt: skip
        words += f" {_beside(told, say)}"
    return Chart(
        name="year",
        title=say("staff.year", first=told.first.isoformat(), last=told.last.isoformat()),
        words=words,
        option=_calendar(told, say),
        table=_day_table(told, say),
        height="low",
    )


def _beside(told: Year, say: Words) -> str:
    """By whom an account is measured, in a sentence: nobody is called a colleague who is none."""
    if told.accounts > 1:
        return say("staff.peers_several", n=told.accounts)
    if not told.peers.others:
        return say("staff.no_peers")
    usual = _said(_middle(told.peers.days.values()), say)
    return say(f"staff.peers_{told.peers.kind}", n=told.peers.others, usual=usual)


def weeks(told: Year, say: Words) -> Chart:
    """Each week's sum beside what colleagues of the job usually read in that week."""
    own = {week: told.weeks.get(week, 0) for week in sorted({monday(d) for d in told.days})}
    theirs = told.peers.weeks
    rows: list[dict[str, Any]] = [
        {"week": week.isoformat(), "read": n, "peers": theirs.get(week)} for week, n in own.items()
    ]
    columns = [
        Column(key="week", title=say("staff.week"), kind="day"),
        Column(key="read", title=say("staff.read"), kind="number"),
        Column(key="peers", title=say("staff.peers"), kind="number"),
    ]
    line = {"type": "line", "symbol": "circle", "symbolSize": 5, "connectNulls": False}
    series: list[dict[str, Any]] = [
        {"type": "bar", "name": say("staff.read"), "data": list(own.values()), "itemStyle": {"color": "#5b8db1"}},
        {
            **line,
            "name": say("staff.peers"),
            "data": [r["peers"] for r in rows],
            "lineStyle": {"type": "dashed"},
            "itemStyle": {"color": "#9a5b2a"},
        },
    ]
    option = {
        "tooltip": {"trigger": "axis"},
        "legend": {"bottom": 0},
        "grid": {"left": 8, "right": 12, "top": 12, "bottom": 34, "containLabel": True},
        "xAxis": {"type": "category", "data": [r["week"] for r in rows]},
        "yAxis": {"type": "value", "minInterval": 1},
        "series": series if theirs else series[:1],
    }
    words = say(f"staff.weeks_{told.peers.kind}", n=_above(own, theirs)) if theirs else say("staff.weeks_alone")
    table = Table(name="weeks", title=say("staff.weeks"), columns=columns, rows=rows, total=len(rows))
    return Chart(name="weeks", title=say("staff.weeks"), words=words, option=option, table=table, height="low")


def _above(own: Mapping[date, int], theirs: Mapping[date, float]) -> int:
    """In how many weeks more than twice the median of colleagues was read."""
    return sum(1 for week, read in own.items() if theirs.get(week) and read > 2 * theirs[week])


def _calendar(told: Year, say: Words) -> dict[str, Any]:
    shown = [d for d in told.days if d in told.logged]
    data = [
        [
            d.isoformat(),
            _shade(told, d),
            told.read.get(d, (0, 0, 0))[0],
            _rounded(told.peers.days.get(d)),
        ]
        for d in shown
    ]
    marks = [
        (say("staff.of_incident"), sorted(told.incidents), {"symbol": "circle", "symbolSize": 8}, "#1a1c1f"),
        (say("staff.away"), sorted(told.away), {"symbol": "rect", "symbolSize": 11}, "#6b6f76"),
        (
            say("staff.unlogged"),
            [d for d in told.days if d not in told.logged],
            {"symbol": "path://M0,0L8,8M8,0L0,8", "symbolSize": 7},
            "#8a8f96",
        ),
    ]
    months = say("staff.months").split(",")
    width = "auto" if (told.last - told.first).days > 26 * 7 else WEEK  # a few weeks do not fill the line
    return {
        "tooltip": {},
        "legend": {"bottom": 0, "data": [name for name, days, _look, _colour in marks if days]},
        "visualMap": {
            "type": "piecewise", "dimension": 1, "seriesIndex": 0, "orient": "horizontal", "left": 0, "bottom": 24,
            "pieces": _pieces(told, say),
        },
        "calendar": {
            "range": [told.first.isoformat(), told.last.isoformat()], "top": 28, "left": 40, "cellSize": [width, 15],
            **({"right": 12} if width == "auto" else {}),
            "dayLabel": {"firstDay": 1, "nameMap": say("staff.weekdays").split(",")}, "monthLabel": {"nameMap": months},
            "yearLabel": {"show": False}, "splitLine": {"lineStyle": {"opacity": 0.5}},
            "itemStyle": {"borderWidth": 1, "borderColor": "#8a8f9655", "color": "transparent"},
        },
        "series": [
            {
                "type": "heatmap", "coordinateSystem": "calendar", "name": say("staff.read"), "data": data,
                "dimensions": [say("staff.day"), say("staff.times"), say("staff.read"), say("staff.peers")],
                "encode": {"tooltip": [0, 2, 1, 3]},
            },
            *(_marked(*mark) for mark in marks if mark[1]),
        ],
    }  # fmt: skip


def _marked(name: str, days: Sequence[date], look: Mapping[str, Any], colour: str) -> dict[str, Any]:
    outline = {"color": "#ffffff", "borderColor": colour, "borderWidth": 1.6}  # seen on light days and on dark ones
    data = [[d.isoformat(), 0] for d in days]
    return {
        "type": "scatter",
        "coordinateSystem": "calendar",
        "name": name,
        "data": data,
        "itemStyle": outline,
        "z": 5,
        **look,
    }


def _shade(told: Year, day: date) -> float:
    """How many times the usual was read, as what a day's shade goes by."""
    times = told.times(day)
    return UNKNOWN if times is None else round(times, 2)


def _pieces(told: Year, say: Words) -> list[dict[str, Any]]:
    if told.usual is None:
        read = {"value": UNKNOWN, "label": say("staff.times_unknown"), "color": SHADES[2]}
        return [{"value": 0, "label": say("staff.times_none"), "color": SHADES[0]}, read]
    bounds = [*STEPS, None]
    pieces: list[dict[str, Any]] = [{"value": 0, "label": say("staff.times_none"), "color": SHADES[0]}]
    for low, high, shade in zip(bounds, bounds[1:], SHADES[1:], strict=False):
        piece: dict[str, Any] = {"gt": low, "color": shade}
        if high is None:
            piece["label"] = say("staff.times_over", low=f"{low:g}")
        else:
            piece |= {"lte": high, "label": say("staff.times_to", low=f"{low:g}", high=f"{high:g}")}
        pieces.append(piece)
    return pieces


def _day_table(told: Year, say: Words) -> Table:
    rows: list[dict[str, Any]] = []
    for day in told.days:
        read, acts, lists = told.read.get(day, (0, 0, 0))
        marks = [*(say("staff.incident_n", n=n) for n in told.incidents.get(day, ()))]
        marks += [say("staff.away")] * (day in told.away) + [say("staff.unlogged")] * (day not in told.logged)
        known = day in told.logged
        rows.append(
            {
                "day": day.isoformat(), "read": read if known else None, "times": _rounded(told.times(day)),
                "peers": _rounded(told.peers.days.get(day)), "acts": acts if known else None, "lists": lists if known else None,
                "marks": "; ".join(marks) or None,
            }
        )  # fmt: skip
    kinds = {"day": "day", "marks": "text"}
    columns = [
        Column(key=key, title=say(f"staff.{key}"), kind=kinds.get(key, "number"))  # type: ignore[arg-type]
        for key in ("day", "read", "times", "peers", "acts", "lists", "marks")
    ]
    return Table(name="year", title=say("staff.days"), columns=columns, rows=rows, total=len(rows))


def _middle(values: Any) -> float | None:
    told = list(values)
    return median(told) if told else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _said(value: float | None, say: Words) -> str:
    return say("staff.unknown") if value is None else f"{value:,.1f}".removesuffix(".0")

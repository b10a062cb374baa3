"""The pictures of a case's health: alerts against the budget, and how true calibrated claims were."""

from __future__ import annotations

from typing import Any

from headwater.attribution.calibration.curve import Calibration
from headwater.attribution.calibration.reliability import Reliability
from headwater.casework.reports.words import Words
from headwater.console.care.rates import LANES, Rate
from headwater.console.models import Cell, Chart, Column, Table

COLOURS = ("#96321b", "#5b8db1", "#7a9a5b", "#9a7b2a")


def against_budget(told: Rate, say: Words) -> Chart:
    """Alerts let through each week by lane, and the running sums of what was let through and promised."""
    weeks = [w.monday.isoformat() for w in told.weeks]
    option = {
        "tooltip": {"trigger": "axis"},
        "legend": {"bottom": 0},
        "grid": {"left": 8, "right": 12, "top": 12, "bottom": 52, "containLabel": True},
        "xAxis": {"type": "category", "data": weeks},
        "yAxis": {"type": "value"},
        "series": _weekly(told, say),
    }
    words = say(
        "health.rate_words",
        days=(told.last - told.first).days + 1,
        statistical=told.statistical,
        allowed=f"{told.promised:.1f}",
        kept=say("health.within" if told.within else "health.beyond"),
        facts=told.facts,
        waiting=told.waiting,
    )
    return Chart(name="rate", title=say("health.rate"), words=words, option=option, table=_weeks(told, say))


def _weekly(told: Rate, say: Words) -> list[dict[str, Any]]:
    bars: list[dict[str, Any]] = [
        {
            "type": "bar",
            "stack": "released",
            "barMaxWidth": 36,
            "name": say(f"health.lane_{lane}"),
            "data": [w.released[place] for w in told.weeks],
            "itemStyle": {"color": COLOURS[place]},
        }
        for place, lane in enumerate(LANES)
    ]
    lines: list[dict[str, Any]] = [
        {
            "type": "line",
            "name": say(f"health.{name}"),
            "data": data,
            "symbol": symbol,
            "lineStyle": {"type": style},
            "itemStyle": {"color": colour},
        }
        for name, data, symbol, style, colour in (
            ("so_far", [w.so_far for w in told.weeks], "circle", "solid", "#1d4565"),
            ("promised", [round(w.promised, 2) for w in told.weeks], "none", "dashed", "#8a8f97"),
        )
    ]
    return bars + lines


def _weeks(told: Rate, say: Words) -> Table:
    rows: list[dict[str, Cell]] = [
        {"week": w.monday.isoformat()}
        | {lane: w.released[place] for place, lane in enumerate(LANES)}
        | {"so_far": w.so_far, "promised": round(w.promised, 2)}
        for w in told.weeks
    ]
    columns = [
        Column(key="week", title=say("health.week")),
        *(Column(key=lane, title=say(f"health.lane_{lane}"), kind="number") for lane in LANES),
        Column(key="so_far", title=say("health.so_far"), kind="number"),
        Column(key="promised", title=say("health.promised"), kind="number"),
    ]
    return Table(name="rate", title=say("health.rate"), columns=columns, rows=rows, total=len(rows))


def reliability(one: Calibration, number: int, say: Words) -> Chart:
    """Claims by what they said and how many were right, about one account and about several that share a claim."""
    kinds = [(name, r) for name, r in (("alone", one.alone), ("joint", one.joint)) if r.claims]
    diagonal = {
        "type": "line",
        "name": say("health.as_claimed"),
        "data": [[0, 0], [1, 1]],
        "symbol": "none",
        "lineStyle": {"type": "dotted"},
        "itemStyle": {"color": "#8a8f97"},
    }
    option = {
        "tooltip": {"trigger": "item"},
        "legend": {"bottom": 0},
        "grid": {"left": 8, "right": 20, "top": 12, "bottom": 60, "containLabel": True},
        "xAxis": {"type": "value", "min": 0, "max": 1, "name": say("health.claimed"), "nameLocation": "middle", "nameGap": 24},
        "yAxis": {"type": "value", "min": 0, "max": 1, "name": say("health.right_share")},
        "series": [diagonal, *(s for place, (name, r) in enumerate(kinds) for s in _curve(name, r, place, say))],
    }  # fmt: skip
    rows = [row for name, r in kinds for row in _rows(name, r, say)]
    columns = [
        Column(key="what", title=say("health.claims_about")),
        Column(key="start", title=say("health.from_on"), kind="percent"),
        Column(key="claims", title=say("health.claims"), kind="number"),
        Column(key="mean", title=say("health.claimed"), kind="percent"),
        Column(key="right", title=say("health.right"), kind="number"),
        Column(key="low", title=say("health.low"), kind="percent"),
        Column(key="high", title=say("health.high"), kind="percent"),
    ]
    title = say("health.curve", dataset=one.dataset)
    words = say(
        "health.curve_words",
        leaks=f"{one.leaks:,}",
        nulls=f"{one.nulls:,}",
        accused=f"{one.accused:,}",
        brier="–" if one.brier is None else f"{one.brier:.4f}",
    )
    name = f"curve-{number}"
    table = Table(name=name, title=title, columns=columns, rows=rows, total=len(rows))
    return Chart(name=name, title=title, words=words, option=option, table=table)


def _curve(name: str, told: Reliability, place: int, say: Words) -> list[dict[str, Any]]:
    """A curve, and Wilson's interval of each of its points as a thin upright line."""
    bins = [b for b in told.bins if b.claims]
    colour = ("#1d4565", "#9a5b2a")[place]
    points = [[round(b.mean, 4), round(b.right / b.claims, 4)] for b in bins]
    curve = {
        "type": "line",
        "name": say(f"health.{name}"),
        "data": points,
        "symbol": ("circle", "rect")[place],
        "symbolSize": 8,
        "itemStyle": {"color": colour},
        "markLine": {
            "symbol": "none",
            "silent": True,
            "label": {"show": False},
            "lineStyle": {"type": "solid", "color": colour, "width": 1},
            "data": [[{"coord": [p[0], round(b.low, 4)]}, {"coord": [p[0], round(b.high, 4)]}] for p, b in zip(points, bins, strict=True)],
        },
    }  # fmt: skip
    return [curve]


def _rows(name: str, told: Reliability, say: Words) -> list[dict[str, Cell]]:
    return [
        {
            "what": say(f"health.{name}"),
            "start": b.start,
            "claims": b.claims,
            "mean": round(b.mean, 4),
            "right": b.right,
            "low": round(b.low, 4),
            "high": round(b.high, 4),
        }
        for b in told.bins
        if b.claims
    ]

"""The pictures of a story as options of Apache ECharts: everything on one axis of time, and evidence adding up in bits.

What is drawn is worked out where the report works it out (:mod:`headwater.casework.reports.charts`); here it is only laid
out anew. Options are plain JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from math import sqrt
from typing import Any

from headwater.casework.reports.charts.timeline import Slot, Slots, slots
from headwater.casework.reports.charts.waterfall import Waterfall, waterfall
from headwater.casework.reports.words import Words
from headwater.console.models import Cell, Chart, Column, Table

COLOURS: Mapping[str, str] = {
    "reading": "#4477aa", "files": "#aa8a00", "sending": "#cc4433", "logons": "#228866", "absence": "#8a7db8",
}  # fmt: skip
"""Of lanes, beside which their names stand."""
SIGNS: Mapping[str, str] = {"reading": "circle", "files": "rect", "sending": "triangle", "logons": "diamond"}
SMALL, LARGE = 6.0, 26.0
FOR, AGAINST, NEUTRAL = "#4477aa", "#cc6633", "#808590"
CUT = 46
"""Characters of a sentence beside its bar; the table has all of it."""


def time_line(moments: Sequence[Mapping[str, Any]], say: Words, zone: str) -> Chart | None:
    """Reads, files, uploads, log-ons and absences on one axis; ``None`` where nothing has a time."""
    found = slots(moments)
    if found is None:
        return None
    lanes = [name for name, _several in found.lanes]
    series = [_lane(name, several, lanes.index(name), say) for name, several in found.lanes]
    option = {
        "grid": {"left": 110, "right": 24, "top": 16, "bottom": 64},
        "tooltip": {"trigger": "item"},
        "dataZoom": [{"type": "slider", "height": 18, "bottom": 8}, {"type": "inside"}],
        "xAxis": {
            "type": "time",
            "boundaryGap": ["2%", "2%"],
            "axisLabel": {"formatter": _clock(found), "hideOverlap": True},
        },
        "yAxis": {"type": "category", "data": [say.name("incidents.lane", n) for n in lanes], "inverse": True},
        "series": series,
    }
    told = say("incidents.time_line_words", n=sum(len(s) for _n, s in found.lanes), step=_step(found, say), zone=zone)
    return Chart(
        name="time-line", title=say("incidents.time_line"), words=told, option=option, table=_times(found, say)
    )


def _clock(found: Slots) -> str:
    """How times are written below the axis, in the words of ECharts."""
    starts = [slot.starts for _name, several in found.lanes for slot in several]
    if max(starts) - min(starts) <= timedelta(days=3):
        return "{MM}-{dd} {HH}:{mm}"
    return "{MM}-{dd}" if max(starts).year == min(starts).year else "{yyyy}-{MM}-{dd}"


def _lane(name: str, several: Sequence[Slot], place: int, say: Words) -> dict[str, Any]:
    told = {"name": say.name("incidents.lane", name), "itemStyle": {"color": COLOURS.get(name, NEUTRAL)}}
    if name == "absence":
        data: list[Any] = []
        for slot in several:
            data += [[_iso(slot.starts), place], [_iso(slot.ends), place], [None, None]]
        width = {"width": 10, "color": COLOURS[name], "opacity": 0.75}
        return {**told, "type": "line", "symbol": "none", "lineStyle": width, "connectNulls": False, "data": data}
    most = max((slot.count for slot in several), default=1) or 1
    return {**told, "type": "scatter", "symbol": SIGNS.get(name, "circle"), "data": [
        {
            "name": _hint(slot),
            "value": [_iso(slot.starts), place, slot.count],
            "symbolSize": round(SMALL + (LARGE - SMALL) * sqrt(slot.count / most), 1),
        }
        for slot in several
    ]}  # fmt: skip


def _hint(slot: Slot) -> str:
    more = " …" if len(slot.texts) > 3 else ""
    return f"{slot.starts:%Y-%m-%d %H:%M}  " + " · ".join(slot.texts[:3]) + more


def _times(found: Slots, say: Words) -> Table:
    rows: list[tuple[datetime, dict[str, Cell]]] = [
        (
            slot.starts,
            {
                "from": f"{slot.starts:%Y-%m-%d %H:%M}",
                "to": f"{slot.ends:%Y-%m-%d %H:%M}",
                "lane": say.name("incidents.lane", name),
                "count": slot.count,
                "what": "; ".join(slot.texts),
            },
        )
        for name, several in found.lanes
        for slot in several
    ]
    columns = [
        Column(key="from", title=say("incidents.from")),
        Column(key="to", title=say("incidents.to")),
        Column(key="lane", title=say("incidents.kind")),
        Column(key="count", title=say("incidents.count"), kind="number"),
        Column(key="what", title=say("incidents.what")),
    ]
    shown = [row for _at, row in sorted(rows, key=lambda r: (r[0], str(r[1]["lane"])))]
    return Table(name="time-line", title=say("incidents.time_line"), columns=columns, rows=shown, total=len(shown))


def _step(found: Slots, say: Words) -> str:
    return say.name("incidents.step", found.step)


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")


def evidence(
    statements: Sequence[Mapping[str, Any]],
    total: float,
    prior: float | None,
    say: Words,
    name: str,
    lines: Callable[[int], Cell],
) -> Chart | None:
    """The waterfall of evidence in bits; ``None`` where there is no statement.

    :param lines: what leads to the cited lines of the statement with that number
    """
    drawn = waterfall(statements, total, prior)
    if drawn is None:
        return None
    rows = _steps(drawn, say, lines)
    bars = [row for row in rows if row["bits"]]
    labels = [_cut(str(row["what"])) for row in bars]
    option = {
        "grid": {"left": 330, "right": 40, "top": 10, "bottom": 34},
        "tooltip": {"trigger": "item"},
        "xAxis": {"type": "value", "name": say("incidents.bits"), "nameLocation": "middle", "nameGap": 22},
        "yAxis": {
            "type": "category",
            "inverse": True,
            "data": labels,
            "axisLabel": {"width": 310, "overflow": "truncate"},
        },
        "series": _stacks(bars),
    }
    told = say("incidents.waterfall_words", total=f"{total:+.1f}", n=len(statements))
    return Chart(
        name=name, title=say("incidents.waterfall"), words=told, option=option, table=_bits(name, rows, say),
        height="high" if len(bars) > 9 else "middle",
    )  # fmt: skip


def _steps(drawn: Waterfall, say: Words, lines: Callable[[int], Cell]) -> list[dict[str, Any]]:
    """Each step with what it is called, its bits, and the sum behind it."""
    rows, total, number = [], 0.0, 0
    for step in drawn.steps:
        stated = step.kind in ("for", "against")
        if step.kind != "total":
            total += step.bits
        rows.append(
            {
                "kind": step.kind,
                "what": step.text if stated else say(f"incidents.step_{step.kind}"),
                "bits": step.bits,
                "sum": total,
                "lines": lines(number) if stated and step.evidence else None,
            }
        )
        number += stated
    return rows


def _stacks(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Floating bars as stacks: what lies under a bar is drawn unseen, and a bar across zero has a part on each side."""
    unseen: dict[str, Any] = {"color": "transparent", "borderColor": "transparent"}
    base: list[float] = []
    above: list[dict[str, Any]] = []
    below: list[dict[str, Any]] = []
    for row in rows:
        start = 0.0 if row["kind"] == "total" else row["sum"] - row["bits"]
        low, high = min(start, row["sum"]), max(start, row["sum"])
        look = {"name": f"{row['what']}  {row['bits']:+.1f}", "itemStyle": {"color": _colour(row), **_bound(row)}}
        base.append(round(low if low > 0 else high if high < 0 else 0.0, 3))
        above.append({**look, "value": round(max(high, 0) - max(low, 0), 3)})
        below.append({**look, "value": round(min(low, 0) - min(high, 0), 3)})
    common = {"type": "bar", "stack": "bits", "barMaxWidth": 22}
    return [
        {**common, "data": base, "itemStyle": unseen, "silent": True, "tooltip": {"show": False}},
        {**common, "data": above},
        {**common, "data": below},
    ]


def _colour(row: Mapping[str, Any]) -> str:
    if row["kind"] in ("prior", "total", "rest"):
        return NEUTRAL
    return AGAINST if row["bits"] > 0 else FOR


def _bound(row: Mapping[str, Any]) -> dict[str, Any]:
    """Less than nothing is told by a dashed edge too: a colour alone tells some people nothing."""
    return {"borderColor": "#555a61", "borderType": "dashed", "borderWidth": 1} if row["bits"] < 0 else {}


def _bits(name: str, rows: Sequence[Mapping[str, Any]], say: Words) -> Table:
    columns = [
        Column(key="what", title=say("incidents.what")),
        Column(key="bits", title=say("incidents.bits"), kind="bits"),
        Column(key="sum", title=say("incidents.sum"), kind="bits"),
        Column(key="lines", title=say("incidents.cited")),
    ]
    shown: list[dict[str, Cell]] = [{c.key: row[c.key] for c in columns} for row in rows]
    return Table(name=name, title=say("incidents.waterfall"), columns=columns, rows=shown, total=len(shown))


def _cut(text: str) -> str:
    return text if len(text) <= CUT else f"{text[:CUT]}…"

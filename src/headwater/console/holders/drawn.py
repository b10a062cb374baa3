"""Pictures of what is held where: people of ours by holder, persons in common as a square, files as arrows from source to copy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from headwater.casework.reports.charts.lineage import drawing
from headwater.casework.reports.charts.overlaps import square
from headwater.casework.reports.figures import cut
from headwater.casework.reports.scan_telling import because, lineage
from headwater.casework.reports.words import Words
from headwater.casework.reports.words import words as report_words
from headwater.console.models import Cell, Chart, Column, Table

BARS = 25
PAIRS = 500
"""Rows of a table of pairs."""
COLOURS = ("#4477aa", "#cc6633", "#228866", "#aa8a00", "#8a7db8", "#66a0b8")
SQUARE = "#174a73"


def ours(holders: Sequence[Mapping[str, Any]], say: Words, more: int = 0) -> Chart | None:
    """Records of each data set of ours that holders have; ``None`` where nobody has any. ``more`` holders are not among them."""
    known = [h for h in holders if h.get("overlap")]
    if not known:
        return None
    sets = sorted({name for h in known for name in h["overlap"]})
    drawn = sorted(known, key=lambda h: (-sum(h["overlap"].values()), str(h["holder"])))[:BARS]
    series = [
        {
            "type": "bar", "stack": "ours", "name": name, "barMaxWidth": 22, "itemStyle": {"color": COLOURS[n % len(COLOURS)]},
            "data": [h["overlap"].get(name, 0) for h in drawn],
        }
        for n, name in enumerate(sets)
    ]  # fmt: skip
    option = {
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "legend": {"bottom": 0},
        "grid": {"left": 8, "right": 30, "top": 8, "bottom": 34, "containLabel": True},
        "xAxis": {"type": "value", "minInterval": 1},
        "yAxis": {
            "type": "category",
            "inverse": True,
            "data": [str(h["holder"]) for h in drawn],
            "axisLabel": {"width": 220, "overflow": "truncate"},
        },
        "series": series,
    }
    heads = [Column(key="holder", title=say("holdings.holder"))]
    heads += [Column(key=f"set-{n}", title=name, kind="number") for n, name in enumerate(sets)]
    rows: list[dict[str, Cell]] = [
        {"holder": str(h["holder"])} | {f"set-{n}": h["overlap"].get(name, 0) for n, name in enumerate(sets)}
        for h in known
    ]
    first = drawn[0]
    words = say("holdings.ours_words", n=len(known), holder=first["holder"], most=f"{sum(first['overlap'].values()):,}")
    words += f" {say('holdings.ours_more', n=more)}" if more else ""
    table = Table(name="ours", title=say("holdings.ours"), columns=heads, rows=rows[:PAIRS], total=len(rows))
    return Chart(name="ours", title=say("holdings.ours"), words=words, option=option, table=table)


def common(pairs: Sequence[Mapping[str, Any]], say: Words) -> Chart | None:
    """Who has persons in common with whom; ``None`` where nobody has."""
    drawn = square(pairs)
    if drawn is None:
        return None
    cells = [[x, y, cell.persons] for y, row in enumerate(drawn.rows) for x, cell in enumerate(row) if cell is not None]
    axis = {"type": "category", "data": list(drawn.names), "splitArea": {"show": True}}
    option = {
        "tooltip": {},
        "grid": {"left": 8, "right": 20, "top": 8, "bottom": 60, "containLabel": True},
        "xAxis": {**axis, "axisLabel": {"rotate": 40, "width": 130, "overflow": "truncate", "interval": 0}},
        "yAxis": {**axis, "inverse": True, "axisLabel": {"width": 170, "overflow": "truncate", "interval": 0}},
        "visualMap": {
            "min": 0, "max": max(c[2] for c in cells), "orient": "horizontal", "left": "center", "bottom": 0,
            "inRange": {"color": ["#e4ecf2", SQUARE]}, "text": [say("holdings.many"), say("holdings.few")],
        },
        "series": [{"type": "heatmap", "name": say("holdings.persons"), "data": cells, "label": {"show": len(drawn.names) <= 12}}],
    }  # fmt: skip
    best = pairs[0]
    told = say("holdings.common_words", a=best["a"], b=best["b"], persons=f"{best['persons']:,}", n=len(pairs))
    hidden = f" {say('holdings.hidden', n=drawn.hidden)}" if drawn.hidden else ""
    table = _pairs("common", say("holdings.common"), pairs, say)
    return Chart(
        name="common", title=say("holdings.common"), words=told + hidden, option=option, table=table, height="high"
    )


def arrows(made: Sequence[Mapping[str, Any]], say: Words) -> Chart | None:
    """Which file was made of which; ``None`` where none is known to have been."""
    drawn, told = drawing(made), report_words(say.lang)
    if drawn is None:
        return None
    at = {box.path: n for n, box in enumerate(drawn.boxes)}
    nodes = [
        {
            "id": str(n),
            "name": box.path,
            "x": box.x,
            "y": box.y,
            "label": {"formatter": box.label.replace("{", "(").replace("}", ")")},
        }
        for n, box in enumerate(drawn.boxes)
    ]
    shown = sorted(made, key=lambda m: (-float(m["share"]), m["of"], m["file"]))[: len(drawn.arrows)]
    links = [
        {
            "source": str(at[m["of"]]), "target": str(at[m["file"]]),
            "label": {"show": True, "formatter": told.name("lineage_word", m["how"])},
            **({"symbol": ["none", "none"]} if m["either"] else {}),
        }
        for m in shown
    ]  # fmt: skip
    option = {
        "tooltip": {},
        "series": [{
            "type": "graph", "layout": "none", "symbol": "rect", "symbolSize": [12, 12], "data": nodes, "links": links,
            "edgeSymbol": ["none", "arrow"], "edgeSymbolSize": 8, "label": {"show": True, "position": "bottom"},
            "lineStyle": {"color": "#808590", "curveness": 0.1}, "itemStyle": {"color": SQUARE}, "left": 90, "right": 90,
        }],
    }  # fmt: skip
    rows: list[dict[str, Cell]] = [
        {"sentence": _sentence(m, say), "because": because(m, told), "file": m["file"], "of": m["of"]} for m in made
    ]
    heads = [
        Column(key="sentence", title=say("holdings.lineage")), Column(key="because", title=say("holdings.because")),
        Column(key="file", title=say("holdings.file"), kind="code"), Column(key="of", title=say("holdings.of"), kind="code"),
    ]  # fmt: skip
    table = Table(name="lineage", title=say("holdings.lineage"), columns=heads, rows=rows[:PAIRS], total=len(rows))
    files = len({m["file"] for m in made})
    words = f"{say('holdings.lineage_words', n=files)} {say('holdings.lineage_way')}"
    return Chart(name="lineage", title=say("holdings.lineage"), words=words, option=option, table=table)


def _sentence(made: Mapping[str, Any], say: Words) -> str:
    """Which file was made of which, where that can be told."""
    if made["either"]:
        return say("holdings.lineage_either", file=cut(made["file"]), of=cut(made["of"]))
    return lineage(made, report_words(say.lang))


def _pairs(name: str, title: str, pairs: Sequence[Mapping[str, Any]], say: Words) -> Table:
    heads = [
        Column(key="a", title=say("holdings.one")), Column(key="b", title=say("holdings.other")),
        Column(key="persons", title=say("holdings.persons_common"), kind="number"),
    ]  # fmt: skip
    rows: list[dict[str, Cell]] = [{k: p[k] for k in ("a", "b", "persons")} for p in pairs[:PAIRS]]
    return Table(name=name, title=title, columns=heads, rows=rows, total=len(pairs))


def same(groups: Sequence[Sequence[str]], say: Words) -> Table:
    """Files with the same bytes."""
    rows: list[dict[str, Cell]] = [{"files": ", ".join(group), "n": len(group)} for group in groups]
    heads = [
        Column(key="files", title=say("holdings.files")),
        Column(key="n", title=say("holdings.count"), kind="number"),
    ]
    return Table(name="same", title=say("holdings.same"), columns=heads, rows=rows[:PAIRS], total=len(rows))

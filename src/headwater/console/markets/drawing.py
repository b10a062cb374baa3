"""A market's layers as a chart: where everybody stands is worked out here, and the browser only draws."""

from __future__ import annotations

from typing import Any

from headwater.casework.reports.figures import number, percent
from headwater.casework.reports.market.bands import Band
from headwater.casework.reports.market.glyphs import GLYPHS
from headwater.casework.reports.market.people import ROLES, UNKNOWN, Person
from headwater.casework.reports.market.picture import Node, Picture, thickness
from headwater.casework.reports.market.ties import Tie
from headwater.casework.reports.visible import visible
from headwater.casework.reports.words import Words
from headwater.console.markets.layers import BESIDE, Layers
from headwater.console.markets.ways import Ways
from headwater.console.models import Cell, Chart, Column, Link, Table

TALL = 500
LABEL = 14
"""So many characters of a name stand beside its sign; the whole one is in the table."""
COLOURS = {
    "customer": "#7d828b", "shop": "#2e8b8b", "middleman": "#3c7fb4", "source": "#c2603f", "escrow": "#a9812a",
    "mule": "#9a63a8", "head": "#b0445f", UNKNOWN: "#8a8a8a",
}  # fmt: skip
"""Read on light and on dark ground; each role has a shape too."""
TIE = "#8497a6"


def chart(drawn: Layers, ways: Ways, say: Words, told: Words, words: str) -> Chart:
    """The picture. ``say``: the console's words; ``told``: the reports'; ``words``: the sentence that says what is seen."""
    return Chart(
        name="market",
        title=told("network.picture"),
        words=words,
        option=_option(drawn, ways, say, told),
        table=_table(drawn, ways, say, told),
        height="high" if drawn.picture.height > TALL else "middle",
    )


def name_of(node: Person | Band, told: Words) -> str:
    """A person's name with the id, or how many of which role a band holds."""
    if isinstance(node, Person):
        return node.id if node.label == node.id else f"{visible(node.label)} ({node.id})"
    tier = told("network.no_tier") if node.tier is None else tier_name(node.tier, told)
    role = told.name("network.role", node.role)
    return f"{told('network.band', n=number(len(node.people)), role=role)} · {tier}"


def tier_name(tier: int, told: Words) -> str:
    """A layer's heading."""
    return told("network.tier_n", n=tier) if tier else told("network.tier_0")


def href_of(node: Person | Band, ways: Ways) -> str:
    """Where a node leads: a person to the picture around him, a band to the picture of its people."""
    if isinstance(node, Person):
        return ways.picture(person=node.id)
    return ways.picture(tier=BESIDE if node.tier is None else node.tier, role=node.role)


def _option(drawn: Layers, ways: Ways, say: Words, told: Words) -> dict[str, Any]:
    picture = drawn.picture
    nodes = [_node(node, ways, told) for node in picture.nodes]
    at = {_thing(node).id: n for n, node in enumerate(picture.nodes)}
    called = {_thing(node).id: name_of(_thing(node), told) for node in picture.nodes}
    edges = [_edge(tie, at, called, drawn.most, say) for tie in reversed(drawn.ties[: drawn.shown])]
    roles = [r for r in (*ROLES, UNKNOWN) if any(node.role == r for node in picture.nodes)]
    hidden = {"type": "value", "show": False}
    return {
        "tooltip": {"show": True},
        "legend": {
            "top": 0,
            "selectedMode": False,
            "data": [{"name": told.name("network.role", r), "icon": f"path://{GLYPHS[r]}"} for r in roles],
        },
        "grid": {"left": 8, "right": 8, "top": 34, "bottom": 8},
        "xAxis": {**hidden, "min": 0, "max": picture.width},
        "yAxis": {**hidden, "min": 0, "max": picture.height, "inverse": True},
        "dataZoom": [
            {"type": "inside", "xAxisIndex": 0, "filterMode": "none", "zoomOnMouseWheel": "ctrl"},
            {"type": "inside", "yAxisIndex": 0, "filterMode": "none", "zoomOnMouseWheel": "ctrl"},
        ],
        "series": [_headings(picture, told), _graph(nodes, edges, roles, told)],
    }


def _graph(nodes: list[Any], edges: list[Any], roles: list[str], told: Words) -> dict[str, Any]:
    return {
        "type": "graph",
        "layout": "none",
        "coordinateSystem": "cartesian2d",
        "categories": [
            {"name": told.name("network.role", r), "itemStyle": {"color": COLOURS[r]}, "symbol": f"path://{GLYPHS[r]}"}
            for r in roles
        ],
        "data": nodes,
        "edges": edges,
        "edgeSymbol": ["none", "arrow"],
        "edgeSymbolSize": 5,
        "lineStyle": {"color": TIE, "opacity": 0.55, "curveness": 0.12},
        "label": {"fontSize": 11},
        "labelLayout": {"hideOverlap": True},
        "emphasis": {"focus": "adjacency", "lineStyle": {"opacity": 0.9}},
    }


def _headings(picture: Picture, told: Words) -> dict[str, Any]:
    """The names of the layers above them; and of the lane below, of those who have no tier."""
    spots: list[tuple[float, float, str, str]] = [
        (x, 20.0, tier_name(tier, told), "top") for x, tier in picture.columns
    ]
    if picture.lane is not None:
        spots.append((6.0, picture.lane + 14, told("network.no_tier"), "right"))
    return {
        "type": "scatter",
        "silent": True,
        "symbolSize": 1,
        "itemStyle": {"color": "transparent"},
        "data": [
            {"value": [x, y], "name": text, "label": {"show": True, "formatter": "{b}", "position": where}}
            for x, y, text, where in spots
        ],
        "label": {"fontSize": 12},
    }


def _thing(node: Node) -> Person | Band:
    thing = node.person or node.band
    assert thing is not None
    return thing


def _node(node: Node, ways: Ways, told: Words) -> dict[str, Any]:
    thing = _thing(node)
    label = f"+{number(len(node.band.people))}" if node.band else node.label
    colour = COLOURS[node.role]
    known = not isinstance(thing, Person) or thing.own
    dashed = isinstance(thing, Person) and not thing.told
    found: dict[str, Any] = {
        "id": thing.id,
        "name": name_of(thing, told),
        "value": [node.x, node.y],
        "symbolSize": round(node.size * 2, 1),
        "category": told.name("network.role", node.role),
        "itemStyle": {"color": colour} if known else {"color": "transparent"},
        "tooltip": {"formatter": _plain(_node_words(thing, told))},
        "href": href_of(thing, ways),
    }
    found["itemStyle"] |= {"borderColor": colour, "borderWidth": 2, **({"borderType": "dashed"} if dashed else {})}
    if label:
        position = "left" if node.left else "right"
        found["label"] = {"show": True, "position": position, "formatter": _plain(_short(visible(label)))}
    return found


def _node_words(thing: Person | Band, told: Words) -> str:
    if isinstance(thing, Person):
        sums = {w: _both(thing.known.get(f"{w}_low"), thing.known.get(f"{w}_high")) for w in ("gains", "paid")}
        role, signs = _role_words(thing, told), [told(f"network.{sign}") for sign in _signs(thing)]
    else:
        sums = {"gains": _both(thing.gains_low, thing.gains_high), "paid": _both(thing.paid_low, thing.paid_high)}
        role, signs = "", []
    money = (f"{told(f'network.{w}')} {sums[w]} {told('network.unit')}" for w in sums)
    return "\n".join(filter(None, [name_of(thing, told), role, *money, *signs]))


def _role_words(person: Person, told: Words) -> str:
    """A role with how sure it is: nobody is called something in a picture as though it were known."""
    role, sure = told.name("network.role", person.role), person.known.get("confidence")
    return f"{role} ({told('network.role_sure')}: {percent(sure)})" if sure and person.role != UNKNOWN else role


def _signs(person: Person) -> list[str]:
    """How a person's sign is drawn, where it is not plain."""
    return [sign for sign, there in (("hollow", not person.own), ("dashed", not person.told)) if there]


def _edge(tie: Tie, at: dict[str, int], called: dict[str, str], most: float, say: Words) -> dict[str, Any]:
    line: dict[str, Any] = {"width": thickness(tie.amount, most)}
    if not tie.amount:
        line["type"] = "dashed" if tie.inferred else "dotted"
    sums = say("network.tie_words", amount=number(tie.amount), matched=number(tie.matched), n=number(tie.orders))
    if tie.bridged:
        sums += f"\n{say('network.bridged_words', n=number(tie.bridged))}"
    return {
        "source": at[tie.payer],
        "target": at[tie.payee],
        "lineStyle": line,
        "tooltip": {"formatter": _plain(f"{called[tie.payer]} → {called[tie.payee]}\n{sums}")},
    }


def _table(drawn: Layers, ways: Ways, say: Words, told: Words) -> Table:
    things = {_thing(node).id: _thing(node) for node in drawn.picture.nodes}
    links = {name: Link(text=name_of(thing, told), href=href_of(thing, ways)) for name, thing in things.items()}
    columns = [
        Column(key="payer", title=say("network.payer")),
        Column(key="payee", title=say("network.payee")),
        Column(key="amount", title=say("network.amount"), kind="money"),
        Column(key="matched", title=say("network.matched"), kind="money"),
        Column(key="orders", title=say("network.orders"), kind="number"),
        Column(key="bridged", title=say("network.bridged"), kind="number"),
        Column(key="shown", title=say("network.basis")),
    ]
    rows: list[dict[str, Cell]] = [
        {
            "payer": links[tie.payer],
            "payee": links[tie.payee],
            "amount": tie.amount,
            "matched": tie.matched,
            "orders": tie.orders,
            "bridged": tie.bridged,
            "shown": told("network.inferred") if tie.inferred else say("network.seen"),
        }
        for tie in drawn.ties[: drawn.shown]
    ]
    return Table(name="ties", title=say("network.ties"), columns=columns, rows=rows, total=len(drawn.ties))


def _both(low: Any, high: Any) -> str:
    return number(low) if low == high or high is None else f"{number(low)} / {number(high)}"


def _short(text: str) -> str:
    return text if len(text) <= LABEL else f"{text[: LABEL - 1]}…"


def _plain(text: str) -> str:
    """A text that a chart shows as it is: its templates begin with a brace."""
    return text.replace("{", "｛").replace("}", "｝")

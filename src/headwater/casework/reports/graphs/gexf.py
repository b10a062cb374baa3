"""GEXF 1.3: Gephi's own format, with the months in which a tie lived."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from headwater.casework.reports.graphs.graph import Graph, Value, graph
from headwater.casework.reports.graphs.xml_text import attribute, kind_of

XMLNS = "http://gexf.net/1.3"
_MONTH = re.compile(r"\d{4}-\d\d")


def export(result: Mapping[str, Any]) -> dict[str, bytes]:
    """One file: people as nodes, what one paid another as directed edges with the spells (months) of the payments."""
    return {"network.gexf": "\n".join(_lines(graph(result))).encode("utf-8")}


def _lines(found: Graph) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f'<gexf xmlns="{XMLNS}" version="1.3">'
    yield '<graph defaultedgetype="directed" mode="dynamic" timeformat="date" timerepresentation="interval">'
    columns = {}
    for of, several in (("node", list(found.nodes.values())), ("edge", [e.values for e in found.edges])):
        columns[of] = {
            name: kind_of([values[name] for values in several if name in values])
            for name in dict.fromkeys(key for values in several for key in values if key != "label")
        }
        yield f'<attributes class="{of}" mode="static">'
        for name, kind in columns[of].items():
            yield f'<attribute id="{name}" title="{name}" type="{kind}"/>'
        yield "</attributes>"
    yield "<nodes>"
    for name, values in found.nodes.items():
        yield f'<node id="{attribute(name)}" label="{attribute(values["label"])}">{_values(values)}</node>'
    yield "</nodes>"
    yield "<edges>"
    for n, edge in enumerate(found.edges):
        ends = f'source="{attribute(edge.one)}" target="{attribute(edge.other)}"'
        weight = attribute(max(float(edge.values["amount"]), 0.01))
        yield f'<edge id="{n}" {ends} weight="{weight}">{_values(edge.values)}{_spells(edge.months)}</edge>'
    yield "</edges>"
    yield "</graph>"
    yield "</gexf>\n"


def _values(values: Mapping[str, Value]) -> str:
    told = "".join(
        f'<attvalue for="{name}" value="{attribute(value)}"/>' for name, value in values.items() if name != "label"
    )
    return f"<attvalues>{told}</attvalues>"


def _spells(months: tuple[str, ...]) -> str:
    """A spell for each month; a month that is none (of a hostile or older result) has no spell."""
    told = "".join(f'<spell start="{m}-01" end="{_next(m)}-01"/>' for m in months if _MONTH.fullmatch(m))
    return f"<spells>{told}</spells>" if told else ""


def _next(month: str) -> str:
    year, number = int(month[:4]), int(month[5:7])
    return f"{year + 1:04d}-01" if number >= 12 else f"{year:04d}-{number + 1:02d}"

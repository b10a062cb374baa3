"""GraphML: read by yEd, Gephi, Cytoscape, NetworkX, igraph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from headwater.casework.reports.graphs.graph import Graph, Value, graph
from headwater.casework.reports.graphs.xml_text import attribute, kind_of

XMLNS = "http://graphml.graphdrawing.org/xmlns"


def export(result: Mapping[str, Any]) -> dict[str, bytes]:
    """One file: people as nodes, what one paid another as directed edges."""
    return {"network.graphml": "\n".join(_lines(graph(result))).encode("utf-8")}


def _lines(found: Graph) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f'<graphml xmlns="{XMLNS}">'
    for of, several in (("node", list(found.nodes.values())), ("edge", [e.values for e in found.edges])):
        for name in dict.fromkeys(key for values in several for key in values):
            kind = kind_of([values[name] for values in several if name in values])
            yield f'<key id="{of[0]}_{name}" for="{of}" attr.name="{name}" attr.type="{kind}"/>'
    if found.edges:
        yield '<key id="e_months" for="edge" attr.name="months" attr.type="string"/>'
    yield '<graph id="network" edgedefault="directed">'
    for name, values in found.nodes.items():
        yield f'<node id="{attribute(name)}">{_data("n", values)}</node>'
    for edge in found.edges:
        months = f'<data key="e_months">{attribute(" ".join(edge.months))}</data>'
        ends = f'source="{attribute(edge.one)}" target="{attribute(edge.other)}"'
        yield f"<edge {ends}>{_data('e', edge.values)}{months}</edge>"
    yield "</graph>"
    yield "</graphml>\n"


def _data(of: str, values: Mapping[str, Value]) -> str:
    return "".join(f'<data key="{of}_{name}">{attribute(value)}</data>' for name, value in values.items())

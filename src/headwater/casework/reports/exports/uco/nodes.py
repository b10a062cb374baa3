"""Nodes of a CASE graph: names that follow from what they are, and values with their types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from uuid import uuid5

from headwater.casework.reports.exports.moments import moment
from headwater.casework.reports.graphs.stix_things import OURS
from headwater.casework.reports.visible import visible

Node = dict[str, Any]

_UCO = "https://ontology.unifiedcyberontology.org/uco/"
_ROOMS = (
    "action",
    "analysis",
    "configuration",
    "core",
    "identity",
    "observable",
    "role",
    "tool",
    "types",
    "vocabulary",
)

CONTEXT: Mapping[str, str] = MappingProxyType(
    {
        "case-investigation": "https://ontology.caseontology.org/case/investigation/",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        **{f"uco-{room}": f"{_UCO}{room}/" for room in _ROOMS},
    }
)


@dataclass(frozen=True, slots=True)
class Graph:
    """The nodes of one case, in the order in which they were made."""

    seed: str
    zone: str
    nodes: dict[str, Node] = field(default_factory=dict, repr=False)

    def name(self, kind: str, key: str) -> str:
        """The name of a node: a UUID of the case, the kind and the thing."""
        return f"urn:uuid:{uuid5(OURS, visible(f'case|{self.seed}|{kind}|{key}'))}"

    def add(self, kind: str, key: str, /, **properties: Any) -> str:
        """Put a node in, unless it is there; gives its name. Underscores part a prefix from its word, as in ``uco_core__name``."""
        name = self.name(kind, key)
        if name not in self.nodes:
            told = {_property(word): value for word, value in properties.items() if value not in (None, "", [], ())}
            self.nodes[name] = {"@id": name, "@type": kind, **told}
        return name

    def facet(self, kind: str, key: str, /, **properties: Any) -> Node:
        """A facet or another node that belongs to one object alone, to be written inside of it."""
        told = {_property(word): value for word, value in properties.items() if value not in (None, "", [], ())}
        return {"@id": self.name(kind, key), "@type": kind, **told}

    def time(self, value: Any) -> Node | None:
        """A moment of the result, nothing where there is none."""
        when = moment(value, self.zone)
        return None if when is None else {"@type": "xsd:dateTime", "@value": when.isoformat()}


def text(value: Any) -> str:
    """A text of the result: what would hide or reorder it is spelled out."""
    return visible(str(value)) if value is not None else ""


def refs(names: Iterable[str]) -> list[Node]:
    """References to nodes, each once."""
    return [{"@id": name} for name in dict.fromkeys(names)]


def whole(value: Any) -> Node | None:
    """A whole number as the integer of XML Schema."""
    known = isinstance(value, int) and not isinstance(value, bool)
    return {"@type": "xsd:integer", "@value": str(value)} if known else None


def _property(word: str) -> str:
    room, _, name = word.rpartition("__")
    return f"{room.replace('_', '-')}:{name}"

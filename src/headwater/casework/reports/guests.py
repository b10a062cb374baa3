"""Sections of the report that other parts of the program bring along: each is rendered where its key is in the result.

A part adds a template, its words and, where it needs one, a style sheet of the same name; nothing else of the report is touched.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Guest:
    """A section with a key of the result, its template and the anchor that leads to it."""

    key: str
    template: str
    anchor: str


WHOLE = (
    Guest("prevention", "prevention.html.j2", "prevention"),
    Guest("duties", "duties.html.j2", "duties"),
)
"""Sections about the whole case. In such a template stand ``result``, ``guest`` and what every template has; it makes its own
``<section id="{{ guest.anchor }}" aria-labelledby="{{ guest.anchor }}-h">`` with one ``<h2>``."""

OF_INCIDENT = (
    Guest("verdict", "incident_verdict.html.j2", "verdict"),
    Guest("prevention", "incident_prevention.html.j2", "prevented"),
)
"""Pieces within an incident's article, below its head. ``incident`` and its number ``n`` are there; headings begin with ``<h4>``."""

OF_FINDING = (Guest("verdict", "finding_verdict.html.j2", "verdict"),)
"""Pieces within a finding: ``f`` and ``loop.index`` are there."""


def present(guests: tuple[Guest, ...], holder: Mapping[str, Any]) -> tuple[Guest, ...]:
    """The guests whose key holds something in ``holder`` and whose template has been brought along."""
    return tuple(g for g in guests if holder.get(g.key) and _there(g.template))


def styles(guests: tuple[Guest, ...]) -> str:
    """The style sheets of some guests, for those that have one."""
    names = [g.template.replace(".html.j2", ".css") for g in guests]
    return "".join((files(_PACKAGE) / "templates" / name).read_text("utf-8") for name in names if _there(name))


_PACKAGE = "headwater.casework.reports"


def _there(name: str) -> bool:
    return (files(_PACKAGE) / "templates" / name).is_file()

"""Why something of a market is held to be so: sentences with their weight and the lines that they rest on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from pydantic import Field

from headwater.casework.reports.figures import number, percent
from headwater.casework.reports.market.both_sides import both_sides
from headwater.casework.reports.market.people import Person
from headwater.casework.reports.records import records
from headwater.casework.reports.sides import Point
from headwater.casework.reports.words import Words
from headwater.console.models import Shown

CITED = 40
"""So many lines of one sentence are shown; how many more there are is said."""


UNSEEN: Mapping[str, Any] = MappingProxyType({"inferred": True})
"""A step of a path that no hop tells of."""


class Reason(Shown):
    """A sentence; `bits` is its weight, negative where it speaks against."""

    text: str
    bits: float | None = None
    lines: list[str] = Field(default_factory=list)
    """Files and lines that it rests on, as `file:line`."""
    more_lines: int = 0
    tag: str = ""
    """What kind of thing it is, in a word or two."""


def reasons(statements: object) -> list[Reason]:
    """Statements of a result."""
    return [
        reason(str(s.get("text") or ""), _bits(s.get("bits")), records(s.get("evidence"))) for s in records(statements)
    ]


def reason(text: str, bits: float | None, evidence: Iterable[Mapping[str, Any]], tag: str = "") -> Reason:
    """A sentence with its lines."""
    lines = cited(evidence)
    return Reason(text=text, bits=bits, lines=lines[:CITED], more_lines=max(0, len(lines) - CITED), tag=tag)


def cited(evidence: Iterable[Mapping[str, Any]]) -> list[str]:
    """Lines as ``file:line``, each once."""
    return list(dict.fromkeys(f"{e.get('source')}:{e.get('line')}" for e in evidence))


def sides(
    person: Person, entry: Mapping[str, Any] | None, orders: list[dict[str, Any]], told: Words
) -> tuple[list[Reason], list[Reason]]:
    """What speaks against a graded person and what for him, as the report has it; of all others the facts alone, and nothing."""
    found = both_sides(person, entry, orders)
    if found is None:
        return reasons(person.known.get("facts")), []
    against, speaks_for = ([_said(point, told) for point in side] for side in (found.against, found.speaks_for))
    return against, speaks_for


def _said(point: Point, told: Words) -> Reason:
    tag = told(f"sides.tag_{point.kind}") if f"sides.tag_{point.kind}" in told.texts else ""
    return reason(point.text or _sentence(point, told), point.bits, point.evidence, tag)


def _sentence(point: Point, told: Words) -> str:
    known = point.values or {}
    if point.kind == "counted":
        groups = [
            told("sides.counted_group", n=number(n), group=told.name("group", g)) for g, n in known["items"].items()
        ]
        return told("sides.counted", items=", ".join(groups) or "0", gains=number(known["gains"]))
    if point.kind == "low_grade":
        return told(
            "sides.low_grade", low=told.name("grade", known["low"]), high=told.name("grade", known["high"] or "")
        )
    if point.kind == "unsure_role":
        return told("sides.unsure_role", p=percent(known["confidence"]))
    if point.kind == "inferred":
        return told("sides.inferred", inferred=number(known["inferred"]), n=number(known["steps"]))
    return told("sides.by_others")


def _bits(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None

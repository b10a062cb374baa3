"""What speaks against a person of the market and what speaks for him: of everybody with a grade, on the same card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from headwater.casework.reports.market.people import Person, amount
from headwater.casework.reports.records import records
from headwater.casework.reports.sides import Point, Sides

SURE = 0.9
"""A role that is less sure than this is said to be so."""
FEW = 3
"""So many links of accounts that were doubted or parted are told."""


def both_sides(person: Person, entry: Mapping[str, Any] | None, orders: Sequence[Mapping[str, Any]]) -> Sides | None:
    """The columns of a graded person; ``None`` for whom nothing is graded. ``orders`` are those with this person on their path."""
    if entry is None:
        return None
    facts = records(person.known.get("facts"))
    against = [
        Point("statement", str(f.get("text") or ""), _bits(f), records(f.get("evidence")))
        for f in facts
        if (_bits(f) or 0) >= 0
    ]
    against += _counted(entry)
    less = [
        Point("statement", str(f.get("text") or ""), _bits(f), records(f.get("evidence")))
        for f in facts
        if (_bits(f) or 0) < 0
    ]
    speaks_for = [*less, *_low(entry), *_seen(person), *_doubted(person), *_inferred(person, orders)]
    return Sides(person.known, tuple(sorted(against, key=lambda p: -(p.bits or 0))), tuple(speaks_for))


def _counted(entry: Mapping[str, Any]) -> list[Point]:
    """What is counted at the most: items of each group, and gains."""
    items, gains = entry.get("items"), entry.get("gains")
    groups = items.items() if isinstance(items, Mapping) else ()
    high = {str(g): _side(v, "high") for g, v in groups if _side(v, "high")}
    return [Point("counted", "", None, (), {"items": high, "gains": _side(gains, "high")})]


def _low(entry: Mapping[str, Any]) -> list[Point]:
    """That the low count gives a lighter grade than the high one."""
    low, high = entry.get("low"), entry.get("high")
    one, other = (side.get("grade") if isinstance(side, Mapping) else None for side in (low, high))
    return [Point("low_grade", "", None, (), {"low": one, "high": other})] if one != other and one else []


def _seen(person: Person) -> list[Point]:
    """That nothing of the person's own was read, and that the role is not sure."""
    found = [] if person.own else [Point("by_others", "")]
    confidence = person.known.get("confidence")
    if isinstance(confidence, int | float) and confidence < SURE:
        found.append(Point("unsure_role", "", None, (), {"confidence": confidence}))
    return found


def _doubted(person: Person) -> list[Point]:
    """What speaks against two accounts being one person's, and what people said of that."""
    told = []
    for link in records(person.known.get("links")):
        less = [s for s in records(link.get("statements")) if (_bits(s) or 0) < 0]
        told += [Point("link", str(s.get("text") or ""), _bits(s), records(s.get("evidence"))) for s in less]
    return told[:FEW]


def _inferred(person: Person, orders: Sequence[Mapping[str, Any]]) -> list[Point]:
    """How many steps of this person are inferred: no message or payment shows them."""
    hops = [h for o in orders for h in records(o.get("hops")) if person.id in (h.get("from"), h.get("to"))]
    inferred = sum(bool(h.get("inferred")) for h in hops)
    return [Point("inferred", "", None, (), {"inferred": inferred, "steps": len(hops)})] if inferred else []


def _side(value: Any, side: str) -> float:
    return amount(value.get(side)) if isinstance(value, Mapping) else amount(value)


def _bits(statement: Mapping[str, Any]) -> float | None:
    value = statement.get("bits")
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None

"""The people of a result's market, as the report needs them; a result of any version is read, and what it lacks is empty."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from headwater.casework.reports.records import records

ROLES = ("customer", "shop", "middleman", "source", "escrow", "mule", "head")
"""Roles that have a glyph of their own; whatever else is said is drawn as unknown."""

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """One person: ``anchor`` leads to the card, ``strength`` is the most money that passed (received or paid).

    ``own`` says that a device or a bill of the person was read; ``told``: somebody's message or payment shows the person (if
    not, all that is known is inferred). ``known`` is the person as the result has it.
    """

    id: str
    label: str
    anchor: str
    role: str
    tier: float | None
    strength: float
    own: bool
    told: bool
    known: Mapping[str, Any] = field(repr=False)


def people(network: Mapping[str, Any]) -> tuple[Person, ...]:
    """Everybody, in the order of the result. Anchors are numbered: nothing of an input becomes part of one."""
    entries = records(network.get("people"))
    told = _told(network)
    return tuple(_person(entry, n, told) for n, entry in enumerate(entries, 1))


def strongest(everybody: Iterable[Person], first: Iterable[str] = ()) -> list[Person]:
    """People in the order in which they are shown: those of ``first`` before all others, then by money."""
    place = {name: n for n, name in enumerate(first)}
    return sorted(everybody, key=lambda p: (place.get(p.id, len(place)), -p.strength, p.id))


def amount(value: Any) -> float:
    """A sum, or zero where none is told."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0


def _person(entry: Mapping[str, Any], number: int, told: frozenset[str]) -> Person:
    name, tier = str(entry.get("id") or ""), entry.get("tier")
    sums = [entry.get(f"{what}{side}") for what in ("gains", "paid") for side in ("", "_high")]
    return Person(
        id=name,
        label=_label(entry, name),
        anchor=f"person-{number}",
        role=_role(entry),
        tier=float(tier) if isinstance(tier, int | float) and not isinstance(tier, bool) else None,
        strength=max(map(amount, sums)),
        own=bool(entry.get("seized") or entry.get("bills")),
        told=name in told or bool(entry.get("seized") or entry.get("bills")),
        known=entry,
    )


def _role(entry: Mapping[str, Any]) -> str:
    several = entry.get("roles")
    finer = "head" if isinstance(several, Sequence) and not isinstance(several, str) and "head" in several else ""
    role = finer or str(entry.get("role") or "")
    return role if role in ROLES else UNKNOWN


def _label(entry: Mapping[str, Any], name: str) -> str:
    """A nickname says most to who has read the chats; then a masked name, then whatever there is."""
    details = records(entry.get("alias_details"))
    for kind in ("nickname", "name", "remark"):
        if found := [str(d.get("value") or "") for d in details if d.get("kind") == kind]:
            return found[0]
    plain = entry.get("aliases")
    if isinstance(plain, Sequence) and not isinstance(plain, str) and plain:
        first = plain[0]
        return str(first.get("value") or name) if isinstance(first, Mapping) else str(first)
    return name


def _told(network: Mapping[str, Any]) -> frozenset[str]:
    """Whoever a message or a payment shows."""
    found: set[str] = set()
    for order in records(network.get("orders")):
        for hop in records(order.get("hops")):
            if not hop.get("inferred"):
                found |= {str(hop.get("from")), str(hop.get("to"))}
    for flow in records(network.get("flows")):
        found |= {str(flow.get("from")), str(flow.get("to"))}
    return frozenset(found)

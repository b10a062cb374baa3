"""The market that a made world really holds: its people, what they sold, and the paths of their orders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from headwater.evaluation.record import Record

ROLES = ("customer", "middleman", "source", "shop", "escrow", "mule")
NUMBERS = ("id_number", "plate")
"""Keys of a subject of which the answer shows one, masked."""


@dataclass(frozen=True, slots=True)
class TruePerson:
    """A member of the market. ``tier`` is 0 for customers and rises toward the source; ``None`` for escrow and mules.

    ``gains``: what was received and not given back, what was passed up not deducted; ``paid``: what was passed up and not got back.
    """

    id: str
    name: str
    role: str
    tier: int | None
    visible: tuple[str, ...]
    gains: float
    paid: float
    items: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class TrueOrder:
    """An order of one person's data, from the customer to the source; ``seen`` is what the seized material shows.

    ``numbers``: of the person's identity papers and vehicles, by which somebody may have asked instead.
    """

    id: str
    name: str
    phone: str
    category: str
    time: datetime
    path: tuple[str, ...]
    seen: tuple[str, ...]
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Network:
    """All members and orders. ``bystanders`` are the aliases of people outside the market, one tuple a person."""

    people: tuple[TruePerson, ...]
    orders: tuple[TrueOrder, ...]
    bystanders: tuple[tuple[str, ...], ...] = ()


def network_of(record: Record) -> Network:
    """The network that an object of ``truth.json`` says."""
    return Network(
        people=tuple(_person(each) for each in record.each("people")),
        orders=tuple(_order(each) for each in record.each("orders")),
    )


def _person(record: Record) -> TruePerson:
    return TruePerson(
        id=record.text("id"),
        name=record.text("name", ""),
        role=record.text("role"),
        tier=int(record.number("tier")) if "tier" in record else None,
        visible=record.texts("visible_aliases"),
        gains=record.number("gains", 0) - record.number("refunds_given", 0),
        paid=record.number("paid", 0) - record.number("refunds_got", 0),
        items=counts_of(record.at("items")),
    )


def counts_of(record: Record) -> dict[str, int]:
    """Counts by name, in the order of names."""
    return {key: record.count(key) for key in sorted(record.values)}


def _order(record: Record) -> TrueOrder:
    subject = record.at("subject")
    return TrueOrder(
        id=record.text("id"),
        name=subject.text("name", ""),
        phone=subject.text("phone", ""),
        category=record.text("category"),
        time=record.moment("time"),
        path=record.texts("path"),
        seen=record.texts("seen"),
        numbers=tuple(subject.text(key, "") for key in NUMBERS),
    )

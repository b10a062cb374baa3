"""The market as an answer says it: people with their aliases, and the paths of orders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from headwater.evaluation.record import Record

ROWS = "contact"


@dataclass(frozen=True, slots=True)
class NamedPerson:
    """One person of the answer. Empty or ``None`` where nothing is said."""

    id: str
    aliases: tuple[str, ...]
    role: str
    tier: float | None
    gains: float | None
    paid: float | None
    sold: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class NamedOrder:
    """One order of the answer: its subject as masks, and its path of people of the answer."""

    name: str
    phone: str
    category: str
    asked: datetime | None
    path: tuple[str, ...]
    number: str = ""


@dataclass(frozen=True, slots=True)
class NamedNetwork:
    """All people and orders of the answer."""

    people: tuple[NamedPerson, ...] = ()
    orders: tuple[NamedOrder, ...] = ()


def network_in(record: Record) -> NamedNetwork:
    """The network that ``result.json`` says; empty lists where it says none."""
    return NamedNetwork(
        people=tuple(_person(each) for each in record.each("people")),
        orders=tuple(_order(each) for each in record.each("orders")),
    )


def _person(record: Record) -> NamedPerson:
    return NamedPerson(
        id=str(record.get("id", "")),
        aliases=_words(record, "aliases", "value"),
        role=record.text("role", ""),
        tier=_figure(record, "tier"),
        gains=_figure(record, "gains"),
        paid=_figure(record, "paid"),
        sold=_with_rows(_sold(record.at("items")), record),
    )


def _figure(record: Record, key: str) -> float | None:
    return record.number(key) if key in record else None


def _words(record: Record, key: str, inner: str) -> tuple[str, ...]:
    """A list of texts, or of objects that hold the text under ``inner``."""
    values = record.get(key, [])
    if isinstance(values, list) and any(isinstance(value, dict) for value in values):
        return tuple(each.text(inner) for each in record.each(key))
    return record.texts(key)


def _sold(items: Record) -> dict[str, float]:
    """Items sold by category. ``{category: n}``, ``{sold: {category: n}}`` and ``{category: {sold: n}}`` are all read."""
    if isinstance(items.get("sold"), dict) or isinstance(items.get("bought"), dict):
        items = items.at("sold")
    found = {}
    for category in sorted(items.values):
        inner = items.values[category]
        found[category] = items.at(category).number("sold", 0) if isinstance(inner, dict) else items.number(category)
    return found


def _with_rows(sold: dict[str, float], record: Record) -> dict[str, float]:
    """Rows of lists that were sold are items of category ``contact``, where the answer tells them apart."""
    rows = record.number("rows_sold", 0)
    return {**sold, ROWS: rows} if rows and ROWS not in sold else sold


def _order(record: Record) -> NamedOrder:
    subject = record.at("subject")
    return NamedOrder(
        name=subject.text("name", ""),
        phone=subject.text("phone", ""),
        category=record.text("category", ""),
        asked=record.moment_or_none("asked"),
        path=_words(record, "path", "id"),
        number=subject.text("number", ""),
    )

"""The report's section on the market: what the template needs, worked out once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from headwater.casework.reports.market.bands import Cast, carded, cast, foremost
from headwater.casework.reports.market.both_sides import both_sides
from headwater.casework.reports.market.gradings import graded, gravity
from headwater.casework.reports.market.people import Person, amount, people, strongest
from headwater.casework.reports.market.picture import Picture, picture
from headwater.casework.reports.market.places import Places, places
from headwater.casework.reports.market.price_list import PriceList, price_list
from headwater.casework.reports.market.sankey import Sankey, sankey
from headwater.casework.reports.market.stories import Story, by_person, stories
from headwater.casework.reports.records import records
from headwater.casework.reports.sides import Sides
from headwater.casework.reports.visible import visible

__all__ = ["Section", "section"]


@dataclass(frozen=True, slots=True)
class Section:
    """The market of a result. ``cards`` are the people who have a card, the foremost first; ``all`` is everybody, nine lines each."""

    everybody: tuple[Person, ...]
    cards: tuple[Person, ...]
    cast: Cast
    picture: Picture
    stories: tuple[Story, ...]
    stories_of: Mapping[str, Sequence[Story]]
    orders: Sequence[Mapping[str, Any]]
    key_players: Sequence[Any]
    sales: Sequence[Mapping[str, Any]]
    prices: PriceList | None
    places: Places | None
    notes: Sequence[Any]
    graded: Sequence[Mapping[str, Any]]
    grades: Mapping[str, Mapping[str, Any]]
    all: Markup
    by_id: Mapping[str, Person]
    carded: frozenset[str]
    river: Sankey | None
    orders_of: Mapping[str, Sequence[Mapping[str, Any]]]

    def sides_of(self, person: Person) -> Sides | None:
        """What speaks against somebody with a grade and what for him; ``None`` for all others."""
        return both_sides(person, self.grades.get(person.id), self.orders_of.get(person.id, ()))

    def person(self, name: object) -> Person | None:
        """The person of that id, if there is one."""
        return self.by_id.get(str(name))


def section(result: Mapping[str, Any], shown: int) -> Section | None:
    """The section of a result, with at most ``shown`` cards; ``None`` where there is no market."""
    network = result.get("network")
    if not isinstance(network, Mapping) or not (network.get("people") or network.get("orders")):
        return None
    everybody = people(network)
    first = foremost(network)
    drawn = cast(everybody, first)
    grades = {str(entry.get("suspect")): entry for entry in records(network.get("tally"))}
    # the gravest grades first, since paper shows the first cards open; among equals the foremost and the strongest
    cards = tuple(sorted(carded(everybody, drawn, first, shown), key=lambda p: gravity(grades.get(p.id)), reverse=True))
    orders, told = records(network.get("orders")), stories(network)
    return Section(
        everybody=everybody,
        cards=cards,
        cast=drawn,
        picture=picture(network, drawn),
        stories=told,
        stories_of=by_person(told),
        orders=orders,
        key_players=list(network.get("key_players") or ()),
        sales=records(network.get("sales")),
        prices=price_list(network),
        places=places(everybody),
        notes=list(network.get("notes") or ()),
        graded=graded(network),
        grades=grades,
        all=escape(_lines(everybody, orders) if len(everybody) > len(cards) else ""),
        by_id={p.id: p for p in everybody},
        carded=frozenset(p.id for p in cards),
        river=sankey(network, everybody),
        orders_of=_orders_of(orders, frozenset(p.id for p in cards)),
    )


def _orders_of(orders: Sequence[Mapping[str, Any]], names: frozenset[str]) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """The orders on whose path each of these people stands."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for order in orders:
        path = order.get("path")
        for name in dict.fromkeys(map(str, path if isinstance(path, Sequence) and not isinstance(path, str) else ())):
            if name in names:
                found.setdefault(name, []).append(order)
    return found


def _lines(everybody: Sequence[Person], orders: Sequence[Mapping[str, Any]]) -> str:
    """Everybody, nine lines each, for the list that the page's script shows page by page."""
    counts: dict[str, int] = {}
    for order in orders:
        for name in order.get("path") or ():
            counts[str(name)] = counts.get(str(name), 0) + 1
    rows = (_row(p, counts.get(p.id, 0)) for p in strongest(everybody))
    return "\n".join(visible(str(value)) for row in rows for value in row)


def _row(person: Person, orders: int) -> tuple[object, ...]:
    sums = [amount(person.known.get(f"{what}_{side}")) for what in ("gains", "paid") for side in ("low", "high")]
    tier = "" if person.tier is None else f"{person.tier:.1f}"
    return (person.id, person.label, person.role, tier, *(f"{s:.0f}" for s in sums), orders)

"""The picture of the market: tiers as layers from the customers on the left, money as the width of ties.

Worked out here and drawn by the template as plain SVG, so that it stands without a script; a script moves the slider.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from headwater.casework.reports.market.bands import Band, Cast, column
from headwater.casework.reports.market.people import Person
from headwater.casework.reports.market.ties import Tie, ties, within

WIDTH, TOP, SIDE = 1100.0, 34.0, 128.0
LOWEST, HIGHEST, ROW = 380.0, 1250.0, 15.0
LANE = 70.0
WIDEST, HAIR = 14.0, 0.7
FEWEST_TIES, MOST_TIES = 400, 1200
MOSTLY = 0.9
"""So much of the money is drawn, where that takes more ties than the fewest and no more than the most."""
LABEL_GAP = 11.5
BAND_ROOM = 2.6
"""A band takes the height of so many people."""


@dataclass(frozen=True, slots=True)
class Node:
    """A person or a band: where, how large, and what it is. ``number`` is how ties and the script call it."""

    number: int
    x: float
    y: float
    size: float
    role: str
    person: Person | None
    band: Band | None
    label: str
    left: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A tie that is drawn: its curve and width, its sums by place of the month, the numbers of its nodes."""

    d: str
    width: float
    tie: Tie
    one: int
    other: int
    months: str


@dataclass(frozen=True, slots=True)
class Picture:
    """All that is drawn. ``left_out`` ties (with their sum) are not: they are the smallest. ``within``: what passed inside bands."""

    height: float
    columns: tuple[tuple[float, int], ...]
    lane: float | None
    nodes: tuple[Node, ...]
    lines: tuple[Line, ...]
    months: tuple[str, ...]
    most: float
    most_month: float
    total: float
    left_out: int
    left_sum: float
    within: float
    width: float = WIDTH


@dataclass(frozen=True, slots=True)
class _Spot:
    """What is to be placed."""

    id: str
    tier: int | None
    strength: float
    role: str
    person: Person | None = None
    band: Band | None = None


def picture(network: Mapping[str, Any], drawn: Cast) -> Picture:
    """Lay out the people and bands of a cast with the ties among them."""
    return laid_out(drawn, ties(network, drawn.node_of), within(network, drawn.node_of))


def laid_out(drawn: Cast, every: Sequence[Tie], inside: float) -> Picture:
    """Lay out a cast with its ties, the largest first; ``inside``: what passed between people who are drawn as one."""
    spots = [_Spot(p.id, column(p), p.strength, p.role, person=p) for p in drawn.alone]
    spots += [_Spot(b.id, b.tier, max(b.gains_high, b.paid_high), b.role, band=b) for b in drawn.bands]
    enough = enough_of(every)
    shown, rest = every[:enough], every[enough:]
    tiers = sorted({s.tier for s in spots if s.tier is not None})
    height = _height(spots, tiers)
    nodes = _place(spots, tiers, height, shown)
    number = {(s.person or s.band).id: n for n, s in enumerate(nodes)}  # type: ignore[union-attr]
    months = sorted({m for t in every for m in t.months})
    most = max((t.amount for t in every), default=0.0)
    lines = tuple(_line(t, nodes[number[t.payer]], nodes[number[t.payee]], months, most) for t in reversed(shown))
    sides = any(s.tier is None for s in spots)
    return Picture(
        height=height + (LANE if sides else 0),
        columns=tuple((_x(tiers, t), t) for t in tiers),
        lane=height if sides else None,
        nodes=tuple(nodes),
        lines=lines,
        months=tuple(months),
        most=most,
        most_month=max((v for t in every for v in t.months.values()), default=0.0),
        total=sum(t.amount for t in every),
        left_out=len(rest),
        left_sum=sum(t.amount for t in rest),
        within=inside,
    )


def enough_of(every: Sequence[Tie], most: int = MOST_TIES) -> int:
    """How many of the ties, the largest first, are drawn."""
    whole, told = sum(t.amount for t in every) * MOSTLY, 0.0
    for place, tie in enumerate(every[:most]):
        if told >= whole and place >= FEWEST_TIES:
            return place
        told += tie.amount
    return most


def _height(spots: Sequence[_Spot], tiers: Sequence[int]) -> float:
    fullest = max((sum(s.tier == t for s in spots) for t in tiers), default=1)
    return min(max(LOWEST, fullest * ROW + TOP), HIGHEST)


def _x(tiers: Sequence[int], tier: int) -> float:
    at = tiers.index(tier)
    return round(WIDTH / 2 if len(tiers) < 2 else SIDE + at * (WIDTH - 2 * SIDE) / (len(tiers) - 1), 1)


def _place(spots: list[_Spot], tiers: Sequence[int], height: float, shown: Sequence[Tie]) -> list[Node]:
    """Nodes by column, each beside those it deals with most; those without a tier stand in a lane below."""
    columns = [[s for s in spots if s.tier == t] for t in tiers]
    _untangle(columns, shown)
    most = max((s.strength for s in spots), default=0.0) or 1.0
    nodes: list[Node] = []
    for tier, several in zip(tiers, columns, strict=True):
        rooms = [BAND_ROOM if s.band else 1.0 for s in several]
        step, taken = (height - TOP) / max(sum(rooms), 1), 0.0
        labelled = _labelled(several, step)
        for spot, room in zip(several, rooms, strict=True):
            x, y = _x(tiers, tier), round(TOP + (taken + room / 2) * step, 1)
            taken += room
            nodes.append(_node(spot, len(nodes), x, y, most, spot.id in labelled, tier == tiers[0] and len(tiers) > 1))
    aside = sorted((s for s in spots if s.tier is None), key=lambda s: (s.role, -s.strength, s.id))
    for n, spot in enumerate(aside):
        x = round(SIDE + (n + 0.5) * (WIDTH - 2 * SIDE) / len(aside), 1)
        nodes.append(_node(spot, len(nodes), x, height + LANE * 0.45, most, len(aside) <= 12, False))
    return nodes


def _node(spot: _Spot, number: int, x: float, y: float, most: float, labelled: bool, left: bool) -> Node:
    size = round(3.5 + 6.5 * (min(spot.strength, most) / most) ** 0.5, 1) if spot.person else 11.0
    label = spot.person.label if spot.person and labelled else ""
    return Node(number, x, y, size, spot.role, spot.person, spot.band, label, left)


def _labelled(several: Sequence[_Spot], step: float) -> set[str]:
    """Who bears a name: everybody where there is room, else the strongest of those that would overlap."""
    if step >= LABEL_GAP:
        return {s.id for s in several}
    chosen: list[int] = []
    for place in sorted(range(len(several)), key=lambda n: (-several[n].strength, several[n].id)):
        if all(abs(place - other) * step >= LABEL_GAP for other in chosen):
            chosen.append(place)
    return {several[place].id for place in chosen}


def _untangle(columns: list[list[_Spot]], shown: Sequence[Tie]) -> None:
    """Order each column by the mean place of its partners, weighted by money; a few rounds to and fro."""
    partners: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for tie in shown:
        weight = tie.amount + 1.0
        partners[tie.payer].append((tie.payee, weight))
        partners[tie.payee].append((tie.payer, weight))
    for several in columns:
        several.sort(key=lambda s: (s.band is not None, -s.strength, s.id))
    for sweep in range(6):
        for several in columns if sweep % 2 else reversed(columns):
            where = {s.id: (n + 0.5) / len(c) for c in columns for n, s in enumerate(c)}
            mean = {s.id: _mean(partners[s.id], where, where[s.id]) for s in several}
            several.sort(key=lambda s: (s.band is not None, mean[s.id], s.id))


def _mean(partners: Sequence[tuple[str, float]], where: Mapping[str, float], own: float) -> float:
    known = [(where[name], weight) for name, weight in partners if name in where]
    whole = sum(weight for _, weight in known)
    return sum(place * weight for place, weight in known) / whole if whole else own


def _line(tie: Tie, one: Node, other: Node, months: Sequence[str], most: float) -> Line:
    told = ",".join(f"{months.index(m)}:{round(v, 2):.12g}" for m, v in sorted(tie.months.items()))
    return Line(_curve(one, other), thickness(tie.amount, most), tie, one.number, other.number, told)


def thickness(amount: float, most: float) -> float:
    """The width of a sum: in proportion, but never thinner than a hair."""
    return round(max(HAIR, WIDEST * amount / most), 2) if most > 0 else HAIR


def _curve(one: Node, other: Node) -> str:
    if abs(one.x - other.x) < 1:
        bend = one.x + 40 + abs(one.y - other.y) * 0.25
        return f"M{one.x} {one.y}C{bend:.1f} {one.y} {bend:.1f} {other.y} {other.x} {other.y}"
    middle = (one.x + other.x) / 2
    return f"M{one.x} {one.y}C{middle:.1f} {one.y} {middle:.1f} {other.y} {other.x} {other.y}"

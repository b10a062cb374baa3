"""Where the market's money went: tiers as columns, what passed between them as ribbons, small people folded into others.

Widths are sums of ``network.flows``. Ribbons run from payer to payee towards the sources; what runs within a tier or
back (refunds, escrow's pay-outs downwards) is not drawn and is told, so that all together is the sum of the flows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from headwater.casework.reports.market.bands import column
from headwater.casework.reports.market.people import Person, amount
from headwater.casework.reports.records import records

EACH = 5
"""People of a tier who have a box of their own; the others share one."""
RIBBONS = 160
"""So many ribbons are drawn, the widest first; the rest are told as a sum."""
WIDTH, HEIGHT, TOP, BOX, GAP, SIDE, MARGIN = 1100.0, 400.0, 40.0, 13.0, 9.0, 12.0, 170.0
BESIDE = 0.5
"""Where escrows, mules and others without a tier stand: between the customers and who sells to them."""
THIN = 0.7


@dataclass(frozen=True, slots=True)
class Box:
    """A person, or the others of a tier (``people`` of them): where the box stands and what passed through it."""

    x: float
    y: float
    height: float
    tier: float
    person: Person | None
    people: int
    received: float
    paid: float


@dataclass(frozen=True, slots=True)
class Ribbon:
    """Money from one box to another: its outline and its sum."""

    d: str
    one: Box
    other: Box
    amount: float
    tier: float


@dataclass(frozen=True, slots=True)
class Passage:
    """What passed from one tier to another, all of it, drawn or not."""

    payer: float
    payee: float
    amount: float
    matched: float
    payments: int

    @property
    def forward(self) -> bool:
        """Whether it runs towards the sources."""
        return self.payer < self.payee


@dataclass(frozen=True, slots=True)
class Sankey:
    """All that is drawn, and the sums: ``total`` of the flows is ``drawn`` + ``thin`` + ``aside`` (within a tier, or back)."""

    width: float
    height: float
    columns: tuple[tuple[float, float, int], ...]
    boxes: tuple[Box, ...]
    ribbons: tuple[Ribbon, ...]
    passages: tuple[Passage, ...]
    total: float
    drawn: float
    thin: float
    aside: float


@dataclass(slots=True)
class _Node:
    tier: float
    person: Person | None
    members: set[str]
    received: float = 0.0
    paid: float = 0.0

    @property
    def size(self) -> float:
        return max(self.received, self.paid)


def sankey(network: Mapping[str, Any], everybody: Sequence[Person]) -> Sankey | None:
    """Lay out the money of a market; ``None`` where none passed from tier to tier towards the sources."""
    place = {p.id: BESIDE if (tier := column(p)) is None else float(tier) for p in everybody}
    flows = [f for f in records(network.get("flows")) if str(f.get("from")) in place and str(f.get("to")) in place]
    flows = [f for f in flows if amount(f.get("amount")) > 0]
    if not flows:
        return None
    forward = [f for f in flows if place[str(f["from"])] < place[str(f["to"])]]
    if not forward:
        return None
    nodes, node_of = _nodes(forward, place, everybody)
    sums: dict[tuple[int, int], float] = defaultdict(float)
    for flow in forward:
        sums[node_of[str(flow["from"])], node_of[str(flow["to"])]] += amount(flow.get("amount"))
    ranked = sorted(sums, key=lambda pair: (-sums[pair], pair))
    boxes, scale = _boxes(nodes)
    ribbons = _ribbons(ranked[:RIBBONS], sums, boxes, scale)
    total = sum(amount(f.get("amount")) for f in flows)
    drawn = sum(r.amount for r in ribbons)
    every = sum(sums.values())
    tiers = sorted({b.tier for b in boxes})
    columns = tuple((t, next(b.x for b in boxes if b.tier == t), sum(place[p] == t for p in place)) for t in tiers)
    return Sankey(
        WIDTH,
        HEIGHT + TOP + 8,
        columns,
        tuple(boxes),
        ribbons,
        _passages(flows, place),
        total,
        drawn,
        every - drawn,
        total - every,
    )


def _passages(flows: Sequence[Mapping[str, Any]], place: Mapping[str, float]) -> tuple[Passage, ...]:
    sums: dict[tuple[float, float], list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for flow in flows:
        found = sums[place[str(flow["from"])], place[str(flow["to"])]]
        found[0] += amount(flow.get("amount"))
        found[1] += amount(flow.get("matched"))
        found[2] += amount(flow.get("payments"))
    return tuple(Passage(*pair, found[0], found[1], int(found[2])) for pair, found in sorted(sums.items()))


def _nodes(
    forward: Sequence[Mapping[str, Any]], place: Mapping[str, float], everybody: Sequence[Person]
) -> tuple[list[_Node], dict[str, int]]:
    """The strongest of each tier for themselves, all others of a tier together; and whose money is whose box's."""
    through: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for flow in forward:
        through[str(flow["from"])][0] += amount(flow.get("amount"))
        through[str(flow["to"])][1] += amount(flow.get("amount"))
    tiers: dict[float, list[Person]] = defaultdict(list)
    for person in everybody:
        if person.id in through:
            tiers[place[person.id]].append(person)
    nodes: list[_Node] = []
    node_of: dict[str, int] = {}
    for tier in sorted(tiers):
        ranked = sorted(tiers[tier], key=lambda p: (-max(through[p.id]), p.id))
        alone = ranked if len(ranked) <= EACH + 1 else ranked[:EACH]
        groups = [[p] for p in alone] + ([ranked[len(alone) :]] if len(ranked) > len(alone) else [])
        for several in groups:
            node = _Node(tier, several[0] if len(several) == 1 else None, {p.id for p in several})
            for person in several:
                node.paid += through[person.id][0]
                node.received += through[person.id][1]
                node_of[person.id] = len(nodes)
            nodes.append(node)
    return nodes, node_of


def _boxes(nodes: Sequence[_Node]) -> tuple[list[Box], float]:
    """Boxes one below the other in their column, and how many pixels a yuan is."""
    tiers = sorted({n.tier for n in nodes})
    columns = {tier: [n for n in nodes if n.tier == tier] for tier in tiers}
    scale = min((HEIGHT - GAP * (len(c) - 1)) / sum(n.size for n in c) for c in columns.values())
    made: dict[int, Box] = {}
    for place, tier in enumerate(tiers):
        x = SIDE + place * (WIDTH - SIDE - MARGIN - BOX) / max(len(tiers) - 1, 1)
        y = TOP
        for node in columns[tier]:
            height = max(node.size * scale, 1.0)
            box = Box(
                round(x, 1),
                round(y, 1),
                round(height, 1),
                tier,
                node.person,
                len(node.members),
                node.received,
                node.paid,
            )
            made[id(node)] = box
            y += height + GAP
    return [made[id(n)] for n in nodes], scale


def _ribbons(
    pairs: Sequence[tuple[int, int]], sums: Mapping[tuple[int, int], float], boxes: Sequence[Box], scale: float
) -> tuple[Ribbon, ...]:
    """Ribbons leave and reach a box in the order of the boxes on the other side, so that they cross little."""
    leaves: dict[int, float] = defaultdict(float)
    reaches: dict[int, float] = defaultdict(float)
    starts, ends = {}, {}
    for one, other in sorted(pairs, key=lambda p: (p[0], boxes[p[1]].tier, boxes[p[1]].y)):
        starts[one, other] = boxes[one].y + leaves[one]
        leaves[one] += sums[one, other] * scale
    for one, other in sorted(pairs, key=lambda p: (p[1], boxes[p[0]].tier, boxes[p[0]].y)):
        ends[one, other] = boxes[other].y + reaches[other]
        reaches[other] += sums[one, other] * scale
    made = []
    for pair in pairs:
        payer, payee = boxes[pair[0]], boxes[pair[1]]
        width = max(sums[pair] * scale, THIN)
        made.append(Ribbon(_curve(payer, payee, starts[pair], ends[pair], width), payer, payee, sums[pair], payer.tier))
    return tuple(made)


def _curve(one: Box, other: Box, start: float, end: float, width: float) -> str:
    left, right = one.x + BOX, other.x
    middle = round((left + right) / 2, 1)
    top = f"M{left:.1f} {start:.1f}C{middle} {start:.1f} {middle} {end:.1f} {right:.1f} {end:.1f}"
    return f"{top}V{end + width:.1f}C{middle} {end + width:.1f} {middle} {start + width:.1f} {left:.1f} {start + width:.1f}Z"

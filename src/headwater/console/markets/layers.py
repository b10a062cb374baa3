"""Which people and bands a picture shows, and the money between them in a period: at most some hundred, however large the market.

Who is drawn and where does not depend on the period, so that nobody jumps when a month is chosen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from headwater.casework.reports.market.bands import Cast, cast, column
from headwater.casework.reports.market.people import Person, strongest
from headwater.casework.reports.market.picture import Picture, enough_of, laid_out
from headwater.casework.reports.market.ties import Tie
from headwater.console.markets.market import Ints, Market

ALONE = 80
"""So many people of a tier or around a person are drawn each for himself; the others as bands."""
MOST_TIES = 400
BESIDE = -1
"""The tier of those who have none."""


@dataclass(frozen=True, slots=True)
class Focus:
    """What somebody looks at: all, a tier (``BESIDE``: none), a role, or a person with those he dealt with."""

    person: int | None = None
    tier: int | None = None
    role: str | None = None

    def holds(self, person: Person) -> bool:
        """Whether a person is of this tier and role."""
        own = column(person)
        return self.tier in (None, BESIDE if own is None else own) and self.role in (None, person.role)


@dataclass(frozen=True, slots=True)
class Layers:
    """The picture with its positions, and of a period: all ties between what is drawn, the widest first, of which ``shown`` are drawn."""

    cast: Cast
    picture: Picture
    ties: tuple[Tie, ...]
    shown: int
    inside: float
    most: float
    """The sum that has the greatest width: the same for all periods of one length."""
    people: tuple[Person, ...]
    """Of whom the focus is, the strongest first."""


@dataclass(frozen=True, slots=True)
class _Standing:
    """What does not depend on the period."""

    cast: Cast
    people: tuple[Person, ...]
    node: Ints
    names: tuple[str, ...]
    ties: tuple[Tie, ...]
    picture: Picture


def layers(market: Market, focus: Focus, first: tuple[str, ...], period: tuple[int, int]) -> Layers:
    """Choose and lay out. ``first``: key players; ``period``: places of months."""
    stands = _standing(market, focus, first)
    whole = (0, max(len(market.months) - 1, 0))
    told = stands.ties if period == whole else tuple(ties(market, stands.node, stands.names, period))
    return Layers(
        cast=stands.cast,
        picture=stands.picture,
        ties=told,
        shown=enough_of(told, MOST_TIES),
        inside=_inside(market, stands.node, period, whole),
        most=_most(market, stands.node, stands.ties, period, whole),
        people=stands.people,
    )


@lru_cache(maxsize=128)
def _standing(market: Market, focus: Focus, first: tuple[str, ...]) -> _Standing:
    several, drawn = _cast(market, focus, first)
    node, names = _nodes(market, drawn)
    always = tuple(ties(market, node, names, None))
    return _Standing(drawn, tuple(several), node, tuple(names), always, laid_out(drawn, always, 0.0))


def _cast(market: Market, focus: Focus, first: tuple[str, ...]) -> tuple[list[Person], Cast]:
    if focus.person is not None:
        several = _around(market, focus.person)
        return several, cast(several, [p.id for p in several], each=ALONE, most=ALONE)
    if focus.tier is None and focus.role is None:
        return strongest(market.people, first), cast(market.people, first)
    several = strongest([p for p in market.people if focus.holds(p)], first)
    return several, cast(market.people, [p.id for p in several], each=0, most=min(len(several), ALONE))


def _around(market: Market, who: int) -> list[Person]:
    """A person, then everybody he dealt with, by the money that passed between them."""
    sums = np.zeros(len(market.people))
    for one, other in ((market.payer, market.payee), (market.payee, market.payer)):
        np.add.at(sums, other[one == who], market.flow_sums[one == who, 0] + 0.01)
    for one, other in ((market.buyer, market.seller), (market.seller, market.buyer)):
        np.add.at(sums, other[one == who], 0.01)
    sums[who] = 0.0
    others = sorted(np.flatnonzero(sums).tolist(), key=lambda n: (-sums[n], market.people[n].id))
    return [market.people[who], *(market.people[n] for n in others)]


def _nodes(market: Market, drawn: Cast) -> tuple[Ints, list[str]]:
    """The number of the node of each person (−1: none), and the nodes' names."""
    names = [*(p.id for p in drawn.alone), *(b.id for b in drawn.bands)]
    place = {name: n for n, name in enumerate(names)}
    node = np.full(len(market.people), -1, np.int32)
    for name, of in drawn.node_of.items():
        node[market.number[name]] = place[of]
    return node, names


def ties(market: Market, node: Ints, names: Sequence[str], period: tuple[int, int] | None) -> list[Tie]:
    """Money and orders between nodes, the largest first; of a period, or of all time."""
    size = max(len(names), 1)
    flow, flows = _pairs(market.payer, market.payee, market.flow_month, node, size, period)
    hop, hops = _pairs(market.buyer, market.seller, market.hop_month, node, size, period)
    pairs = np.unique(np.concatenate((flow, hop)))
    at, hop_at = np.searchsorted(pairs, flow), np.searchsorted(pairs, hop)
    whole = np.bincount(at, market.flow_sums[flows, 0], len(pairs))
    matched = np.bincount(at, market.flow_sums[flows, 1], len(pairs))
    orders = np.bincount(hop_at, minlength=len(pairs))
    bridged = np.bincount(hop_at[market.hop_inferred[hops]], minlength=len(pairs))
    seen = np.bincount(at, minlength=len(pairs)) + orders - bridged > 0
    columns = (c.tolist() for c in (pairs, whole, matched, orders, seen, bridged))
    found = [
        Tie(names[p // size], names[p % size], round(w, 2), round(m, 2), {}, n, not s, b)
        for p, w, m, n, s, b in zip(*columns, strict=True)
    ]
    return sorted(found, key=lambda t: (-t.amount, -t.orders, t.payer, t.payee))


Pairs = tuple[npt.NDArray[np.int64], npt.NDArray[np.intp]]


def _pairs(one: Ints, other: Ints, month: Ints, node: Ints, size: int, period: tuple[int, int] | None) -> Pairs:
    """Rows between two different nodes, as one number for each pair, and which rows they are."""
    a, b = node[one], node[other]
    chosen = (a >= 0) & (b >= 0) & (a != b)
    if period is not None:
        chosen &= (month >= period[0]) & (month <= period[1])
    rows = np.flatnonzero(chosen)
    return a[rows].astype(np.int64) * size + b[rows], rows


def _inside(market: Market, node: Ints, period: tuple[int, int], whole: tuple[int, int]) -> float:
    """What passed between people who are drawn as one."""
    a, b = node[market.payer], node[market.payee]
    chosen = (a >= 0) & (a == b) & (market.payer != market.payee)
    if period != whole:
        chosen &= (market.flow_month >= period[0]) & (market.flow_month <= period[1])
    return round(float(market.flow_sums[chosen, 0].sum()), 2)


def _most(market: Market, node: Ints, always: Sequence[Tie], period: tuple[int, int], whole: tuple[int, int]) -> float:
    """The widest tie of all time; of a period the widest of any month, once for each of its months, and no more than of all time."""
    most = always[0].amount if always else 0.0
    if period == whole or not len(market.flow_month):
        return most
    size = int(node.max()) + 1
    pair, rows = _pairs(market.payer, market.payee, market.flow_month, node, size, None)
    keys, at = np.unique(pair * (len(market.months) + 1) + market.flow_month[rows] + 1, return_inverse=True)
    month = np.bincount(at, market.flow_sums[rows, 0], len(keys))
    return min(most, float(month.max(initial=0.0)) * (period[1] - period[0] + 1))

"""Which people are drawn each for himself, and which are drawn together as a band of one tier and role."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from headwater.casework.reports.market.people import Person, amount, strongest

EACH = 300
"""Up to so many people each is drawn for himself."""

STRONGEST = 80
"""Of more people than that, so many are: key players and those through whom most money passed."""

SELLERS = ("shop", "middleman", "source")

FEW = 3
"""Fewer than so many make no band."""


@dataclass(frozen=True, slots=True)
class Band:
    """People of one tier and role that are drawn as one: how many, and what they received and paid (low and high)."""

    id: str
    role: str
    tier: int | None
    people: tuple[Person, ...]
    gains_low: float
    gains_high: float
    paid_low: float
    paid_high: float


@dataclass(frozen=True, slots=True)
class Cast:
    """Who is drawn how; ``node_of`` gives the node of every person."""

    alone: tuple[Person, ...]
    bands: tuple[Band, ...]
    node_of: Mapping[str, str]


def column(person: Person) -> int | None:
    """The tier as the picture has it: rounded, and never among the customers who sells; ``None`` beside the tiers."""
    if person.tier is None:
        return None
    return max(1 if person.role in SELLERS else 0, int(person.tier + 0.5))


def cast(everybody: Sequence[Person], first: Iterable[str] = (), each: int = EACH, most: int = STRONGEST) -> Cast:
    """Choose who is drawn alone: all up to ``each`` of them, of more ``most``; ``first`` come before others (key players)."""
    ranked = strongest(everybody, first)
    alone = ranked if len(ranked) <= each else ranked[:most]
    groups: dict[tuple[int, str], list[Person]] = defaultdict(list)
    for person in ranked[len(alone) :]:
        tier = column(person)
        groups[-1 if tier is None else tier, person.role].append(person)
    for key in [key for key, several in groups.items() if len(several) < FEW]:
        alone += groups.pop(key)
    bands = tuple(_band(tier, role, groups[tier, role]) for tier, role in sorted(groups))
    node_of = {p.id: p.id for p in alone} | {p.id: band.id for band in bands for p in band.people}
    return Cast(tuple(alone), bands, node_of)


def foremost(network: Mapping[str, Any]) -> list[str]:
    """Ids of the key players, who are shown before all others."""
    entries = network.get("key_players") or ()
    return [str(k.get("id")) if isinstance(k, Mapping) else str(k) for k in entries]


def carded(everybody: Sequence[Person], drawn: Cast, first: Sequence[str], shown: int) -> tuple[Person, ...]:
    """Who has a card in the report: the foremost, and everybody who is drawn alone."""
    return tuple(dict.fromkeys([*strongest(everybody, first)[:shown], *drawn.alone]))


def _band(tier: int, role: str, several: list[Person]) -> Band:
    def whole(key: str) -> float:
        return sum(amount(p.known.get(key)) for p in several)

    sums = [whole(f"{what}_{side}") for what in ("gains", "paid") for side in ("low", "high")]
    return Band(f"\0{tier} {role}", role, None if tier < 0 else tier, tuple(several), *sums)

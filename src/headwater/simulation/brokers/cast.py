"""The people of a made market: customers, tiers of middlemen, sources, shops, escrow, mules and silent heads.

Published: three to five tiers, insiders behind detectives and dealers, shops with price lists, escrow groups, money
through others' accounts, heads who are seen in payments only. How many there are of each is assumed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from headwater.simulation import made_people
from headwater.simulation.brokers.habits import BrokerHabits
from headwater.simulation.brokers.words import PHRASES, SOURCE_KINDS
from headwater.simulation.events import Column, Whole, dice

NO_TIER = -1
_SOURCES = 0.15  # of the members; assumed
_MIDDLEMEN = 0.3
_FEWEST_CUSTOMERS = 3


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody with a part, as equally long columns; the last ``bystanders`` are outside of the trade."""

    name: Column
    phone: Column
    role: Column  # as in truth.json; "outside" for bystanders
    silent: Column  # seen in payments only
    tier: Whole  # customers 0, sources highest, NO_TIER for escrow, mules and bystanders
    kind: Column  # of a source
    province: Column
    seized: Column
    members: int
    tiers: int

    def __len__(self) -> int:
        return len(self.name)

    def of(self, role: str) -> Whole:
        """The places of all with this role who are not silent."""
        return np.flatnonzero((self.role == role) & ~self.silent)

    def at(self, tier: int) -> Whole:
        """The places of all of this tier who are not silent."""
        return np.flatnonzero((self.tier == tier) & ~self.silent)


def cast(habits: BrokerHabits, seed: int) -> Cast:
    """Deal the parts."""
    rng = dice(seed, "brokers/cast")
    parts = _parts(habits)
    count = len(parts) + habits.bystanders
    parts += [("outside", NO_TIER, "", False)] * habits.bystanders
    role, tier, kind, silent = (np.array(column) for column in zip(*parts, strict=True))
    return Cast(
        name=_distinct_names(rng, count),
        phone=made_people.phones(rng, count, habits.unassigned_phones),
        role=role.astype(object),
        silent=silent.astype(bool),
        tier=tier.astype(np.int64),
        kind=kind.astype(object),
        province=np.array(PHRASES["provinces"], dtype=object)[rng.integers(len(PHRASES["provinces"]), size=count)],
        seized=_seized(rng, habits, count),
        members=count - habits.bystanders,
        tiers=habits.tiers,
    )


def _parts(habits: BrokerHabits) -> list[tuple[str, int, str, bool]]:
    top = habits.tiers + 1
    sources = max(len(SOURCE_KINDS), round(habits.members * _SOURCES))
    middlemen = max(2 * habits.tiers, round(habits.members * _MIDDLEMEN))
    parts = [("source", top, SOURCE_KINDS[n % len(SOURCE_KINDS)], False) for n in range(sources)]
    weight = np.cumsum(1 / np.arange(1, habits.tiers + 1))  # lower tiers hold more people
    for n in range(middlemen):
        place = n / habits.tiers if n < 2 * habits.tiers else None
        share = (n + 0.5) / middlemen * weight[-1]
        tier = n % habits.tiers if place is not None else int(np.searchsorted(weight, share))
        parts.append(("middleman", tier + 1, "", False))
    parts += [("shop", 1, "", False)] * habits.shops
    parts += [("escrow", NO_TIER, "", False)] * (1 if habits.members < 150 else 2)
    parts += [("mule", NO_TIER, "", False)] * habits.mules
    parts += [("middleman", top, "", True)] * habits.silent_heads
    customers = habits.members - len(parts)
    if customers < _FEWEST_CUSTOMERS:
        raise ValueError("too few members for these tiers, sources, shops and mules: no customers are left")
    return [("customer", 0, "", False)] * customers + parts


def _seized(rng: np.random.Generator, habits: BrokerHabits, count: int) -> Column:
    members = count - habits.bystanders
    taken = np.zeros(count, dtype=bool)
    taken[rng.choice(members, round(habits.seized * members), replace=False)] = True
    taken[members:] = True
    return taken


def _distinct_names(rng: np.random.Generator, count: int) -> Column:
    """Names that no two of the cast share: a folder is called by its holder's name."""
    kept: dict[str, None] = {}
    while len(kept) < count:
        kept |= dict.fromkeys(made_people.names(rng, 2 * count).tolist())
    return np.array(list(kept)[:count], dtype=object)

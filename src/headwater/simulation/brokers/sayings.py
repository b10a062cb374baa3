"""A store of filled-in phrases of ordinary life, large enough to look various and cheap to draw from."""

from __future__ import annotations

from dataclasses import dataclass
from string import Formatter

import numpy as np

from headwater.simulation import made_people
from headwater.simulation.brokers.words import PHRASES
from headwater.simulation.events import Column, dice

_VARIANTS = 60  # of a phrase with something to fill in
KINDS = ("family", "friend", "work", "delivery", "shop_talk", "property_group", "family_group")


@dataclass(frozen=True, slots=True)
class Sayings:
    """For each kind of acquaintance the texts, and how likely each is."""

    texts: dict[str, Column]
    weights: dict[str, Column]

    def draw(self, kind: str, count: int, rng: np.random.Generator) -> Column:
        """That many texts."""
        drawn = np.searchsorted(self.weights[kind], rng.random(count), side="right")
        return self.texts[kind][np.minimum(drawn, len(self.texts[kind]) - 1)]


def sayings(seed: int, unassigned: float) -> Sayings:
    """Fill in the phrases with people, places and sums that have nothing to do with the trade."""
    rng = dice(seed, "brokers/sayings")
    known = made_people.people(rng, _VARIANTS, unassigned)
    texts: dict[str, Column] = {}
    weights: dict[str, Column] = {}
    for kind in KINDS:
        filled: list[str] = []
        weight: list[float] = []
        for rank, phrase in enumerate(PHRASES[kind]):
            made = _filled(phrase, known, rng)
            filled += made
            weight += [1 / (rank % 7 + 2) / len(made)] * len(made)
        texts[kind] = np.array(filled, dtype=object)
        weights[kind] = np.cumsum(weight) / np.sum(weight)
    return Sayings(texts, weights)


def _filled(phrase: str, known: made_people.People, rng: np.random.Generator) -> list[str]:
    wanted = {name for _, name, _, _ in Formatter().parse(phrase) if name}
    if not wanted:
        return [phrase]
    return [
        phrase.format(
            name=known.name[n],
            phone=known.phone[n],
            address=known.address[n],
            amount=int(rng.integers(1, 60)) * 10,
            code=f"{rng.integers(1, 9)}-{rng.integers(1, 9)}-{rng.integers(1000, 9999)}",
            plate=f"{PHRASES['plates'][n % len(PHRASES['plates'])]}{rng.integers(100_000):05d}",
            day=f"{rng.integers(1, 13)}月{rng.integers(1, 29)}号",
            count=int(rng.integers(2, 9)),
        )
        for n in range(_VARIANTS)
    ]

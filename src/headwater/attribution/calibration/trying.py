"""One planted leak after the other is searched for its takers; what was said is held against what is known."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from headwater.attribution.calibration.plants import Ground, Plant
from headwater.attribution.search import Chosen, House, Options, Search, posterior


@dataclass(frozen=True, slots=True)
class Claim:
    """An account that was named for a planted leak, with what probability, and whether it took rows of it.

    ``overlap``: the days on which it was said to have read them and really did, over the days on which either.
    """

    probability: float
    right: bool
    overlap: float | None = None


@dataclass(frozen=True, slots=True)
class Tried:
    """A planted leak with the claims that were made of it. ``given``: rows that each taker gave; ``found``: takers named."""

    kind: str
    rows: int
    padding: float
    given: tuple[int, ...]
    found: int
    claims: tuple[Claim, ...]

    @property
    def false(self) -> int:
        """How many accounts were named that took nothing."""
        return sum(not claim.right for claim in self.claims)

    @property
    def exact(self) -> bool:
        """Whether all takers were named, and nobody else."""
        return self.found == len(self.given) and self.false == 0


def tried(
    place: Ground, made: Iterable[Plant], house: House, options: Options, say: Callable[[], None] = lambda: None
) -> list[Tried]:
    """Search for the takers of every planted leak; ``say`` is called after each."""
    done = []
    for plant in made:
        done.append(_tried(place, plant, house, options))
        say()
    return done


def _tried(place: Ground, plant: Plant, house: House, options: Options) -> Tried:
    search = Search(replace(house, absent=plant.absent), place.windows, plant.leaked, None, options)
    named = search.takers() if len(plant.leaked) >= options.least else []
    claims, found = [], set[int]()
    for one in named:
        alike = {place.h.accounts.index(name) for name in one.alike}
        right = {one.account, *alike} & plant.takers.keys()
        found |= right
        overlap = _overlap(one, plant.days[one.account]) if one.account in plant.days else None
        claims.append(Claim(posterior(one, search.prior(), options), bool(right), overlap))
    return Tried(plant.kind, len(plant.leaked), plant.padding, tuple(plant.takers.values()), len(found), tuple(claims))


def _overlap(one: Chosen, true: tuple[int, int]) -> float:
    said = np.unique(np.concatenate([np.arange(w.start, w.start + w.length) for w in one.windows]))
    really = np.arange(true[0], true[1] + 1)
    return len(np.intersect1d(said, really)) / len(np.union1d(said, really))

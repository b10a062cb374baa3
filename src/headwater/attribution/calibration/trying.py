"""One planted leak after the other is searched for its takers; what was said is held against what is known."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from headwater.attribution.calibration.ground import Ground
from headwater.attribution.calibration.plants import Plant
from headwater.attribution.search import Chosen, House, Options, Search, posterior


@dataclass(frozen=True, slots=True)
class Claim:
    """A name given for a planted leak: one account, or one with others that cannot be told apart from it (``accounts`` in all).

    ``probability`` is that of all of them together; ``right``: one of them took rows of the leak. ``innocent``: one did, but
    not the one that is printed first. ``overlap``: the days on which it was said to have read them and really did, over the
    days on which either.
    """

    probability: float
    right: bool
    accounts: int = 1
    innocent: bool = False
    overlap: float | None = None

    @property
    def joint(self) -> bool:
        """Whether several accounts share it."""
        return self.accounts > 1


@dataclass(frozen=True, slots=True)
class Tried:
    """A planted leak with the claims that were made of it. ``given``: rows that each taker gave; ``found``: takers named."""

    kind: str
    rows: int
    share: float
    padding: float
    given: tuple[int, ...]
    found: int
    claims: tuple[Claim, ...]
    dated: bool = False

    @property
    def false(self) -> int:
        """How many names were given of which nobody took anything."""
        return sum(not claim.right for claim in self.claims)

    @property
    def exact(self) -> bool:
        """Whether all takers were named, and nobody else, not even as one of several."""
        return self.found == len(self.given) and all(c.right and not c.joint for c in self.claims)


def tried(
    place: Ground, made: Iterable[Plant], house: House, options: Options, say: Callable[[], None] = lambda: None
) -> list[Tried]:
    """Search for the takers of every planted leak; ``say`` is called after each."""
    known, done = place.known(house), []
    for plant in made:
        done.append(_tried(place, plant, known, options))
        say()
    return done


def _tried(place: Ground, plant: Plant, house: House, options: Options) -> Tried:
    windows = place.windows if plant.absent is None else place.without(plant.absent)
    search = Search(house, windows, plant.leaked, plant.valid, options)
    named = search.takers() if len(plant.leaked) >= options.least else []
    takers = {place.h.accounts[account]: account for account in plant.takers}
    claims, found = [], set[str]()
    for one in named:
        name = windows.h.accounts[one.account]
        right = {name, *one.alike} & takers.keys()
        found |= right
        many = 1 + len(one.alike)
        overlap = _overlap(one, plant.days[takers[name]]) if name in takers else None
        joint = posterior(one, search.prior(), options) * many
        claims.append(Claim(joint, bool(right), many, bool(right) and name not in right, overlap))
    given, dated = tuple(plant.takers.values()), plant.valid is not None
    return Tried(plant.kind, len(plant.leaked), plant.share, plant.padding, given, len(found), tuple(claims), dated)


def _overlap(one: Chosen, true: tuple[int, int]) -> float:
    said = np.unique(np.concatenate([np.arange(w.start, w.start + w.length) for w in one.windows]))
    really = np.arange(true[0], true[1] + 1)
    return len(np.intersect1d(said, really)) / len(np.union1d(said, really))

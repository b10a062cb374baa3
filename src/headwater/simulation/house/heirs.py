"""Who looks after whose clients when somebody leaves, moves on, or has not come yet."""

from __future__ import annotations

import numpy as np

from headwater.simulation.events import Whole
from headwater.simulation.house.teams import Mask


def heirs(rng: np.random.Generator, role: Whole, team: Whole, steady: Mask) -> Whole:
    """A steady colleague for everybody: of the same team, else of the same role, else oneself."""
    person = np.arange(len(role))
    found = _colleagues(rng, role, steady)
    near = _colleagues(rng, team, steady)
    found = np.where(near >= 0, near, found)
    return np.where(found >= 0, found, person)


def _colleagues(rng: np.random.Generator, group: Whole, steady: Mask) -> Whole:
    """One other steady member of everybody's group, -1 where there is none."""
    members = rng.permutation(np.flatnonzero(steady))
    members = members[np.argsort(group[members], kind="stable")]
    groups, person = group[members], np.arange(len(group))
    first, last = np.searchsorted(groups, group), np.searchsorted(groups, group, side="right")
    size = last - first
    some = size - steady > 0
    pick = first + rng.integers(0, 1 << 30, len(group)) % np.maximum(size, 1)
    pick = np.where(some, pick, 0)
    again = members[pick] == person
    pick = np.where(some & again, first + (pick - first + 1) % np.maximum(size, 1), pick)
    return np.where(some, members[pick], -1)

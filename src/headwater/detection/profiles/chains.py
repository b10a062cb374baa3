"""Reading, a list written, and out: how often lists written after suspicious reading go on, against all other lists.

What is counted are days. Given that somebody wrote lists on a day after suspicious reading, was one of them carried out
(packed, deleted)? Under chance each list is with the share of the person's other lists, shrunk to that of everybody
else's, so that a thing nobody in the house does is rare for him too. That a list was written at all is not counted
here: :mod:`headwater.detection.profiles.following` asks that.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

SHRINK = 10.0
"""The house weighs as much as so many lists of the person's own."""


@dataclass(frozen=True, slots=True)
class Linked:
    """Of ``days`` with lists after suspicious reading, ``linked`` saw one go on; ``chance`` of one that does.

    ``usual`` and ``others``: how many of everybody else's lists do, and how many there are.
    """

    loads: tuple[int, ...]
    days: int
    linked: int
    chance: float
    usual: int
    others: int
    p: float


def after(sittings: pd.DataFrame, loads: pd.DataFrame, person: str, hours: float) -> pd.DataFrame:
    """Lists that a person wrote, or that the account of a suspicious sitting wrote at its seat, within so many hours."""
    window = timedelta(hours=hours)
    taken: set[int] = set()
    near = loads[(loads["person"] == person) | loads["seat"].isin(set(sittings["seat"]))]
    for row in sittings.itertuples(index=False):
        hit = near[(near["time"] >= row.first) & (near["time"] <= row.last + window)]
        there = (hit["seat"] == row.seat) & (hit["account"] == row.account)
        taken |= set(hit.loc[(hit["person"] == person) | there, "load"])
    return near[near["load"].isin(taken)]


def linked(
    near: pd.DataFrame, loads: pd.DataFrame, aside: Collection[int], going: Collection[int], tied: bool = True
) -> Linked:
    """How many days of these lists saw one of those that go on; ``aside`` are the lists that follow anybody's reading.

    Where nothing ties a list to its exit but the hour (``tied`` is false) nobody is credited with a smaller share than
    the house's: prints come in bursts.
    """
    others = loads[~loads["load"].isin(set(aside))]
    own = others[others["person"].isin(set(near["person"]))]
    house = others[~others["person"].isin(set(near["person"]))]
    gone, seen = int(own["load"].isin(set(going)).sum()), int(house["load"].isin(set(going)).sum())
    share = (seen + 0.5) / (len(house) + 1)
    rate = (gone + SHRINK * share) / (len(own) + SHRINK)
    rate = rate if tied else max(rate, share)
    hits = near[near["load"].isin(set(going))]
    sizes = near.groupby("day").size().to_numpy()
    chances = 1 - (1 - rate) ** sizes
    count = int(hits["day"].nunique())
    p = float(several(chances)[count:].sum()) if count else 1.0
    chance = float(chances.mean()) if len(chances) else 0.0
    return Linked(tuple(hits["load"]), len(sizes), count, chance, seen, len(house), min(1.0, max(p, 1e-300)))


def several(chances: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Probabilities of 0, 1, 2 … successes among independent trials with these chances (Poisson-binomial, exact)."""
    made = np.array([1.0])
    for chance in chances:
        made = np.convolve(made, [1 - chance, chance])
    return made

"""Sifts candidates until those that are left are like the table's rows; what fails is drawn again.

Each candidate must lie in the band of likelihood in which nine tenths of the real rows lie, and be like nobody in
particular. Then trees are taught to tell candidates from one half of the real rows, and a candidate is kept with the
odds that it is real (discriminator rejection sampling: Azadi and others, ICLR 2019): what the drawing has too
often is thinned. The other half of the rows is left for the final measure.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from headwater.planting.canaries.drawing import Habits, draw, in_order, numbered
from headwater.planting.canaries.features import features
from headwater.planting.canaries.likelihood import Likelihood
from headwater.planting.canaries.nearness import nearness
from headwater.planting.canaries.quantities import paired
from headwater.planting.canaries.table import Table
from headwater.planting.canaries.telling import FOLDS, scores

_BATCHES = 12
_PER = 5
_PEOPLE = 3_000
_TOP = 0.95
_SPARE = 1.5
_MATCHED = ("empty", "length", "odd", "small x", "born")


@dataclass(frozen=True, slots=True)
class Sifted:
    """Candidates that passed, and how many were drawn, lay outside the band, were near somebody, or were thinned."""

    people: pd.DataFrame = field(repr=False)
    drawn: int
    unlikely: int
    near: int
    thinned: int


def halves(rows: int, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Two samples of rows without one in common: to sift by, and to measure by."""
    order = np.random.default_rng([seed, 1]).permutation(rows)
    middle = rows // 2
    return np.sort(order[:middle][:_PEOPLE]), np.sort(order[middle:][:_PEOPLE])


def sift(
    habits: Habits, likelihood: Likelihood, wanted: int, blank: frozenset[str], rng: np.random.Generator, seed: int
) -> Sifted:
    """Draw and sift until so many candidates are left, or drawing further does not help."""
    low, high = likelihood.band()
    found: list[pd.DataFrame] = []
    drawn = unlikely = near = 0
    while sum(map(len, found)) < _PER * wanted and len(found) < _BATCHES:
        batch = draw(habits, _size(habits, wanted), rng)
        batch[list(blank)] = None
        likely = likelihood.of(batch)
        inside = (likely >= low) & (likely <= high)
        apart = nearness(habits.table, batch[inside]).apart
        found.append(batch[inside][apart])
        drawn, unlikely, near = drawn + len(batch), unlikely + int((~inside).sum()), near + int((~apart).sum())
    people = pd.concat(found, ignore_index=True)
    if len(people) < FOLDS:
        return Sifted(people, drawn, unlikely, near, 0)
    shown = paired(habits.amounts, people, rng)[0] if habits.amounts else people
    kept = _thinned(habits, shown, int(_SPARE * wanted), blank, rng, seed)
    rest = people.iloc[kept].drop_duplicates(habits.table.key)
    for name in habits.codes:
        rest = rest[rest[name].isna() | ~rest[name].duplicated()]
    chosen = _mixed(habits, numbered(habits, in_order(habits, rest.head(wanted)), rng), rng)
    return Sifted(chosen, drawn, unlikely, near, len(people) - len(kept))


def _mixed(habits: Habits, people: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """People in a random order; those that share amounts stand together, so that a part of them shares as many."""
    order = rng.permutation(len(people)).astype(float)
    if habits.amounts:
        people, pairs = paired(habits.amounts, people, rng)
        for one, other in pairs:
            order[other] = order[one] + 0.5
    return people.iloc[np.argsort(order, kind="stable")].reset_index(drop=True)


def _size(habits: Habits, wanted: int) -> int:
    """How many to draw at once: no more than there are free keys, where keys are put between others."""
    room = habits.keys.room if habits.keys else 2 * wanted
    return min(2 * wanted, room) if room >= wanted else wanted


def _thinned(
    habits: Habits, people: pd.DataFrame, wanted: int, blank: frozenset[str], rng: np.random.Generator, seed: int
) -> NDArray[np.int64]:
    """The places of candidates that are kept, in a random order; as many as are wanted are to be expected."""
    sample, _ = halves(len(habits.table.frame), seed)
    contacts = habits.table.of("mobile", "email", "address")
    told = features(habits.table, people, sample, left={*contacts, *blank}, alone=True)
    told = told[[name for name in told.columns if _can_be_matched(name, habits.table)]]
    decoy = np.arange(len(told)) >= len(sample)
    chance = scores(told, decoy, seed)[decoy].clip(1e-3, 1 - 1e-3)
    odds = (1 - chance) / chance
    top = np.quantile(odds, _TOP)
    while np.minimum(1.0, odds / top).sum() < min(wanted, len(odds)) and top > odds.min():
        top *= 0.9  # too few would be left: what is drawn too often is thinned less
    order = rng.permutation(len(people))
    return np.asarray(order[rng.random(len(people)) < odds[order] / top])


def _can_be_matched(feature: str, table: Table) -> bool:
    """Whether drawing again can mend what a feature tells: the county in an identity number is what it must be."""
    column, _, what = feature.partition("|")
    return table.kinds.get(column) != "identity" or what.startswith(_MATCHED)

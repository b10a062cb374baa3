"""Amounts and codes like those of a table, and nobody's: between two others of the same category, digit by digit.

An amount that several rows have is nobody's in particular, and may be a decoy's as well; one that a single row has is not.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

_TRIES = 20
_ROUND = 6


@dataclass(frozen=True, slots=True)
class Quantities:
    """The numeric columns: their values as written and as numbers, and the group (a category's value) of each row.

    ``alone`` are the values that one row alone has, in rising order.
    """

    values: Mapping[str, NDArray[np.float64]] = field(repr=False)
    texts: Mapping[str, NDArray[np.object_]] = field(repr=False)
    groups: NDArray[np.int64] = field(repr=False)
    members: tuple[NDArray[np.int64], ...] = field(repr=False)
    alone: Mapping[str, NDArray[np.float64]] = field(repr=False)

    def draw(self, donor: NDArray[np.int64], rng: np.random.Generator) -> dict[str, list[str | None]]:
        """Give amounts for each donor, of another row of its group: all amounts of one row together, each moved a little."""
        others = np.array([rng.choice(self.members[g]) for g in self.groups[donor]])
        return {name: [self._moved(name, int(row), rng) for row in others] for name in self.values}

    def _moved(self, name: str, row: int, rng: np.random.Generator) -> str | None:
        """A value between this row's and the next greater one of its group, as round as this row's is, and no value that one row
        alone has: beside the greatest, and where no step lies between, it is a step or more above.
        """
        text, value = self.texts[name][row], self.values[name][row]
        if text is None or np.isnan(value):
            return None
        same = self.values[name][self.members[self.groups[row]]]
        greater = same[same > value]
        until = float(greater.min()) if len(greater) else value
        decimals = len(text.partition(".")[2])
        step = 10.0 ** _zeros(text.partition(".")[0]) if not decimals else 10.0**-decimals
        steps = float(np.floor(rng.random() * max(1.0, (until - value) / step)))
        drawn = value + steps * step
        while self._is_ones(name, drawn, step):
            drawn += step
        return f"{drawn:,.{decimals}f}" if "," in text else f"{drawn:.{decimals}f}"

    def _is_ones(self, name: str, value: float, step: float) -> bool:
        """Whether one row alone has this value."""
        alone = self.alone[name]
        at = int(np.searchsorted(alone, value - step / 4))
        return bool(at < len(alone) and alone[at] < value + step / 4)


def _zeros(whole: str) -> int:
    """How many zeros a whole number ends in."""
    digits = whole.replace(",", "")
    return min(_ROUND, len(digits) - len(digits.rstrip("0"))) if digits.strip("0-") else 0


def quantities(frame: pd.DataFrame, columns: Sequence[str], categories: Sequence[str]) -> Quantities | None:
    """Learn the numeric columns of a table; the group is the category that tells most about the first of them.

    What a category tells is eta squared of the ranks (Kruskal-Wallis H over n − 1).
    """
    if not columns:
        return None
    values = {n: pd.to_numeric(frame[n].str.replace(",", ""), errors="coerce").to_numpy(dtype=float) for n in columns}
    ranks = stats.rankdata(values[columns[0]], nan_policy="omit")
    told = {c: _eta(ranks, frame[c].fillna("").to_numpy()) for c in categories}
    best = max(told, key=lambda c: (told[c], c), default=None)
    groups = pd.factorize(frame[best].fillna(""))[0] if best else np.zeros(len(frame), dtype=np.int64)
    order = np.argsort(groups, kind="stable")
    members = np.split(order, np.cumsum(np.bincount(groups))[:-1])
    texts = {n: frame[n].to_numpy(dtype=object) for n in columns}
    return Quantities(values, texts, groups, tuple(members), {n: _alone(values[n]) for n in columns})


def _alone(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The values that are there once, in rising order."""
    known, counts = np.unique(values[~np.isnan(values)], return_counts=True)
    return np.asarray(known[counts == 1])


def _eta(ranks: NDArray[np.float64], labels: NDArray[np.object_]) -> float:
    grouped = pd.Series(ranks).groupby(labels).agg(["mean", "size"])
    whole = np.nanvar(ranks) * len(ranks)
    return float((grouped["size"] * (grouped["mean"] - np.nanmean(ranks)) ** 2).sum() / whole) if whole else 0.0


def code_like(
    cells: pd.Series, template: NDArray[np.object_], taken: Collection[str], rng: np.random.Generator
) -> list[str | None]:
    """Give codes in the form of the templates: letters stay, each digit is that of another row at the same place.

    No code that is taken is given, and none twice where any is taken; what finds no free one is left empty.
    """
    known = cells.dropna().to_numpy(dtype=object)
    given: set[str] = set()
    made: list[str | None] = []
    for text in template:
        found = None
        for _ in range(_TRIES if text else 0):
            others = known[rng.integers(len(known), size=len(text))]
            drawn = "".join(
                o[i] if c.isdigit() and i < len(o) and o[i].isdigit() else c
                for i, (c, o) in enumerate(zip(text, others, strict=True))
            )
            if not taken or (drawn not in taken and drawn not in given):
                found = drawn
                break
        if found:
            given.add(found)
        made.append(found)
    return made

"""Keys and numbers that were given out in order: which are free, and the days that go with a place in that order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

_WIDE = 0.99
"""Gaps wider than this share of all gaps are jumps (a new year, a new branch): nothing is put into them."""
_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers with one text before them and one width, sorted; ``free`` tells how many lie between neighbours."""

    prefix: str = field(repr=False)
    width: int
    known: NDArray[np.int64] = field(repr=False)
    free: NDArray[np.int64] = field(repr=False)

    @property
    def room(self) -> int:
        """How many numbers between the first and the last are free, but for jumps."""
        return int(self.free.sum())

    def draw(self, count: int, rng: np.random.Generator) -> list[str]:
        """Give so many free numbers, each once; fewer where there is no room. Every free number is as likely."""
        count = min(count, self.room)
        places = np.sort(rng.choice(self.room, count, replace=False)) if count else np.array([], dtype=np.int64)
        ends = np.cumsum(self.free)
        gap = np.searchsorted(ends, places, side="right")
        inside = places - (ends[gap] - self.free[gap])
        numbers = (self.known[gap] + 1 + inside).tolist()
        rng.shuffle(numbers)
        return [self.written(n) for n in numbers]

    def after(self, count: int) -> list[str]:
        """Give the next numbers after the last."""
        return [self.written(int(self.known[-1]) + n) for n in range(1, count + 1)]

    def written(self, number: int) -> str:
        """A number as the table writes it."""
        return f"{self.prefix}{number:0{self.width}d}"


def series(values: Sequence[str | None]) -> Series | None:
    """Learn a series from values, or give nothing where they are not numbers behind one text."""
    texts = pd.Series(values, dtype=object).dropna()
    parts = texts.str.extract(rf"^(\D*)(\d{{1,{_DIGITS}}})$")
    if parts.empty or parts.isna().to_numpy().any() or parts[0].nunique() > 1:
        return None
    lengths = parts[1].str.len()
    padded = bool(parts[1].str.startswith("0").any() or lengths.nunique() == 1)
    known = np.unique(parts[1].astype("int64").to_numpy())
    free = np.diff(known) - 1
    some = free[free > 0]
    widest = np.quantile(some, _WIDE, method="higher") if len(some) else 0
    return Series(str(parts[0].iloc[0]), int(lengths.max()) if padded else 0, known, np.where(free <= widest, free, 0))


def numbers(values: pd.Series) -> NDArray[np.float64]:
    """The digits of each value as a number, for putting values in order; not a number where there are none."""
    digits = values.astype("string").str.replace(r"\D", "", regex=True).str.slice(0, _DIGITS)
    return np.asarray(pd.to_numeric(digits, errors="coerce").to_numpy(dtype=float, na_value=np.nan))


@dataclass(frozen=True, slots=True)
class Ordered:
    """Days that rise with the key: for a place in the order, the days around it; and those of rows that lie apart."""

    keys: NDArray[np.float64]
    days: NDArray[np.int64]
    apart: NDArray[np.int64]
    share: float
    every: NDArray[np.int64]
    counts: NDArray[np.int64]

    def day(self, key: float, rng: np.random.Generator) -> int:
        """Give a day that the table has, as the rows around this key would let one expect."""
        if len(self.apart) and rng.random() < self.share:
            return int(rng.choice(self.apart))
        place = int(np.searchsorted(self.keys, key))
        before, behind = self.days[max(0, place - 1)], self.days[min(place, len(self.days) - 1)]
        low, high = np.searchsorted(self.every, [min(before, behind), max(before, behind) + 1])
        if high <= low:
            return int(before)
        weights = self.counts[low:high] / self.counts[low:high].sum()
        return int(rng.choice(self.every[low:high], p=weights))


_BESIDE = 5
_RISING = 0.9


def ordered(keys: NDArray[np.float64], days: NDArray[np.float64]) -> Ordered | None:
    """Learn how days rise with keys, or give nothing where they do not (rank correlation below 0.9)."""
    known = ~np.isnan(keys) & ~np.isnan(days)
    if known.sum() < 4 * _BESIDE:
        return None
    order = np.argsort(keys[known], kind="stable")
    key, day = keys[known][order], days[known][order].astype(np.int64)
    smooth = pd.Series(day).rolling(2 * _BESIDE + 1, center=True, min_periods=1).median().to_numpy()
    if pd.Series(smooth).corr(pd.Series(np.arange(len(smooth), dtype=float)), method="spearman") < _RISING:
        return None
    spread = float(np.quantile(np.abs(np.diff(smooth)), 0.99)) * (2 * _BESIDE + 1) + 1
    off = np.abs(day - smooth) > spread
    if off.mean() > 1 - _RISING:
        return None
    every, counts = np.unique(day, return_counts=True)
    return Ordered(key[~off], day[~off], day[off], float(off.mean()), every, counts)

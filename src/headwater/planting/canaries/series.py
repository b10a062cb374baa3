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
_MOSTLY = 0.9
_DENSE = 4
"""Distinct numbers whose span is less than so many times their count were given out one after the other, and are no amounts."""
_SEVERAL = 3
"""Rows a day from which on an empty day means something."""


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


def running(values: Sequence[str | None]) -> Series | None:
    """Learn a running number: a series in which nearly every row has its own, and most numbers of its span are given."""
    found = series(values)
    if found is None or len(found.known) <= _MOSTLY * sum(1 for each in values if each is not None):
        return None
    span = int(found.known[-1] - found.known[0]) + 1
    return found if span < _DENSE * len(found.known) else None


def numbers(values: pd.Series) -> NDArray[np.float64]:
    """The digits of each value as a number, for putting values in order; not a number where there are none."""
    digits = values.astype("string").str.replace(r"\D", "", regex=True).str.slice(0, _DIGITS)
    return np.asarray(pd.to_numeric(digits, errors="coerce").to_numpy(dtype=float, na_value=np.nan))


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a column: each that occurs, with its rows; and how much of all falls on each day of the week.

    Where there are several rows a day, a day without any is one on which nothing happens; where there are few, it may
    be chance, and only the day of the week counts.
    """

    every: NDArray[np.int64]
    counts: NDArray[np.int64]
    week: NDArray[np.float64]
    dense: bool

    def between(self, low: int, high: int, rng: np.random.Generator) -> int:
        """Give a day from ``low`` to ``high``, both included, as days of the column fall."""
        if self.dense:
            first, last = np.searchsorted(self.every, [low, high + 1])
            found, weights = self.every[first:last], self.counts[first:last].astype(float)
        else:
            found = np.arange(low, high + 1)
            weights = self.week[found % 7]
        return int(rng.choice(found, p=weights / weights.sum())) if weights.sum() else low

    def near(self, day: int) -> int:
        """Give this day, or where days without rows mean something the one nearest to it that has rows."""
        if not self.dense:
            return day
        place = int(np.searchsorted(self.every, day).clip(1, max(1, len(self.every) - 1)))
        pair = self.every[max(0, place - 1) : place + 1]
        return int(pair[np.abs(pair - day).argmin()])


def days_of(days: NDArray[np.float64]) -> Days:
    """Learn the days of a column; what is not a number does not count."""
    known = days[~np.isnan(days)].astype(np.int64)
    every, counts = np.unique(known, return_counts=True)
    week = np.bincount(known % 7, minlength=7) / max(1, len(known))
    span = int(every[-1] - every[0]) + 1 if len(every) else 1
    return Days(every, counts, week, len(known) >= _SEVERAL * span)


@dataclass(frozen=True, slots=True)
class Ordered:
    """Days that rise with the key: for a place in the order, the days around it; and those of rows that lie apart."""

    keys: NDArray[np.float64]
    days: NDArray[np.int64]
    apart: NDArray[np.int64]
    share: float
    all: Days

    def day(self, key: float, rng: np.random.Generator) -> int:
        """Give a day that the table has, as the rows around this key would let one expect."""
        if len(self.apart) and rng.random() < self.share:
            return int(rng.choice(self.apart))
        return self.all.between(*self.around(key), rng)

    def around(self, key: float) -> tuple[int, int]:
        """The days of the rows before and behind a key, the lower one first."""
        place = int(np.searchsorted(self.keys, key))
        days = self.days[max(0, place - 1)], self.days[min(place, len(self.days) - 1)]
        return int(min(days)), int(max(days))


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
    return Ordered(key[~off], day[~off], day[off], float(off.mean()), days_of(days))

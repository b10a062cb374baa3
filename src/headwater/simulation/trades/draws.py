"""How the columns of a data set beside the personal ones are drawn: kinds, sums, numbers, times of day.

Each function here gives another one, which draws ``count`` values as text and gives the same ones for equal dice.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from headwater.simulation.events import Column

Draw = Callable[[np.random.Generator, int], Column]


def one_of(**weights: float) -> Draw:
    """One of some values, by weight: ``one_of(车险=42, 寿险=18)``."""
    values = np.array(list(weights), dtype=object)
    share = np.array(list(weights.values()), dtype=float)
    return lambda rng, count: values[rng.choice(len(values), count, p=share / share.sum())]


def amount(median: float, spread: float, decimals: int = 0) -> Draw:
    """A sum of money or a size, log-normal around its median."""

    def draw(rng: np.random.Generator, count: int) -> Column:
        return _text([f"{value:.{decimals}f}" for value in rng.lognormal(np.log(median), spread, count).tolist()])

    return draw


def numbered(prefix: str, digits: int) -> Draw:
    """A number of so many digits behind a prefix, as on a policy or a shop."""

    def draw(rng: np.random.Generator, count: int) -> Column:
        return _text([f"{prefix}{n:0{digits}d}" for n in rng.integers(10**digits, size=count).tolist()])

    return draw


def time_of_day(first: int, last: int) -> Draw:
    """A time between two full hours, as ``14:05``."""

    def draw(rng: np.random.Generator, count: int) -> Column:
        return _text([f"{n // 60:02d}:{n % 60:02d}" for n in rng.integers(first * 60, last * 60, count).tolist()])

    return draw


def _text(values: list[str]) -> Column:
    return np.array(values, dtype=object)

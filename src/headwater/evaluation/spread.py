"""How a handful of measured values lies: its middle, its tail, and how many are near enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

NEAR = 0.05


@dataclass(frozen=True, slots=True)
class Spread:
    """Count, median, 90th percentile, and how many are at most 0.05 (of an error: five per cent)."""

    count: int
    median: float | None
    p90: float | None
    near: int


def spread(values: Sequence[float]) -> Spread:
    """The spread of these values; nothing but a count where there are none."""
    if not values:
        return Spread(0, None, None, 0)
    median, p90 = (float(q) for q in np.quantile(np.sort(np.asarray(values, dtype=float)), (0.5, 0.9)))
    return Spread(len(values), median, p90, sum(value <= NEAR for value in values))

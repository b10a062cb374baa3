"""Sums over the days before a day: what a method may know when that day is judged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from headwater.baselines.counters import Table


@dataclass(frozen=True, slots=True)
class Past:
    """Per account and day, over a stretch of days that ends before it: active days, mean, and sample deviation."""

    active: Table
    mean: Table
    deviation: Table


def past(table: Table, width: int | None, lag: int = 1) -> Past:
    """The ``width`` days (all when ``None``) up to ``lag`` days before each day; quiet days are no observation."""
    seen = ~np.isnan(table)
    values = np.where(seen, table, 0.0)
    active = _before(seen.astype(float), width, lag)
    sums, squares = _before(values, width, lag), _before(values * values, width, lag)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = sums / active
        variance = np.maximum(squares - active * mean * mean, 0) / (active - 1)
    return Past(active, np.where(active > 0, mean, np.nan), np.sqrt(np.where(active > 1, variance, np.nan)))


def _before(values: Table, width: int | None, lag: int) -> Table:
    """Sums over days t-lag-width+1 … t-lag for each day t."""
    accounts, days = values.shape
    running = np.concatenate([np.zeros((accounts, 1)), np.cumsum(values, axis=1)], axis=1)
    ends = np.maximum(np.arange(days) - lag + 1, 0)
    starts = np.zeros(days, np.int64) if width is None else np.maximum(ends - width, 0)
    found: Table = running[:, ends] - running[:, starts]
    return found

"""Sum of 28 days: what an account read in four weeks against its own days before them.

``z = (S - n m) / (max(s, grain) √n)`` with the sum S over the n active days of the last 28 (the day itself is one),
and mean m and deviation s of the account's active days before those. Raised above 3. Says nothing before there are
14 active days beside the four weeks.
"""

from __future__ import annotations

import numpy as np

from headwater.baselines.counters import COUNTERS, Counters, Table
from headwater.baselines.scores import WINDOW, Scores, strongest
from headwater.baselines.windows import past

LIMIT = 3.0
LEAST_DAYS = 14
LEAST_PRESENT = 10
"""Active days among the last 28 below which a sum is not compared."""
SUMMED = ("subjects", "rows", "outside")


def score(counters: Counters) -> Scores:
    """Every account and day."""
    tables = [(n, deviates(counters.table[c.name], c.grain)) for n, c in enumerate(COUNTERS) if c.name in SUMMED]
    return strongest("sum-28", "four weeks' sum as a z-score", tables, LIMIT, length=WINDOW)


def deviates(table: Table, grain: float) -> Table:
    """The z-scores of one counter's sums."""
    month, before = past(table, WINDOW, lag=0), past(table, None, lag=WINDOW)
    with np.errstate(invalid="ignore", divide="ignore"):
        z = (month.mean - before.mean) * np.sqrt(month.active) / np.maximum(before.deviation, grain)
    silent = (month.active < LEAST_PRESENT) | (before.active < LEAST_DAYS) | np.isnan(table)
    return np.where(silent, np.nan, z)

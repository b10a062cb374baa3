"""Own z-score: a day against the account's own last four weeks.

``z = (x - m) / max(s, grain)`` with mean and sample deviation of the account's active days among the 28 days before;
the largest of all counters counts. Raised above 3.
"""

from __future__ import annotations

import numpy as np

from headwater.baselines.counters import COUNTERS, Counters, Table
from headwater.baselines.scores import WINDOW, Scores, strongest
from headwater.baselines.windows import past

LIMIT = 3.0
LEAST_DAYS = 7
"""An account with fewer active days has no habit yet."""


def score(counters: Counters) -> Scores:
    """Every account and day."""
    tables = [(n, deviates(counters.table[c.name], c.grain)) for n, c in enumerate(COUNTERS)]
    return strongest("own-z", "own z-score", tables, LIMIT)


def deviates(table: Table, grain: float) -> Table:
    """The z-scores of one counter."""
    known = past(table, WINDOW)
    z = (table - known.mean) / np.maximum(known.deviation, grain)
    return np.where(known.active < LEAST_DAYS, np.nan, z)

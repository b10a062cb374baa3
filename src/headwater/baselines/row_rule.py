"""A fixed rule: more than 500 rows in a day, by anybody but a service account.

Such rules are what audit products ship with. The number is that of the law, not of any house: 500 items are where
Chinese law begins to punish for records of lodging, calls, health and transactions (Interpretation of 2017, article 5).
"""

from __future__ import annotations

import numpy as np

from headwater.baselines.counters import COUNTERS, Counters
from headwater.baselines.scores import Scores

ROWS_A_DAY = 500


def score(counters: Counters) -> Scores:
    """Every account and day."""
    rows = np.where(counters.service[:, None], np.nan, counters.table["rows"])
    with np.errstate(divide="ignore"):
        bits = np.log2(rows / ROWS_A_DAY)
    by = np.full(rows.shape, next(n for n, c in enumerate(COUNTERS) if c.name == "rows"), np.int64)
    return Scores("row-rule", "rows in a day", rows, bits, np.full(rows.shape[1], float(ROWS_A_DAY)), by)

"""When a leak was taken: which values were current together.

Every matched value has a span of validity; a row was whole only while all its values were. The day on which most rows
were whole is when the data was taken; the days around it on which nearly as many were give the bounds.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

TOLERANCE = 0.02
"""Share of rows that may disagree: errors of the table, or padding."""


def dated(rows: pd.DataFrame) -> tuple[date | None, date | None]:
    """Not before and not after, from ``valid_from`` and ``valid_to`` (days since 1970, NaN when open)."""
    low, high = rows["valid_from"].to_numpy(float), rows["valid_to"].to_numpy(float)
    whole = ~(low > high)
    low, high = low[whole], high[whole]
    starts, ends = low[~np.isnan(low)], high[~np.isnan(high)]
    if len(starts) == 0 and len(ends) == 0:
        return None, None
    days = np.unique(np.concatenate([starts, ends + 1, starts - 1, ends]))
    after = np.sort(np.where(np.isnan(low), -np.inf, low))
    before = np.sort(np.where(np.isnan(high), np.inf, high))
    count = np.searchsorted(after, days, side="right") - np.searchsorted(before, days, side="left")
    good = np.flatnonzero(count >= count.max() - TOLERANCE * len(low))
    first, last = days[good[0]], days[good[-1]]
    not_before = _day(first) if len(starts) and first > starts.min() - 1 else None
    not_after = _day(last) if len(ends) and last < days[-1] else None
    return not_before, not_after


def _day(number: float) -> date:
    return date(1970, 1, 1) + timedelta(days=int(number))

"""When a leak was taken: which values were current together.

Every matched value has a span of validity; a row was whole only while all its values were. The day on which most rows
were whole is when the data was taken; the days around it on which nearly as many were give the bounds. Rows that were not
whole then, if there are enough of them, were taken at another time: they are dated among themselves (a mixture, solved
greedily, largest part first).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]

TOLERANCE = 0.02
"""Share of rows that may disagree: errors of the table, or padding."""
GRACE = 1
"""Days by which a value may seem to change early or late: tables are written overnight."""
FEWEST, PARTS = 10, 4
"""So many rows make a part of another time, and so many parts are told at most."""


def dated(rows: pd.DataFrame) -> tuple[date | None, date | None]:
    """Not before and not after, from ``valid_from`` and ``valid_to`` (days since 1970, NaN when open)."""
    low, high = _spans(rows)
    return _bounds(low, high)[:2]


@dataclass(frozen=True, slots=True)
class Part:
    """So many rows that were whole at one time, and its bounds."""

    rows: int
    not_before: date | None
    not_after: date | None


def parts(rows: pd.DataFrame) -> tuple[Part, ...]:
    """The times at which rows were whole, most rows first; empty where all may be of one time."""
    low, high = _spans(rows)
    told = ~(np.isnan(low) & np.isnan(high))
    low, high = low[told], high[told]  # the others may be of any time
    made: list[Part] = []
    few = max(FEWEST, TOLERANCE * len(low))
    while len(low) >= few and len(made) < PARTS:
        not_before, not_after, day = _bounds(low, high)
        if day is None:
            break
        whole = ~((low > day + GRACE) | (high < day - GRACE))
        if whole.sum() < few:
            break
        made.append(Part(int(whole.sum()), not_before, not_after))
        low, high = low[~whole], high[~whole]
    return tuple(made) if len(made) > 1 else ()


def _spans(rows: pd.DataFrame) -> tuple[Floats, Floats]:
    """From when and until when each row was whole, without those that never were."""
    low, high = rows["valid_from"].to_numpy(float), rows["valid_to"].to_numpy(float)
    whole = ~(low > high)
    return low[whole], high[whole]


def _bounds(low: Floats, high: Floats) -> tuple[date | None, date | None, float | None]:
    """Not before, not after, and a day on which most rows were whole; ``None`` where nothing is known."""
    starts, ends = low[~np.isnan(low)], high[~np.isnan(high)]
    if len(starts) == 0 and len(ends) == 0:
        return None, None, None
    days = np.unique(np.concatenate([starts, ends + 1, starts - 1, ends]))
    after = np.sort(np.where(np.isnan(low), -np.inf, low))
    before = np.sort(np.where(np.isnan(high), np.inf, high))
    count = np.searchsorted(after, days, side="right") - np.searchsorted(before, days, side="left")
    good = np.flatnonzero(count >= count.max() - TOLERANCE * len(low))
    first, last = days[good[0]], days[good[-1]]
    not_before = _day(first) if len(starts) and first > starts.min() - 1 else None
    not_after = _day(last) if len(ends) and last < days[-1] else None
    return not_before, not_after, float(days[int(np.argmax(count))])


def _day(number: float) -> date:
    return date(1970, 1, 1) + timedelta(days=int(number))

"""What somebody does after suspicious reading: oftener than he does it anyway?

For each suspicious sitting the hours from its beginning to some hours after its end are looked at. Under chance a day
sees such an event with the share of the person's other days that do; a window that touches k days is followed with
probability ``1 - (1 - q)^k``. Days, not events, are counted: one report is written in many pieces.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from scipy import stats


@dataclass(frozen=True, slots=True)
class Followed:
    """``sittings`` of which ``followed`` saw an event; ``chance`` of one to be followed; the events, by index."""

    sittings: int
    followed: int
    chance: float
    p: float
    events: tuple[int, ...]
    hours: float


def following(
    sittings: pd.DataFrame, events: pd.DataFrame, person: str, hours: float, active: Collection[date]
) -> Followed:
    """Count suspicious sittings of a person (columns first, last, day, seat, account) that events follow.

    An event (columns time, day, seat, person, account) counts when it is the person's, or happens at the sitting's seat
    under the sitting's account or none: what a colleague does at a shared desk under an account of his own is his.
    Sittings that only the same events follow are one.
    ``active`` are the days on which the person was at work at all; those of the sittings do not count as his others.
    """
    window = timedelta(hours=hours)
    taken: set[int] = set()
    count, touched = 0, []
    if not events["time"].is_monotonic_increasing:
        events = events.sort_values("time", kind="stable")
    begins = events["time"].searchsorted(sittings["first"], side="left")
    ends = events["time"].searchsorted(sittings["last"] + window, side="right")
    for row, begin, end in zip(sittings.itertuples(index=False), begins, ends, strict=True):
        near = events.iloc[begin:end]
        same = near["account"].isna() | (near["account"] == row.account)
        near = near[((near["seat"] == row.seat) & same) | (near["person"] == person)]
        if len(near) and taken.issuperset(near.index):
            continue  # the same event after several sittings happened once
        touched.append(1 + (row.last + window - row.first).total_seconds() // 86_400)
        if len(near):
            count += 1
            taken |= set(near.index)
    others = set(active) - set(sittings["day"])
    seen = others & set(events.loc[(events["person"] == person) & ~events.index.isin(taken), "day"])
    share = (len(seen) + 1) / (len(others) + 2)
    chance = float(np.mean(1 - (1 - share) ** np.array(touched))) if touched else 0.0
    p = float(stats.binom.sf(count - 1, len(touched), chance)) if count else 1.0
    return Followed(len(touched), count, chance, max(p, 1e-300), tuple(sorted(taken)), hours)

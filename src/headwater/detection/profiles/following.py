"""What somebody does after suspicious reading: oftener than he does it anyway?

For each suspicious sitting the hours from its beginning to some hours after its end are looked at. Under chance a
sitting is followed with probability ``1 - exp(-rate x hours)``, the rate being the person's own outside these hours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd
from scipy import stats

DAY_HOURS = 9.0
"""Hours of a working day, over which a person's doings spread."""


@dataclass(frozen=True, slots=True)
class Followed:
    """``sittings`` of which ``followed`` saw an event; ``chance`` of one to be followed; the events, by index."""

    sittings: int
    followed: int
    chance: float
    p: float
    events: tuple[int, ...]


def following(sittings: pd.DataFrame, events: pd.DataFrame, person: str, hours: float) -> Followed:
    """Count suspicious sittings of a person (columns first, last, seat) that events (time, seat, person) follow.

    An event counts when it is the person's or happens at the sitting's seat.
    """
    window = timedelta(hours=hours)
    taken: set[int] = set()
    count, lasted = 0, 0.0
    for row in sittings.itertuples(index=False):
        near = events[(events["time"] >= row.first) & (events["time"] <= row.last + window)]
        near = near[(near["seat"] == row.seat) | (near["person"] == person)]
        lasted += (row.last - row.first).total_seconds() / 3600 + hours
        if len(near):
            count += 1
            taken |= set(near.index)
    others = events[(events["person"] == person) & ~events.index.isin(taken)]
    days = max(1, len(set(events.loc[events["person"] == person, "day"]) | set(sittings["day"])))
    rate = (len(others) + 1) / days / DAY_HOURS
    chance = 1 - float(np.exp(-rate * lasted / max(len(sittings), 1)))
    p = float(stats.binom.sf(count - 1, len(sittings), chance)) if count else 1.0
    return Followed(len(sittings), count, chance, max(p, 1e-300), tuple(sorted(taken)))

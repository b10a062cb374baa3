"""Peer MAD: a day against the last four weeks of everybody with the same role.

``z = 0.6745 (x - median) / max(MAD, grain)`` (Iglewicz and Hoaglin 1993, "How to detect and handle outliers", whose
limit of 3.5 is used), with median and median absolute deviation of the peers' active days among the 28 days before,
the account's own days left in. Without a roster everybody is everybody's peer.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from headwater.baselines.counters import COUNTERS, Counters, Table
from headwater.baselines.scores import BURN_IN, WINDOW, Scores, strongest

LIMIT = 3.5
CONSISTENT = 0.6745
"""The median absolute deviation of a normal variable with deviation 1."""
LEAST_DAYS = 20
"""With fewer account-days of peers, all accounts are taken for peers."""


def score(counters: Counters) -> Scores:
    """Every account and day."""
    tables = [(n, deviates(counters.table[c.name], counters.group, c.grain)) for n, c in enumerate(COUNTERS)]
    return strongest("peer-mad", "modified z-score among peers", tables, LIMIT)


def deviates(table: Table, group: NDArray[np.int64], grain: float) -> Table:
    """The modified z-scores of one counter."""
    z = np.full(table.shape, np.nan)
    members = [np.flatnonzero(group == g) for g in range(int(group.max(initial=-1)) + 1)]
    for day in range(BURN_IN, table.shape[1]):
        window = table[:, max(0, day - WINDOW) : day]
        for who in members:
            median, spread = _middle(window[who], window)
            z[who, day] = CONSISTENT * (table[who, day] - median) / max(spread, grain)
    return z


def _middle(peers: Table, everybody: Table) -> tuple[float, float]:
    known = peers[~np.isnan(peers)]
    if len(known) < LEAST_DAYS:
        known = everybody[~np.isnan(everybody)]
    if not len(known):
        return float("nan"), float("nan")
    median = float(np.median(known))
    return median, float(np.median(np.abs(known - median)))

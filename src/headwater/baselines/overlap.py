"""Overlap count: whoever read most of the leaked records took them; or whoever read at least half of them.

A rule has no doubts, so its names stand with probability 1. It names somebody for every leak that anybody read from.
"""

from __future__ import annotations

import numpy as np

from headwater.baselines.blame import Blamed
from headwater.baselines.leaks import Leak

SHARE = 0.5
"""The share of our leaked records from which on the second rule names every account."""


def top(leak: Leak) -> list[Blamed]:
    """The account that read most of the records, the first by name among equals."""
    read = leak.read_by()
    return [_blamed(leak, int(np.argmax(read)), read)] if len(read) else []


def above_share(leak: Leak) -> list[Blamed]:
    """Every account that read at least half of the records, most first."""
    read = leak.read_by()
    order = np.argsort(-read, kind="stable")
    return [_blamed(leak, int(n), read) for n in order if read[n] >= SHARE * leak.records]


def _blamed(leak: Leak, account: int, read: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Blamed:
    count = int(read[account])
    return Blamed(leak.accounts[account], count, count / leak.records, 1.0)

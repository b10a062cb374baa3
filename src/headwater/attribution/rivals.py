"""Who cannot be told from a taker by what he read."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt

from headwater.attribution.scan import Scan
from headwater.attribution.windows import Peak

Ints = npt.NDArray[np.int64]

ALIKE = 3.0
"""Accounts whose log Bayes factors (nats) differ by less cannot be told apart: a factor of twenty."""
AS_MANY = 0.9
"""Who read so large a share of what another is named for may as well be the taker."""


def alike(scan: Scan, peaks: Sequence[Peak], peak: Peak, services: Collection[str]) -> tuple[Peak, ...]:
    """The best windows of accounts that explain the same rows as well (within a factor of twenty): they cannot be told apart.

    A service account (``services``) reads by the clock what its task needs; any person who read the same rows, more than
    chance lets it, may as well be where they came from.
    """
    best = {p.account: p for p in reversed(peaks)}  # sorted: the best of each account stays
    mine, windows = scan.weighing.of(peak)[1], scan.windows
    served = scan.h.accounts[peak.account] in services
    enough = min(peak.score, float(np.log(len(scan.h.accounts)))) if served else peak.score
    found = []
    for other in sorted(best):
        if other == peak.account:
            continue
        read = windows.ever_read(other)
        if len(np.intersect1d(read, mine)) >= AS_MANY * max(len(mine), 1) and (
            best[other].score >= enough - ALIKE or _may_have_chosen(scan, peak, best[other], read)
        ):
            found.append(best[other])
    return tuple(found)


def _may_have_chosen(scan: Scan, peak: Peak, other: Peak, read: Ints) -> bool:
    """Whether what another ever read of the list of a peak explains the leak as well, and its reading more than chance lets it.

    Who opened one by one what somebody else drew as a list, among other records, may as well have taken just these.
    """
    if peak.drawing < 0 or other.score < np.log(len(scan.h.accounts)):
        return False
    listed, hits = scan.weighing.of(peak)
    listed, hits = listed[np.isin(listed, read)], hits[np.isin(hits, read)]
    return len(hits) > 0 and scan.strata.bayes(listed, hits) >= peak.score - ALIKE

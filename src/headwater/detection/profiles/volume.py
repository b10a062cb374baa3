"""How much an account reads in a day, against its own past and its peers, and over weeks."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from headwater.detection.profiles.expectation import Expectation, expect, mid_p
from headwater.detection.profiles.rarity import calibrated
from headwater.model.organisation import Organisation

Floats = npt.NDArray[np.float64]

MIN_PEERS = 5
"""A peer group smaller than this is merged into the next wider one."""
WEEKS = 28
"""Days of the slow sum, and of the lag of its baseline."""
STANDS_OUT, STANDS_OUT_DAYS = 0.002, 3
"""Accounts with so many days below that p-value leave the reference in a second round."""


@dataclass(frozen=True, slots=True)
class Volume:
    """Arrays of shape (accounts, days): ``rare`` is a day's calibrated p-value, ``slow`` that of the 28 days up to it."""

    accounts: tuple[str, ...]
    days: tuple[date, ...]
    counts: Floats
    expected: Expectation
    rare: Floats
    slow: Floats
    slow_sum: Floats
    slow_mean: Floats
    groups: npt.NDArray[np.int64]
    group_names: tuple[str, ...]

    def index(self, account: str) -> int:
        """The row of an account."""
        return self.accounts.index(account)


def volume(days: pd.DataFrame, org: Organisation, column: str = "total") -> Volume:
    """Judge every account-day by distinct records plus rows that a log counts but does not name."""
    frame = days.assign(total=days["subjects"] + days["unseen"])
    accounts = tuple(sorted(frame["account"].dropna().unique()))
    first, last = frame["day"].min(), frame["day"].max()
    calendar = tuple(pd.date_range(first, last, freq="D").date) if len(frame) else ()
    counts = np.full((len(accounts), len(calendar)), np.nan)
    row = {a: i for i, a in enumerate(accounts)}
    at = {d: i for i, d in enumerate(calendar)}
    known = frame[frame["account"].notna()]
    counts[[row[a] for a in known["account"]], [at[d] for d in known["day"]]] = known[column].to_numpy(float)
    groups, names = peer_groups(accounts, org)
    alone = np.array([names[g].startswith("=") for g in groups], bool)
    weekdays = np.array([d.weekday() for d in calendar], np.int64)
    expected = expect(counts, groups, weekdays, alone)
    rare = calibrated(-np.log10(expected.p_own))
    again = calibrated(-np.log10(expected.p_own), aside=_outstanding(rare))
    rare = np.fmin(rare, again)
    slow, total, mean = _slow(counts, expected)
    return Volume(accounts, calendar, counts, expected, rare, slow, total, mean, groups, names)


def _outstanding(rare: Floats) -> npt.NDArray[np.bool_]:
    """Accounts that stand out on several days: one of them must not hide the next by filling the reference."""
    return np.asarray(np.sum(np.nan_to_num(rare, nan=1.0) < STANDS_OUT, axis=1) >= STANDS_OUT_DAYS)


def peer_groups(accounts: tuple[str, ...], org: Organisation) -> tuple[npt.NDArray[np.int64], tuple[str, ...]]:
    """Number the peers of each account: department and role, merged upward when fewer than five.

    Services, shared accounts and accounts of nobody have no peers; their group's name begins with ``=``.
    """
    fine, wide = [], []
    for account in accounts:
        owner = org.owner(account)
        if owner is None or org.kind(account) != "person":
            fine.append(f"={account}")
            wide.append(f"={account}")
        else:
            fine.append(f"{owner.department}/{owner.role}/{owner.site}")
            wide.append(f"{owner.department}/{owner.role}")
    small, large = Counter(fine), Counter(wide)
    names = []
    for f, w in zip(fine, wide, strict=True):
        if f.startswith("=") or small[f] >= MIN_PEERS:
            names.append(f)
        else:
            names.append(w if large[w] >= MIN_PEERS else "*")
    unique = tuple(sorted(set(names)))
    number = {n: i for i, n in enumerate(unique)}
    return np.array([number[n] for n in names], np.int64), unique


def _slow(counts: Floats, expected: Expectation) -> tuple[Floats, Floats, Floats]:
    """The 28-day sum against what was expected 28 days before: p-values calibrated in the house, sums, means.

    ``V = sum(m + m^2/r) + M^2/(a+A) + (0.1 M)^2`` widens the predictive for the unknown level and for drift.
    """
    lagged = np.full(counts.shape, np.nan)
    ratio = expected.mean / np.where(expected.peers[:, None] > 0, expected.peers[:, None], np.nan)
    for t in range(counts.shape[1]):
        # the level as it was known before the window began; the peers' level while there is no past
        start = max(0, t - WEEKS + 1)
        before = ratio[:, max(0, start - 7) : start + 1]
        known = ~np.all(np.isnan(before), axis=1)
        lagged[known, t] = np.nanmedian(before[known], axis=1) if start else 1.0
    lagged = np.where(np.isnan(lagged), 1.0, lagged)
    observed = ~np.isnan(counts)
    kept = np.where(observed, counts, 0.0)
    usual = np.where(observed, np.nan_to_num(expected.peers[:, None] * np.ones_like(counts)), 0.0)
    size = np.where(observed, np.nan_to_num(expected.size, nan=1.0), 1.0)
    total, mean = _window(kept), _window(usual) * lagged
    days = _window(observed.astype(float))
    variance = _window(np.where(observed, usual * lagged + (usual * lagged) ** 2 / np.maximum(size, 1e-6), 0.0))
    variance = variance + (0.1 * mean) ** 2 + mean**2 / np.maximum(days, 1)
    p = np.full(counts.shape, np.nan)
    enough = (days >= 10) & (mean > 0) & (variance > mean)
    r = np.where(enough, mean**2 / np.where(variance > mean, variance - mean, 1.0), 1.0)
    p[enough] = np.clip(stats.nbinom.sf(total[enough] - 1, r[enough], (r / (r + mean))[enough]), 1e-300, 1.0)
    return calibrated(-np.log10(p)), total, mean


def _window(values: Floats) -> Floats:
    summed = np.cumsum(values, axis=1)
    before = np.zeros_like(summed)
    before[:, WEEKS:] = summed[:, :-WEEKS]
    return summed - before


__all__ = ["MIN_PEERS", "WEEKS", "Volume", "mid_p", "peer_groups", "volume"]

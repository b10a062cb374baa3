"""How much an account reads in a day, against its own past and its peers, and over weeks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from headwater.detection.profiles.expectation import Expectation, beyond, expect, median_known, mid_p
from headwater.detection.profiles.rarity import among_others
from headwater.model.organisation import Organisation

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MIN_PEERS = 5
"""A peer group smaller than this is merged into the next wider one."""
SPANS = (7, 28)
"""Days of the slow sums, and of the lag of their baselines."""
PRESENT = 0.4
"""The share of a slow sum's days on which the account must have been at work."""
ENOUGH = 400
"""Person-days that a job needs to be its own measure of rarity; smaller jobs are put together."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One way of reading, arrays of shape (accounts, days).

    ``rare`` is a day's p-value among the days of others of the same job, ``slow[w]`` that of the sum over the
    last ``w`` days, with its ``total[w]`` and ``usual[w]``.
    """

    counts: Floats
    expected: Expectation
    rare: Floats
    slow: Mapping[int, Floats]
    total: Mapping[int, Floats]
    usual: Mapping[int, Floats]


@dataclass(frozen=True, slots=True)
class Volume:
    """How much each account reads: ``opened`` counts people's records opened one by one, ``listed`` those that lists gave.

    The two are judged apart: a supervisor who draws a monthly list is no measure for somebody at a counter.
    ``rare`` is the p-value of a day by either, corrected for there being two.
    """

    accounts: tuple[str, ...]
    days: tuple[date, ...]
    opened: Counted
    listed: Counted
    rare: Floats
    groups: Ints

    @property
    def ways(self) -> tuple[Counted, Counted]:
        """Both ways of reading."""
        return self.opened, self.listed

    def index(self, account: str) -> int:
        """The row of an account."""
        return self.accounts.index(account)

    def loud(self, limit: float, times: float) -> npt.NDArray[np.bool_]:
        """Account-days that are rarer than a limit by one way of reading, and so many times what was expected of it."""
        with np.errstate(invalid="ignore"):
            each = [(way.rare < limit / 2) & (way.counts >= times * way.expected.mean) for way in self.ways]
        return np.asarray(each[0] | each[1])


def volume(days: pd.DataFrame, org: Organisation) -> Volume:
    """Judge every account-day, by what was opened and by what lists gave (with rows that a log counts but does not name)."""
    frame = days[days["account"].notna()]
    frame = frame.assign(listed=frame["listed"] + frame["unseen"])
    accounts = tuple(sorted(frame["account"].unique()))
    calendar = tuple(pd.date_range(frame["day"].min(), frame["day"].max(), freq="D").date) if len(frame) else ()
    groups, names = peer_groups(accounts, org)
    row = {a: i for i, a in enumerate(accounts)}
    at = {d: i for i, d in enumerate(calendar)}
    place = [row[a] for a in frame["account"]], [at[d] for d in frame["day"]]
    weekdays = np.array([d.weekday() for d in calendar], np.int64)
    ways = []
    for column in ("opened", "listed"):
        counts = np.full((len(accounts), len(calendar)), np.nan)
        counts[place] = frame[column].to_numpy(float)
        ways.append(_counted(counts, groups, names, weekdays))
    rare = np.minimum(1.0, 2 * np.fmin(ways[0].rare, ways[1].rare))
    return Volume(accounts, calendar, ways[0], ways[1], rare, groups)


def _counted(counts: Floats, groups: Ints, names: tuple[str, ...], weekdays: Ints) -> Counted:
    alone = np.array([names[g].startswith("=") for g in groups], bool)
    expected = expect(counts, groups, weekdays, alone)
    measures = bands(counts, groups, alone)
    rare = among_others(-np.log10(mid_p(counts, expected.mean, expected.size)), measures)
    sums = {width: _slow(counts, expected, width) for width in SPANS}
    return Counted(
        counts,
        expected,
        rare,
        {w: among_others(-np.log10(p), measures) for w, (p, _total, _mean) in sums.items()},
        {w: total for w, (_p, total, _mean) in sums.items()},
        {w: mean for w, (_p, _total, mean) in sums.items()},
    )


def bands(counts: Floats, groups: Ints, alone: npt.NDArray[np.bool_]) -> Ints:
    """Whose days are the measure of whose: each job its own where it has days enough, the other people together.

    Machines' accounts are one band: there are too few of them for more.
    """
    made = np.full(len(groups), -1, np.int64)
    for group in np.unique(groups[~alone]):
        members = (groups == group) & ~alone
        if np.count_nonzero(~np.isnan(counts[members])) >= ENOUGH:
            made[members] = group
    made[alone] = -2
    return made


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


def _slow(counts: Floats, expected: Expectation, width: int) -> tuple[Floats, Floats, Floats]:
    """The sum of so many days against what was expected before they began: p-values of the model, sums, means.

    ``V = sum(m + m^2/r) + M^2/(a+A) + (0.1 M)^2`` widens the predictive for the unknown level and for drift.
    """
    ratio = expected.mean / np.where(expected.lifted > 0, expected.lifted, np.nan)
    lagged = np.ones(counts.shape)
    for t in range(counts.shape[1]):
        # the level as it was known before the window began; the peers' level while there is no past
        start = max(0, t - width + 1)
        before = ratio[:, max(0, start - 7) : start + 1]
        known = ~np.all(np.isnan(before), axis=1)
        if start:
            lagged[known, t] = median_known(before[known], axis=1)
    observed = ~np.isnan(counts)
    usual = np.where(observed, np.nan_to_num(expected.lifted), 0.0)
    size = np.where(observed, np.nan_to_num(expected.size, nan=1.0), 1.0)
    total, mean = _window(np.where(observed, counts, 0.0), width), _window(usual, width) * lagged
    days = _window(observed.astype(float), width)
    variance = _window(np.where(observed, usual * lagged + (usual * lagged) ** 2 / np.maximum(size, 1e-6), 0.0), width)
    variance = variance + (0.1 * mean) ** 2 + mean**2 / np.maximum(days, 1)
    p = np.full(counts.shape, np.nan)
    enough = (days >= PRESENT * width) & (mean > 0) & (variance > mean)
    r = np.where(enough, mean**2 / np.where(variance > mean, variance - mean, 1.0), 1.0)
    p[enough] = np.clip(beyond(total[enough] - 1, mean[enough], r[enough]), 1e-300, 1.0)
    return p, total, mean


def _window(values: Floats, width: int) -> Floats:
    summed = np.cumsum(values, axis=1)
    before = np.zeros_like(summed)
    before[:, width:] = summed[:, :-width]
    return summed - before


__all__ = ["SPANS", "Counted", "Volume", "mid_p", "peer_groups", "volume"]

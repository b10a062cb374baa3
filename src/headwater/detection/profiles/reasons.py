"""Readings without a business reason, by account and day, against the rate of colleagues of the same job.

The rate of a colleague is beta-binomial around the group's, and that of a stretch of days around the account's own. Groups are
small, so how far colleagues lie apart is learnt from the whole house and from the group, each by the number that it has;
how far stretches of one account lie apart, from the house.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special, stats

from headwater.detection.profiles.volume import peer_groups
from headwater.model.organisation import Organisation

Floats = npt.NDArray[np.float64]
ENOUGH = 10
"""Readings that a stretch of days needs for its rate to be counted."""
HOUSE = 20.0
"""The house's spread of rates weighs as much as so many stretches of the group's own."""
LEAST_RATE, LEAST_SPREAD, MOST_SPREAD = 0.002, 0.001, 0.5
"""No job is trusted to record more reasons than all but this share; bounds of the correlation within an account."""
FEWEST, UNKNOWN = 5, 0.02
"""With fewer rates than this to learn it from, this correlation is believed."""

LASTING = 28
"""From this length on colleagues' rates are trusted as a model; shorter stretches, of which there are many, are ranked
among all of the house instead."""
STILL = 0.01
"""How rare what is left without the worst days must be to be more than a task."""
UNUSUAL = 0.01
"""A sitting carries a pattern when so many unexplained records would come together less often than this."""


@dataclass(frozen=True)
class Reasons:
    """Arrays of shape (accounts, days): readings, and those without a reason. ``usual`` is the peers' rate (or NaN).

    How far rates lie apart is worked out once, and kept: it is asked for again with every stretch that is looked at.
    """

    accounts: tuple[str, ...]
    days: tuple[date, ...]
    read: Floats
    left: Floats
    usual: Floats
    groups: npt.NDArray[np.int64]

    @cached_property
    def spread(self) -> Floats:
        """Per account: how far whole rates lie apart in its group and house, as a correlation; its own is left out."""
        ratio = _apart(self.left.sum(1), self.read.sum(1), self.usual)
        house = _trimmed(ratio)
        if len(house) < FEWEST:
            return np.full(len(self.accounts), UNKNOWN)
        made = np.empty(len(self.accounts))
        for group in np.unique(self.groups):
            members = np.flatnonzero(self.groups == group)
            for i in members:
                peers = _trimmed(ratio[members[members != i]])
                made[i] = (HOUSE * house.mean() + peers.sum()) / (HOUSE + len(peers))
        return np.clip(made, LEAST_SPREAD, MOST_SPREAD)

    def within(self, length: int) -> float:
        """How far the rates of stretches of so many days lie apart in one account, as a correlation: one for the house.

        Longer ones than half of the time are held to be like its halves.
        """
        length = max(1, min(length, len(self.days) // 2))
        if length not in self._within:
            self._within[length] = self._apart_within(length)
        return self._within[length]

    @cached_property
    def _within(self) -> dict[int, float]:
        """What is known of :meth:`within` so far."""
        return {}

    def _apart_within(self, length: int) -> float:
        starts = range(0, len(self.days) - length + 1, length)
        read = np.stack([self.read[:, s : s + length].sum(1) for s in starts], axis=1)
        left = np.stack([self.left[:, s : s + length].sum(1) for s in starts], axis=1)
        counted = read >= ENOUGH
        own = np.where(counted, left, 0).sum(1) / np.maximum(np.where(counted, read, 0).sum(1), 1)
        number = counted.sum(1)
        ratio = _apart(left, read, np.where((number >= 2) & (self.usual <= 0.5), own, np.nan)[:, None])
        ratio = _trimmed(ratio * (number / np.maximum(number - 1, 1))[:, None])
        return float(np.clip(ratio.mean(), LEAST_SPREAD, MOST_SPREAD)) if len(ratio) >= FEWEST else UNKNOWN

    def stretches(self, length: int, starts: npt.NDArray[np.int64] | None = None) -> Stretches:
        """Stretches of so many days, each a quarter further unless said, with what the days before them let expect."""
        if starts is None:
            starts = np.arange(0, len(self.days) - length + 1, max(1, length // 4))
        read, left = _sums(self.read, starts, length), _sums(self.left, starts, length)
        read_before, left_before = _sums(self.read, 0 * starts, starts), _sums(self.left, 0 * starts, starts)
        within, between = self.within(length), self.spread[:, None]
        runs = np.maximum(read_before * length / np.maximum(starts, 1) - 1, 0)
        past = read_before / (1 + runs * within)
        prior = 1 / between - 1
        own = left_before / np.maximum(read_before, 1)
        mean = (prior * self.usual[:, None] + past * own) / (prior + past)
        return Stretches(starts, read, left, mean, np.minimum(within + 1 / (prior + past + 1), MOST_SPREAD))

    def without(self, row: int, start: int, end: int, mean: float, days: int) -> tuple[float, float, float]:
        """What is left of some days (both ends included) when the worst few are taken away: readings, unexplained, mid-p.

        What stands out only with them is one task, or one raid; what does without them is a habit.
        """
        read, left = self.read[row, start : end + 1], self.left[row, start : end + 1]
        others = np.argsort(mean * read - left, kind="stable")[days:]
        n, k = float(read[others].sum()), float(left[others].sum())
        spread = self.within(len(read)) + float(self.spread[row])
        return n, k, tail(k, n, mean, spread) if k else 1.0


@dataclass(frozen=True, slots=True)
class Stretches:
    """Arrays of shape (accounts, stretches): what was read, what is without a reason, the rate and spread to expect."""

    starts: npt.NDArray[np.int64]
    read: Floats
    left: Floats
    mean: Floats
    spread: Floats

    def excess(self) -> Floats:
        """How much each says: the log likelihood ratio of its rate against the expected one, less for what comes in runs.

        Nothing where the rate is not above it; NaN where nothing was read or nobody knows what is usual.
        """
        mean = np.clip(self.mean, LEAST_RATE, 0.9)
        with np.errstate(divide="ignore", invalid="ignore"):
            rate = self.left / self.read
            rest = special.xlog1py(self.read - self.left, -rate) - (self.read - self.left) * np.log1p(-mean)
            ratio = special.xlogy(self.left, rate / mean) + rest
        ratio = np.where(rate > mean, ratio, 0.0) / (1 + np.maximum(self.read - 1, 0) * self.spread)
        return np.where((self.read > 0) & ~np.isnan(mean), ratio, np.nan)

    def p(self, row: int, at: int) -> float:
        """The mid-p-value of one of them under the model."""
        return tail(self.left[row, at], self.read[row, at], self.mean[row, at], self.spread[row, at])


class Pattern(NamedTuple):
    """Some days of an account: how rare what it read there is, and whether it is so without the worst days too."""

    p: float
    start: int
    end: int
    mean: float  # the rate to expect, by colleagues and by the account's own days before
    lasting: bool


def reasons(org: Organisation, sittings: pd.DataFrame, explained: pd.DataFrame) -> Reasons | None:
    """What the owners' business leaves over, of all accounts; ``None`` where nothing was opened. Small frames only."""
    frame = daily(sittings, explained)
    if frame.empty:
        return None
    accounts = tuple(sorted(frame["account"].unique()))
    days = tuple(pd.date_range(frame["day"].min(), frame["day"].max(), freq="D").date)
    row, at = {a: i for i, a in enumerate(accounts)}, {d: j for j, d in enumerate(days)}
    read, left = np.zeros((len(accounts), len(days))), np.zeros((len(accounts), len(days)))
    where = [row[a] for a in frame["account"]], [at[d] for d in frame["day"]]
    read[where], left[where] = frame["readings"], frame["unexplained"]
    groups, _names = peer_groups(accounts, org)
    return Reasons(accounts, days, read, left, usual_rates(read.sum(1), left.sum(1), groups), groups)


def daily(sittings: pd.DataFrame, explained: pd.DataFrame) -> pd.DataFrame:
    """Per account and day: readings at all, and readings that the owner's business does not explain."""
    keys = ["account", "place", "sitting"]
    own = explained.merge(sittings[[*keys, "owner", "day"]], on=keys)
    own = own[own["employee"] == own["owner"]]
    grouped = own.groupby(["account", "day"], as_index=False)[["readings", "explained"]].sum()
    return grouped.assign(unexplained=grouped["readings"] - grouped["explained"])


def usual_rates(read: Floats, left: Floats, groups: npt.NDArray[np.int64]) -> Floats:
    """The median rate of each account's peers; NaN where there are fewer than two."""
    rates = (left + 0.5) / (read + 1.0)
    usual = np.full(len(read), np.nan)
    for i in range(len(read)):
        peers = rates[(groups == groups[i]) & (np.arange(len(read)) != i)]
        if len(peers) >= 2:
            usual[i] = np.median(peers)
    return usual


def _sums(values: Floats, starts: npt.NDArray[np.int64], length: npt.NDArray[np.int64] | int) -> Floats:
    """Sums over stretches of days."""
    running = np.concatenate([np.zeros((len(values), 1)), np.cumsum(values, axis=1)], axis=1)
    return np.asarray(running[:, starts + length] - running[:, starts])


def _apart(left: Floats, read: Floats, usual: Floats) -> Floats:
    """The squared distance of a rate from the usual one beyond chance, over q (1 - q); NaN where it says nothing."""
    usual = np.clip(usual, LEAST_RATE, 0.9)
    chance = usual * (1 - usual)
    ratio = ((left / np.maximum(read, 1) - usual) ** 2 - chance / np.maximum(read, 1)) / chance
    return np.where((read >= ENOUGH) & (usual <= 0.5), ratio, np.nan)


def _trimmed(ratio: Floats) -> Floats:
    """The known ones without the largest tenth: that is where the crimes are."""
    known = np.sort(ratio[~np.isnan(ratio)])
    return known[: max(min(3, len(known)), int(np.ceil(0.9 * len(known))))]


def telling(
    sittings: pd.DataFrame, explained: pd.DataFrame, account: str, dates: Collection[date], usual: float
) -> pd.DataFrame:
    """The sittings of these days that carry a pattern: with more unexplained records than the usual share lets happen.

    The others are left out, so that a stranger's night does not become the owner's because of his proper days.
    """
    sittings = sittings[(sittings["account"] == account) & sittings["day"].isin(dates)]
    keys = ["account", "place", "sitting"]
    own = explained.merge(sittings[[*keys, "owner"]], on=keys)
    own = own[own["employee"] == own["owner"]]
    left = own["readings"] - own["explained"]
    rare = stats.poisson.sf(left - 1, 1.5 * max(usual, LEAST_RATE) * own["readings"]) < UNUSUAL
    chosen = own[(left > 0) & (rare if rare.any() else left == left.max())][keys]
    index = sittings.reset_index().merge(chosen, on=keys)["index"]
    return sittings.loc[sorted(index)]


def tail(left: float, read: float, usual: float, spread: float) -> float:
    """Mid-p of at least so many without a reason under a beta-binomial with this mean and correlation."""
    mean = float(np.clip(usual, LEAST_RATE, 0.9))
    total = 1 / spread - 1
    law = stats.betabinom(int(read), mean * total, (1 - mean) * total)
    return float(np.clip(law.sf(left) + 0.5 * law.pmf(left), 1e-300, 1.0))

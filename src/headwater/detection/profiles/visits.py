"""Visits: what was read over an account from an address new to it, and how unlike its owner that was.

The way in: how rare the address is, how many wrong passwords came before, how odd the hour. The reading: whether the
business of the owner explains it as it usually does, and how much it was. Innocent journeys have the way in too; so
both are kept apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd
from ibis import _
from scipy import stats

from headwater.detection.profiles.rarity import calibrated
from headwater.store.engine import Engine

EARLIER = timedelta(hours=3)
"""Wrong passwords count when they came so short a time before the reading."""
SHRINK = 10.0
"""The house's hours weigh as much as so many days of the own."""
BY_CHANCE, SPREAD = 0.05, 8.0
"""Share of records that the owner's business explains when somebody else picked them; how firmly shares are kept
(the concentration of a beta-binomial: a day's share wanders about its usual value)."""
FIRST = 5
"""An account's first days have too short a past to be held against it."""
FEW = 20
"""An owner's usual share is known from so many readings on."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Hours:
    """At which hours accounts are used: days by account and hour, and the house's share of account-days by hour."""

    own: pd.DataFrame  # account, day, hour
    house: Floats  # 24 shares

    def odd(self, account: str, hour: int, before: date) -> tuple[float, int, int]:
        """How rare it is to work within an hour of this one: p-value, on how many of how many earlier days."""
        rows = self.own[(self.own["account"] == account) & (self.own["day"] < before)]
        near = [(hour - 1) % 24, hour, (hour + 1) % 24]
        there, total = rows[rows["hour"].isin(near)]["day"].nunique(), rows["day"].nunique()
        usual = min(1.0, float(self.house[near].sum()))
        return min(1.0, (there + SHRINK * usual) / (total + SHRINK)), there, total


def hours(engine: Engine, accounts: Sequence[str]) -> Hours:
    """Learn the hours. Costs one group-by over reading."""
    access = engine.table("access")
    own = access.filter(_.account.isin(sorted(accounts))).select("account", "day", "hour").distinct()
    each = access.filter(_.account.notnull()).select("account", "day", "hour").distinct()
    by_hour = engine.arrow(each.group_by("hour").agg(n=_.count())).to_pandas()
    days = int(engine.arrow(each.select("account", "day").distinct().agg(n=_.count()))["n"][0].as_py())
    house = np.zeros(24)
    house[by_hour["hour"].to_numpy(int)] = by_hour["n"].to_numpy(float) / max(1, days)
    return Hours(engine.arrow(own).to_pandas(), house)


@dataclass(frozen=True, slots=True)
class Failures:
    """Wrong passwords: each one's account and time, and how many came on one account-day, over the house."""

    times: pd.DataFrame  # account, time
    daily: npt.NDArray[np.int64]  # failures per account-day that had any
    days: int  # account-days with any log-on or failure

    def before(self, account: str, moments: pd.Series) -> int:
        """The most wrong passwords within three hours before one of these moments."""
        own = self.times.loc[self.times["account"] == account, "time"]
        return max((int(((own >= m - EARLIER) & (own <= m)).sum()) for m in moments), default=0)

    def rare(self, count: int) -> float:
        """The share of account-days with so many."""
        return min(1.0, (int((self.daily >= count).sum()) + 1) / (self.days + 1)) if count else 1.0


def failures(engine: Engine, accounts: Sequence[str]) -> Failures:
    """Learn the wrong passwords. Costs one group-by over log-ons."""
    logons = engine.table("logons").filter(_.account.notnull())
    wrong = logons.filter(_.action == "failure")
    times = engine.arrow(wrong.filter(_.account.isin(sorted(accounts))).select("account", "time")).to_pandas()
    daily = engine.arrow(wrong.group_by(["account", "day"]).agg(n=_.count()))["n"].to_numpy()
    days = int(engine.arrow(logons.select("account", "day").distinct().agg(n=_.count()))["n"][0].as_py())
    return Failures(times, np.asarray(daily, np.int64), days)


def unlike_business(read: int, explained: int, usual: float) -> float:
    """Bits for a stranger: so many explained of so many records read, where a share is usual."""
    low, share = BY_CHANCE * SPREAD, min(usual, 0.95) * SPREAD
    stranger = stats.betabinom.logpmf(explained, read, low, SPREAD - low)
    owner = stats.betabinom.logpmf(explained, read, share, SPREAD - share)
    return float((stranger - owner) / np.log(2.0))


def louder(counts: Floats, usual: Floats, days: pd.DataFrame) -> Floats:
    """How rare it is in the house that a day has so many times the records of the account's earlier days.

    ``counts`` and ``usual`` of what is judged; ``days``: account, day, subjects, unseen of the house.
    """
    ordered = days.sort_values(["account", "day"])
    read = (ordered["subjects"] + ordered["unseen"]).astype(float)
    groups = read.groupby(ordered["account"])
    past = (groups.cumsum() - read) / groups.cumcount().clip(lower=1)
    house = _times(read.to_numpy(float), past.to_numpy(float))[(groups.cumcount() >= FIRST).to_numpy()]
    scores = np.concatenate([house, _times(counts, usual)])
    aside = np.arange(len(scores)) >= len(house)
    return np.asarray(calibrated(scores[:, None], aside)[len(house) :, 0])


def _times(counts: Floats, usual: Floats) -> Floats:
    return np.asarray(np.log((counts + 5.0) / (usual + 5.0)))

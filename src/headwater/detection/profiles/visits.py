"""Visits: what was read over an account from an address new to it, and how unlike its owner that was.

The way in: how rare the address is, how many wrong passwords came before, how odd the hour. The reading: whether the
business of the owner explains it as it usually does, and how much it was. Innocent journeys have the way in too; so
both are kept apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
Moments = npt.NDArray[np.int64]
"""Microseconds since 1970."""
NEVER: Moments = np.empty(0, np.int64)
NO_HOURS = pd.DataFrame({"day": [], "hour": []}, dtype=object)


@dataclass(frozen=True, slots=True)
class Hours:
    """At which hours accounts are used: days by account and hour, and the house's share of account-days by hour."""

    own: Mapping[str, pd.DataFrame]  # account -> day, hour
    house: Floats  # 24 shares

    def odd(self, account: str, hour: int, before: date) -> tuple[float, int, int]:
        """How rare it is to work within an hour of this one: p-value, on how many of how many earlier days."""
        own = self.own.get(account, NO_HOURS)
        rows = own[own["day"] < before]
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
    return Hours(dict(iter(engine.arrow(own).to_pandas().groupby("account"))), house)


@dataclass(frozen=True, slots=True)
class Failures:
    """Wrong passwords: each one's account and time, and how many came on one account-day, over the house."""

    times: Mapping[str, Moments]  # account -> when, in order
    daily: npt.NDArray[np.int64]  # failures per account-day that had any
    days: int  # account-days with any log-on or failure

    def before(self, account: str, moments: pd.Series) -> int:
        """The most wrong passwords within three hours before one of these moments."""
        own, until = self.times.get(account, NEVER), _numbers(moments)
        since = until - EARLIER // timedelta(microseconds=1)
        counts = np.searchsorted(own, until, "right") - np.searchsorted(own, since, "left")
        return int(counts.max(initial=0))

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
    by_account = {str(a): np.sort(_numbers(own)) for a, own in times.groupby("account")["time"]}
    return Failures(by_account, np.asarray(daily, np.int64), days)


def _numbers(moments: pd.Series) -> Moments:
    return np.asarray(moments.dt.as_unit("us").astype("int64"), np.int64)


def unlike_business(read: int, explained: int, usual: float) -> float:
    """Bits for a stranger: so many explained of so many records read, where a share is usual."""
    low, share = BY_CHANCE * SPREAD, min(usual, 0.95) * SPREAD
    stranger = stats.betabinom.logpmf(explained, read, low, SPREAD - low)
    owner = stats.betabinom.logpmf(explained, read, share, SPREAD - share)
    return float((stranger - owner) / np.log(2.0))


@dataclass(frozen=True, slots=True)
class Levels:
    """How many times the records of its account's earlier days each day of the house has, as scores in order."""

    house: Floats

    def louder(self, count: float, usual: float) -> float:
        """How rare it is in the house that a day has so many times the usual records."""
        scores = np.append(self.house, _times(np.array([count]), np.array([usual])))
        aside = np.arange(len(scores)) == len(self.house)
        return float(calibrated(scores[:, None], aside)[-1, 0])


def levels(days: pd.DataFrame) -> Levels:
    """Learn them from the house's days: account, day, subjects, unseen. Costs one sort of them."""
    ordered = days.sort_values(["account", "day"])
    read = (ordered["subjects"] + ordered["unseen"]).astype(float)
    groups = read.groupby(ordered["account"])
    past = (groups.cumsum() - read) / groups.cumcount().clip(lower=1)
    known = (groups.cumcount() >= FIRST).to_numpy()
    return Levels(np.sort(_times(read.to_numpy(float), past.to_numpy(float))[known]))


def _times(counts: Floats, usual: Floats) -> Floats:
    return np.asarray(np.log((counts + 5.0) / (usual + 5.0)))

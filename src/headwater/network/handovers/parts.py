"""The parts of accounts that passed from hand to hand: which one an account is at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from headwater.model.network import PART
from headwater.network.frames import Ints, Traffic

FIRST = 2
"""From its third message on an account is at home on a device: one or two may be of a clock that is wrong."""


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """For each account that passed: where its parts stand, and from when on each but the first is."""

    places: dict[int, Ints]
    cuts: dict[int, Ints]

    def at(self, accounts: Ints, time: Ints) -> Ints:
        """The part of each account at a time; other accounts stay what they are."""
        found = accounts.copy()
        for account, cuts in self.cuts.items():
            rows = np.flatnonzero(accounts == account)
            found[rows] = self.places[account][np.searchsorted(cuts, time[rows], side="right")]
        return found

    def lived(self, home: pd.DataFrame) -> pd.DataFrame:
        """``home`` with the ``number`` and the place (``part``) of the part that each device shows: of two that it may show the first.

        What a device goes on showing after its holder gave the account away he still does himself: the others' phones show the rest.
        """
        found = home.assign(number=0, part=home["account"])
        for account, cuts in self.cuts.items():
            own = found[(found["account"] == account) & (found["table"] == "messages")].sort_values("time")
            since = own.groupby("holder")["time"].nth(FIRST).groupby(own["holder"]).first()
            number = pd.Series(np.searchsorted(cuts, since.to_numpy(np.int64), side="right"), index=since.index)
            rows = (found["account"] == account).to_numpy()
            here = found["holder"][rows].map(number).to_numpy(float)
            by_time = np.searchsorted(cuts, found["time"][rows].to_numpy(np.int64), side="right")
            found.loc[rows, "number"] = np.where(np.isnan(here), by_time, np.nan_to_num(here)).astype(np.int64)
            found.loc[rows, "part"] = self.places[account][found["number"][rows].to_numpy(np.int64)]
        return found


def parts(told: pd.DataFrame, count: int) -> Parts:
    """Number the parts of each account (``account``, ``cut``) of so many."""
    places, cuts = {}, {}
    for account, rows in told.groupby("account", sort=True):
        times = np.unique(rows["cut"].to_numpy(np.int64))
        cuts[int(account)] = times
        places[int(account)] = np.concatenate([[int(account)], count + np.arange(len(times))]).astype(np.int64)
        count += len(times)
    return Parts(places, cuts)


def bare_ids(traffic: Traffic) -> np.ndarray:
    """The id of each account as exports write it: parts of one account have one."""
    ids = traffic.accounts["id"].astype(object).to_numpy(object).copy()
    for place in np.unique(traffic.handovers[["account", "before", "after"]].to_numpy(np.int64)):
        ids[place] = str(ids[place]).rpartition(PART)[0]
    return np.asarray(ids)

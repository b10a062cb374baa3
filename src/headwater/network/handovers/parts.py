"""The parts of accounts that passed from hand to hand: which one an account is at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from headwater.model.network import PART
from headwater.network.frames import Ints, Traffic


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

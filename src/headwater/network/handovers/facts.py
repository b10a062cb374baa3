"""What is known of an account that passed, shared out: names and numbers of one person are not laid to the other."""

from __future__ import annotations

import numpy as np
import pandas as pd

from headwater.network.frames import NONE, Ints, Traffic
from headwater.network.handovers.parts import Parts

ITS_OWN = ("nickname", "wechat", "qq")
"""What passes along with the account."""


def parted_facts(traffic: Traffic, every: Parts, home: pd.DataFrame) -> pd.DataFrame:
    """The frame ``facts`` with the parts of accounts.

    A fact with times goes to every part that it was seen of. Of the others, nicknames and ids belong to all parts; what a device tells of
    its own account to the part that was at home there (``home``), other names and numbers to the first part that whoever says so met.
    """
    facts = traffic.facts
    touched = facts["account"].isin(list(every.cuts))
    kept = [facts[~touched]]
    for account, cuts in every.cuts.items():
        own = facts[facts["account"] == account]
        edges = np.concatenate([[0], cuts, [np.iinfo(np.int64).max]])
        remarks = set(own["shown"][own["kind"] == "remark"])
        dated = ((own["first"] != NONE) & ~own["shown"].isin(remarks)).to_numpy()
        general = ~dated & own["kind"].isin(ITS_OWN).to_numpy() & ~own["shown"].isin(remarks).to_numpy()
        meant = _meant(traffic, own, (account, cuts), home[home["account"] == account])
        for number, place in enumerate(every.places[account].tolist()):
            low, high = edges[number], edges[number + 1]
            seen = dated & (own["first"] < high).to_numpy() & (own["last"] >= low).to_numpy()
            part = own[seen | general | (~dated & ~general & (meant == number))]
            spans = {
                "first": part["first"].where(part["first"] == NONE, part["first"].clip(lower=low)),
                "last": part["last"].where(part["last"] == NONE, part["last"].clip(upper=high - 1)),
            }
            kept.append(part.assign(account=place, **spans))
    by = ["account", "kind", "shown", "token", "owner"]
    return pd.concat(kept, ignore_index=True).sort_values(by, ignore_index=True)


def _meant(traffic: Traffic, own: pd.DataFrame, whose: tuple[int, Ints], home: pd.DataFrame) -> Ints:
    """The part that each fact without a time is of; ``whose``: the account, and from when on each part but the first is."""
    account, cuts = whose
    messages, holders = traffic.messages, traffic.accounts["owner"].astype(object).to_numpy(object)
    one, other = (messages[side].to_numpy(np.int64) for side in ("sender", "receiver"))
    rows = np.flatnonzero(((one == account) | (other == account)) & (one >= 0) & (other >= 0))
    partner = np.where(one[rows] == account, other[rows], one[rows])
    number = np.searchsorted(cuts, messages["time"].to_numpy(np.int64)[rows], side="right")
    met = pd.Series(number).groupby(holders[partner]).min().drop(labels="", errors="ignore")
    most = home.groupby("holder")["number"].min()
    remarks = own[own["kind"] == "remark"].drop_duplicates("shown").set_index("shown")["owner"]
    said_by = own["owner"].where(own["owner"] != "", own["shown"].map(remarks).fillna(holders[account]))
    found = said_by.map(most).fillna(said_by.map(met)).fillna(0)
    return np.asarray(found.to_numpy(np.int64))

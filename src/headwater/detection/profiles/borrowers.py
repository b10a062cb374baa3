"""Accounts that several people use who do not own them: how seldom two borrowers have the same account.

Whoever lends an account lends it to one. How often two borrowers of the house come upon the same account otherwise is
counted among the others of them; before anything is counted it is one in the number of accounts.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import pandas as pd

from headwater.model.organisation import Organisation


@dataclass(frozen=True, slots=True)
class Borrowed:
    """An account that ``people`` used who do not own it. ``p`` is paid for all ``pairs`` of the house's borrowers."""

    account: str
    people: tuple[str, ...]
    chance: float
    pairs: int
    p: float


def borrowed(parties: pd.DataFrame, org: Organisation, accounts: int) -> list[Borrowed]:
    """Accounts with two borrowers or more, at desks of their own. ``accounts``: how many accounts the house uses."""
    kind = {a: org.kind(a) for a in parties["account"].unique()}
    rows = parties[(parties["person"] != parties["owner"]) & (parties["account"].map(kind) == "person")]
    used = rows.sort_values(["first", "person"]).drop_duplicates(["account", "person"])
    # two at one desk are the two who may have sat there
    used = used.drop_duplicates(["account", "seat"])
    borrowers = used["person"].nunique()
    pairs = borrowers * (borrowers - 1) // 2
    made = []
    for account, mine in used.groupby("account", sort=True):
        people = tuple(mine["person"])
        if len(people) < 2:
            continue
        rest = used[~used["person"].isin(people)]
        others = rest["person"].nunique()
        alike = {
            tuple(sorted(pair)) for _name, them in rest.groupby("account") for pair in combinations(them["person"], 2)
        }
        chance = min(1.0, (len(alike) + 1) / (others * (others - 1) // 2 + max(accounts, 1)))
        p = pairs * chance
        for _further in people[2:]:
            p *= min(1.0, chance * borrowers)
        made.append(Borrowed(str(account), people, chance, pairs, min(1.0, max(p, 1e-300))))
    return made

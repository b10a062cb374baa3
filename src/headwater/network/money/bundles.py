"""One payment in several pieces: a red packet holds 200 at most, so that 330 come as 200 and 130."""

from __future__ import annotations

import numpy as np
import pandas as pd

from headwater.network.frames import Ints

_LIMIT = 200.0
"""CNY: what one red packet holds."""
_GAP = 180_000_000


def bundles(paid: pd.DataFrame) -> Ints:
    """For each payment (by time) the bundle that it is a piece of: after a full packet what follows at once between the same two."""
    order = np.lexsort((np.arange(len(paid)), paid["time"], paid["payee"], paid["payer"]))
    part = paid.iloc[order]
    same = np.ones(len(part), dtype=bool)
    for side in ("payer", "payee"):
        same[1:] &= part[side].to_numpy()[1:] == part[side].to_numpy()[:-1]
    same[1:] &= np.diff(part["time"].to_numpy(np.int64)) <= _GAP
    same[1:] &= (part["amount"].to_numpy(float)[:-1] == _LIMIT) & (part["amount"].to_numpy(float)[1:] <= _LIMIT)
    same[:1] = False
    found = np.empty(len(paid), dtype=np.int64)
    found[order] = np.cumsum(~same) - 1
    return np.asarray(pd.factorize(found)[0], dtype=np.int64)


def bundled(paid: pd.DataFrame, bundle: Ints) -> pd.DataFrame:
    """The bundles as payments, in the order of their numbers."""
    whole = paid.assign(bundle=bundle).groupby("bundle", sort=True)
    found = whole.first()
    found["amount"], found["refunded"] = whole["amount"].sum(), whole["refunded"].sum()
    return found.reset_index(drop=True)


def unbundled(parts: pd.DataFrame, paid: pd.DataFrame, bundle: Ints) -> pd.DataFrame:
    """Parts of bundles as parts of their payments, the first payment used up first."""
    pieces = pd.DataFrame({"bundle": bundle, "piece": np.arange(len(paid)), "sum": paid["amount"].to_numpy(float)})
    pieces["start"] = pieces.groupby("bundle")["sum"].cumsum() - pieces["sum"]
    asked = parts.rename(columns={"payment": "bundle"}).reset_index(drop=True)
    asked["from"] = asked.groupby("bundle")["amount"].cumsum() - asked["amount"]
    rows = asked.merge(pieces, on="bundle", how="left")
    low = np.maximum(rows["from"], rows["start"])
    high = np.minimum(rows["from"] + rows["amount"], rows["start"] + rows["sum"])
    single = ~rows["bundle"].duplicated(keep=False) | ~rows["bundle"].isin(
        pieces.loc[pieces["bundle"].duplicated(), "bundle"]
    )
    rows["amount"] = np.where(single, rows["amount"], np.round(high - low, 2))
    rows = rows[rows["amount"] > 0].rename(columns={"piece": "payment"})
    return rows[["payment", "hop", "amount", "how"]].reset_index(drop=True)

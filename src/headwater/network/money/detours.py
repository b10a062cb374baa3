"""Money that does not go straight: paid to a mule or an escrow for a seller, and passed on by them.

Whoever takes a payment without being asked for anything, and pays a seller whom the payer had just asked, stands for that seller.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from headwater.network.frames import NONE, Ints
from headwater.network.money.ledger import DAY, HOUR, MINUTE
from headwater.network.money.pairing import same_codes

_FEWEST = 2
_PART = 0.34


@dataclass(frozen=True, slots=True, eq=False)
class Detours:
    """For each payment the ``seller`` who was paid by it in the end, and ``what`` it is: ``other``, or ``pass_on`` of money paid before."""

    seller: Ints
    what: np.ndarray


def detours(paid: pd.DataFrame, hops: pd.DataFrame) -> Detours:
    """Find whom payees stand for."""
    payer, payee = paid["payer"].to_numpy(np.int64), paid["payee"].to_numpy(np.int64)
    what = np.full(len(paid), "other", dtype=object)
    chosen = payee.copy()
    stands = _candidates(paid, hops)
    if not len(stands):
        return Detours(chosen, what)
    tried = _tried(paid, hops, stands)
    if not len(tried):
        return Detours(chosen, what)
    best = tried.sort_values(["payment", "lag", "seller"]).drop_duplicates("payment")
    best = best[_trusted(best, tried)]
    chosen[best["payment"].to_numpy(np.int64)] = best["seller"].to_numpy(np.int64)
    passing = best[["payee", "seller"]].drop_duplicates()
    mine, theirs = same_codes([payer, payee], [passing["payee"].to_numpy(np.int64), passing["seller"].to_numpy(np.int64)])
    what[np.isin(mine, theirs)] = "pass_on"
    return Detours(chosen, what)


def _candidates(paid: pd.DataFrame, hops: pd.DataFrame) -> pd.DataFrame:
    """Payers, payees who sell them nothing, and sellers of the payers whom these payees pay."""
    deals = hops[["buyer", "seller"]].drop_duplicates()
    flows = paid[["payer", "payee"]].drop_duplicates()
    straight = flows.merge(deals, left_on=["payer", "payee"], right_on=["buyer", "seller"], how="left", indicator=True)
    odd = straight.loc[straight["_merge"] == "left_only", ["payer", "payee"]]
    sellers = hops["seller"].unique()
    odd = odd[odd["payer"].isin(hops["buyer"].unique())]
    onward = flows[flows["payee"].isin(sellers)].rename(columns={"payer": "payee", "payee": "seller"})
    found = odd.merge(onward, on="payee").merge(deals, left_on=["payer", "seller"], right_on=["buyer", "seller"])
    backward = found.merge(deals.rename(columns={"buyer": "payee", "seller": "of"}), left_on=["payee", "seller"], right_on=["payee", "of"], how="left")
    return backward.loc[backward["of"].isna(), ["payer", "payee", "seller"]].drop_duplicates()


def _tried(paid: pd.DataFrame, hops: pd.DataFrame, stands: pd.DataFrame) -> pd.DataFrame:
    """For each payment and each seller it may be meant for, how near in time a hop of theirs lies (as a share of the usual wait)."""
    rows = paid.assign(payment=np.arange(len(paid)))[["payment", "payer", "payee", "time", "amount"]].merge(stands, on=["payer", "payee"])
    if not len(rows):
        return rows.assign(lag=0.0)
    lags = []
    for column, wait, early in (("asked", 45 * MINUTE, 5 * MINUTE), ("answered", DAY, 5 * MINUTE)):
        known = hops[(hops[column] != NONE).to_numpy()][["buyer", "seller", column]].sort_values(column)
        left = rows.assign(at=rows["time"] + early)[["payment", "payer", "seller", "at"]].sort_values("at")
        near = pd.merge_asof(
            left, known.rename(columns={"buyer": "payer"}), left_on="at", right_on=column, by=["payer", "seller"], direction="backward"
        )
        lag = pd.Series((near["at"] - near[column]) / wait).set_axis(pd.MultiIndex.from_frame(near[["payment", "seller"]]))
        lags.append(lag.reindex(pd.MultiIndex.from_frame(rows[["payment", "seller"]])).to_numpy(float))
    rows["lag"] = np.fmin(lags[0], lags[1] + 0.2)
    return rows[rows["lag"] <= 8 * DAY / DAY]


def _trusted(best: pd.DataFrame, tried: pd.DataFrame) -> np.ndarray:
    """Payees who stand for a seller in several payments of the payer, or in one that came right after asking."""
    counted = best.groupby(["payer", "payee"])["lag"].agg(["size", "median"])
    known = best.merge(counted.reset_index(), on=["payer", "payee"], how="left")
    return np.asarray(((known["size"] >= _FEWEST) & (known["median"] <= 1.5)) | (known["lag"] <= 1.0))

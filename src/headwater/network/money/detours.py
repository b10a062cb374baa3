"""Money that does not go straight: paid to a mule or an escrow for a seller, and passed on by them.

Whoever takes a payment without being asked for anything, and pays a seller whom the payer had just asked, stands for that seller.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from headwater.network.frames import NONE, Ints
from headwater.network.money.ledger import HOUR, MINUTE
from headwater.network.money.pairing import same_codes

_EARLY = 5 * MINUTE
_WAITS = (("asked", 45 * MINUTE), ("answered", 4 * HOUR))
"""Within what time of asking or of the answer payments are mostly made."""
_BITS = 20.0
"""Evidence by which somebody is held to take money for a seller, whom nobody sees pass it on."""
_PART = 0.7
"""The part of the payments to them that must come in time."""


@dataclass(frozen=True, slots=True, eq=False)
class Detours:
    """For each payment the ``seller`` who was paid by it in the end, and ``what`` it is: ``other``, ``pass_on`` of money paid
    before to the seller, or ``pass_back`` to who paid it."""

    seller: Ints
    what: np.ndarray


def detours(paid: pd.DataFrame, hops: pd.DataFrame, announced: npt.NDArray[np.bool_]) -> Detours:
    """Find whom payees stand for; ``announced``: payments that the payee called money in escrow."""
    payer, payee = paid["payer"].to_numpy(np.int64), paid["payee"].to_numpy(np.int64)
    what = np.full(len(paid), "other", dtype=object)
    chosen = payee.copy()
    stands = _candidates(paid, hops)
    if not len(stands):
        return Detours(chosen, what)
    tried = _tried(paid, hops, stands, announced)
    if not len(tried):
        return Detours(chosen, what)
    best = tried.assign(late=tried["lag"] - tried["onward"] - tried["bits"].clip(0, 60) / 30).sort_values(
        ["payment", "late", "seller"]
    )
    best = best.drop_duplicates("payment")
    best = best[_trusted(best)]
    chosen[best["payment"].to_numpy(np.int64)] = best["seller"].to_numpy(np.int64)
    passing = best.loc[best["onward"], ["payee", "seller"]].drop_duplicates()
    mine, theirs = same_codes(
        [payer, payee], [passing["payee"].to_numpy(np.int64), passing["seller"].to_numpy(np.int64)]
    )
    what[np.isin(mine, theirs)] = "pass_on"
    stood = chosen != payee
    given = np.unique(np.stack([payee[stood], payer[stood]], axis=1), axis=0)
    mine, theirs = same_codes([payer, payee], [given[:, 0], given[:, 1]])
    what[np.isin(mine, theirs)] = "pass_back"
    return Detours(chosen, what)


def _candidates(paid: pd.DataFrame, hops: pd.DataFrame) -> pd.DataFrame:
    """Payers, payees who sell them nothing and ask nothing of their sellers, and sellers of the payers; ``onward``: the payee pays them."""
    deals = hops[["buyer", "seller"]].drop_duplicates()
    flows = paid[["payer", "payee"]].drop_duplicates()
    straight = flows.merge(deals, left_on=["payer", "payee"], right_on=["buyer", "seller"], how="left", indicator=True)
    odd = straight.loc[straight["_merge"] == "left_only", ["payer", "payee"]]
    found = odd.merge(deals.rename(columns={"buyer": "payer"}), on="payer")
    found = found[found["payee"] != found["seller"]]
    onward = pd.MultiIndex.from_frame(flows)
    found["onward"] = pd.MultiIndex.from_frame(found[["payee", "seller"]]).isin(onward)
    asks = pd.MultiIndex.from_frame(deals)
    either = [pd.MultiIndex.from_frame(found[sides]).isin(asks) for sides in (["payee", "seller"], ["payee", "payer"])]
    return found[~(either[0] | either[1])].reset_index(drop=True)


def _tried(
    paid: pd.DataFrame, hops: pd.DataFrame, stands: pd.DataFrame, announced: npt.NDArray[np.bool_]
) -> pd.DataFrame:
    """For each payment and each seller it may be meant for, how near in time a hop of theirs lies (``lag``, as a
    share of the usual wait), and the bits by which the payee's payments follow the requests to that seller more than
    chance."""
    rows = paid.assign(payment=np.arange(len(paid)), announced=announced)
    rows = rows[["payment", "payer", "payee", "time", "amount", "announced"]]
    rows = rows.merge(stands, on=["payer", "payee"])
    if not len(rows):
        return rows.assign(lag=0.0, bits=0.0)
    lags = []
    for column, wait in _WAITS:
        known = hops.loc[(hops[column] != NONE).to_numpy(), ["buyer", "seller", column]].sort_values(column)
        left = rows.assign(at=rows["time"] + _EARLY)[["payment", "payer", "seller", "at"]].sort_values("at")
        known = known.rename(columns={"buyer": "payer"})
        near = pd.merge_asof(left, known, left_on="at", right_on=column, by=["payer", "seller"], direction="backward")
        lag = pd.Series(
            ((near["at"] - near[column]) / wait).to_numpy(), pd.MultiIndex.from_frame(near[["payment", "seller"]])
        )
        lags.append(lag.reindex(pd.MultiIndex.from_frame(rows[["payment", "seller"]])).to_numpy(float))
    rows["lag"] = np.fmin(lags[0], lags[1])
    counted = rows.assign(near=rows["lag"] <= 1).groupby(["payer", "payee", "seller"])["near"].agg(["sum", "size"])
    rows = rows.merge(_bits(counted, hops).reset_index(), on=["payer", "payee", "seller"])
    sure = (rows["bits"] >= _BITS) & (rows["share"] >= _PART)
    return rows[
        (sure | rows["announced"] & (rows["lag"] <= 1) | (rows["onward"] & (rows["lag"] <= 8))).to_numpy()
    ].reset_index(drop=True)


def _bits(counted: pd.DataFrame, hops: pd.DataFrame) -> pd.DataFrame:
    """How much better the payments are told by the requests than by chance, which is the time that the requests' waits fill."""
    span = max(float(hops["asked"].max() - hops["asked"].min()), 1.0)
    asked = hops.groupby(["buyer", "seller"]).size()
    pairs = pd.MultiIndex.from_arrays(
        [counted.index.get_level_values("payer"), counted.index.get_level_values("seller")]
    )
    filled = asked.reindex(pairs).to_numpy(float) * sum(wait for _, wait in _WAITS) / span
    chance = np.clip(filled, 0.01, 0.95)
    share = (counted["sum"] / counted["size"]).to_numpy(float)
    clipped = np.clip(share, 0.01, 0.99)
    gained = share * np.log2(clipped / chance) + (1 - share) * np.log2((1 - clipped) / (1 - chance))
    return counted.assign(share=share, bits=np.where(share > chance, counted["size"] * gained, 0.0))[["share", "bits"]]


def _trusted(best: pd.DataFrame) -> np.ndarray:
    """Payments that came in time; of payees who surely stand for the seller also late ones."""
    return np.asarray((best["lag"] <= 1.0) | ((best["bits"] >= _BITS) & (best["share"] >= _PART)))

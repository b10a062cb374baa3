"""Money that does not go straight: paid to a mule or an escrow for a seller, and passed on by them.

Whoever takes a payment without being asked for anything, and pays a seller whom the payer had just asked, stands for that seller.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from headwater.network.frames import NONE, Ints
from headwater.network.money.ledger import DAY, HOUR, MINUTE
from headwater.network.money.pairing import same_codes

_EARLY = 5 * MINUTE
_WAITS = (("asked", 45 * MINUTE), ("answered", 4 * HOUR))
"""Within what time of asking or of the answer payments are mostly made."""
_BITS = 20.0
"""Evidence by which somebody is held to take money for a seller, whom nobody sees pass it on."""
_PART = 0.7
"""The part of the payments to them that must come in time."""
_ONWARD_BITS = 10.0
"""The same where bills show that the payee pays that seller."""
_KNOWN_BITS = 6.0
"""The same for one buyer of a seller, where others show that the payee stands for somebody."""
_OFTEN = 5
"""Payments to the seller from which a namesake of the payee is the payee: relatives of sellers have names too."""
_OTHER_DAYS = (-3, -2, -1, 1, 2, 3)
"""Days from that of a payment, whose requests tell how often one comes in time by chance: people pay when they ask."""


@dataclass(frozen=True, slots=True, eq=False)
class Detours:
    """For each payment its ``payee``, the ``seller`` who was paid by it in the end, and ``what`` it is: ``other``, ``pass_on`` of
    money paid before to the seller, or ``pass_back`` to who paid it."""

    payee: Ints
    seller: Ints
    what: np.ndarray


def detours(
    paid: pd.DataFrame, hops: pd.DataFrame, announced: npt.NDArray[np.bool_], names: pd.DataFrame | None = None
) -> Detours:
    """Find whom payees stand for; ``announced``: payments that the payee called money in escrow.

    A bill calls people by nicknames, which several bear (``names``: ``person``, ``name``): a payee who bears one of the seller's,
    and whose payments follow the requests to that seller, is the seller, unless a chat shows the payment.
    """
    payer, payee = paid["payer"].to_numpy(np.int64), paid["payee"].to_numpy(np.int64)
    what = np.full(len(paid), "other", dtype=object)
    chosen = payee.copy()
    stands = _candidates(paid, hops)
    if not len(stands):
        return Detours(payee, chosen, what)
    tried = _tried(paid, hops, stands, announced)
    if not len(tried):
        return Detours(payee, chosen, what)
    best = tried.assign(late=tried["lag"] - tried["onward"] - tried["bits"].clip(0, 60) / 30).sort_values(
        ["payment", "late", "seller"]
    )
    best = best.drop_duplicates("payment")
    best = best[_trusted(best)]
    shown = (paid["message"] >= 0).to_numpy()[best["payment"].to_numpy(np.int64)]
    best = _called_alike(best, paid, names, shown)
    payee = payee.copy()
    payee[best["payment"].to_numpy(np.int64)] = best["payee"].to_numpy(np.int64)
    chosen[best["payment"].to_numpy(np.int64)] = best["seller"].to_numpy(np.int64)
    best = best[(best["payee"] != best["seller"]).to_numpy()]
    passing = best.loc[best["onward"], ["payee", "seller"]].drop_duplicates()
    mine, theirs = same_codes(
        [payer, payee], [passing["payee"].to_numpy(np.int64), passing["seller"].to_numpy(np.int64)]
    )
    what[np.isin(mine, theirs)] = "pass_on"
    stood = chosen != payee
    given = np.unique(np.stack([payee[stood], payer[stood]], axis=1), axis=0)
    mine, theirs = same_codes([payer, payee], [given[:, 0], given[:, 1]])
    what[np.isin(mine, theirs)] = "pass_back"
    return Detours(payee, chosen, what)


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
    rows["lag"] = _lag(rows, hops, 0)
    chance = np.mean([_lag(rows, hops, days * DAY) <= 1 for days in _OTHER_DAYS], axis=0)
    pairs = rows.assign(near=rows["lag"] <= 1, chance=chance).groupby(["payer", "payee", "seller"])
    counted = pairs.agg(near=("near", "sum"), size=("near", "size"), chance=("chance", "mean"))
    rows = rows.merge(_bits(counted).reset_index(), on=["payer", "payee", "seller"])
    sure = (rows["bits"] >= _BITS) & (rows["share"] >= _PART)
    said = rows["announced"] & (rows["lag"] <= 1)
    known = rows["payee"].isin(rows.loc[sure | said, "payee"].unique())
    sure |= known & (rows["bits"] >= _KNOWN_BITS) & (rows["share"] >= _PART)
    holders = np.union1d(_holders(rows), rows.loc[said, "payee"].to_numpy(np.int64))
    seen = said | rows["payee"].isin(holders) & rows["onward"] & (rows["lag"] <= 8)
    return rows[(sure | seen).to_numpy()].reset_index(drop=True)


def _lag(rows: pd.DataFrame, hops: pd.DataFrame, later: int) -> npt.NDArray[np.float64]:
    """How long before each payment the last hop to the seller was asked or answered, as a share of the usual wait; ``later``:
    as if it had been made so many microseconds later."""
    lags = []
    for column, wait in _WAITS:
        known = hops.loc[(hops[column] != NONE).to_numpy(), ["buyer", "seller", column]].sort_values(column)
        left = rows.assign(at=rows["time"] + _EARLY + later)[["payment", "payer", "seller", "at"]].sort_values("at")
        known = known.rename(columns={"buyer": "payer"})
        near = pd.merge_asof(left, known, left_on="at", right_on=column, by=["payer", "seller"], direction="backward")
        lag = pd.Series(
            ((near["at"] - near[column]) / wait).to_numpy(), pd.MultiIndex.from_frame(near[["payment", "seller"]])
        )
        lags.append(lag.reindex(pd.MultiIndex.from_frame(rows[["payment", "seller"]])).to_numpy(float))
    return np.asarray(np.fmin(lags[0], lags[1]), dtype=np.float64)


def _bits(counted: pd.DataFrame) -> pd.DataFrame:
    """How much better the payments are told by the requests than by chance: by the same payments made at that hour of other days."""
    chance = np.clip(counted["chance"].to_numpy(float), 0.01, 0.95)
    share = (counted["near"] / counted["size"]).to_numpy(float)
    clipped = np.clip(share, 0.01, 0.99)
    gained = share * np.log2(clipped / chance) + (1 - share) * np.log2((1 - clipped) / (1 - chance))
    return counted.assign(share=share, bits=np.where(share > chance, counted["size"] * gained, 0.0))[["share", "bits"]]


def _holders(rows: pd.DataFrame) -> Ints:
    """Payees who stand for sellers whom they pay, by all that they took together."""
    pairs = rows[rows["onward"]].drop_duplicates(["payer", "payee", "seller"])
    best = pairs.sort_values(["payer", "payee", "bits", "seller"]).drop_duplicates(["payer", "payee"], keep="last")
    bits = best.groupby("payee")["bits"].sum()
    return np.asarray(bits.index[bits >= _ONWARD_BITS], dtype=np.int64)


def _trusted(best: pd.DataFrame) -> np.ndarray:
    """Payments that came in time; of payees who surely stand for the seller also late ones."""
    return np.asarray((best["lag"] <= 1.0) | ((best["bits"] >= _KNOWN_BITS) & (best["share"] >= _PART)))


def _called_alike(
    best: pd.DataFrame, paid: pd.DataFrame, names: pd.DataFrame | None, shown: npt.NDArray[np.bool_]
) -> pd.DataFrame:
    """Payees that a bill calls as somebody else is called too: as the seller, or as the only one of that name who pays the seller.

    ``shown``: payments that a chat shows, whose payee is sure.
    """
    if names is None or not len(names) or not len(best):
        return best
    sides = best.loc[~shown, ["payee", "seller"]].drop_duplicates()
    alike = sides.merge(names.rename(columns={"person": "payee"}), on="payee").merge(names, on="name")
    alike = alike.drop(columns="name").drop_duplicates()
    alike = alike[alike["person"] != alike["payee"]]
    often = paid.groupby(["payer", "payee"]).size()
    flows = often[often >= _OFTEN].index.to_frame(index=False).set_axis(["person", "seller"], axis=1)
    passing = alike.merge(flows, on=["person", "seller"])
    passing = passing[~passing.duplicated(["payee", "seller"], keep=False)]
    itself = alike[alike["person"] == alike["seller"]]
    meant = pd.concat([itself, passing]).drop_duplicates(["payee", "seller"]).set_index(["payee", "seller"])["person"]
    known = meant.reindex(pd.MultiIndex.from_frame(best[["payee", "seller"]])).to_numpy(float)
    moved = ~np.isnan(known) & ~shown
    return best.assign(
        payee=np.where(moved, np.nan_to_num(known), best["payee"]).astype(np.int64),
        onward=best["onward"].to_numpy(bool) | moved,
    )

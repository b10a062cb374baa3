"""What each person received, passed up, gave back and got back: matched to orders and files, and all among people of the market."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from headwater.model.network import Amounts
from headwater.network.frames import NONE
from headwater.network.money.laying import Laid
from headwater.network.money.stacking import stacked

FIGURES = ("received", "passed_up", "refunded", "returned")
_PASSED = 0.8
"""The part of what was taken for others that must be passed on before the rest is held to be a fee."""


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """``low`` and ``high`` of each person (people without money are left out); ``entries``: what each figure is made
    of, one row for each payment and person: ``person``, ``figure``, ``transfer`` (NONE: a chat alone says it),
    ``message``, ``other``, ``time``, ``amount``, ``matched`` (the part that was laid to orders or files),
    ``claimed``, ``via`` (who took it for the person; NONE)."""

    low: Mapping[int, Amounts]
    high: Mapping[int, Amounts]
    entries: pd.DataFrame


def sums(laid: Laid, sales: pd.DataFrame, market: npt.NDArray[np.bool_]) -> Sums:
    """Add up the money of people; ``sales``: files as :func:`headwater.network.money.sales.sales`; ``market``: who is part of it."""
    entries = _entries(laid, sales, market)
    matched = entries[entries["matched"] > 0]
    return Sums(_amounts(matched, "matched"), _amounts(entries, "amount"), entries)


def _amounts(entries: pd.DataFrame, column: str) -> dict[int, Amounts]:
    if not len(entries):
        return {}
    table = (
        entries.groupby(["person", "figure"])[column].sum().unstack("figure").reindex(columns=list(FIGURES)).fillna(0.0)
    )
    return {
        int(person): Amounts(*(round(float(v), 2) for v in row))
        for person, row in zip(table.index, table.to_numpy(), strict=True)
    }


def _entries(laid: Laid, sales: pd.DataFrame, market: npt.NDArray[np.bool_]) -> pd.DataFrame:
    paid = laid.payments.reset_index(drop=True)
    files = (
        sales.loc[sales["payment"] != NONE].groupby("payment")["price"].sum() if len(sales) else pd.Series(dtype=float)
    )
    paid["matched"] = np.minimum(paid["laid"] + files.reindex(paid.index).fillna(0.0), paid["amount"])
    inside = market[paid["payer"].to_numpy(np.int64)] & market[paid["seller"].to_numpy(np.int64)]
    paid = paid[np.asarray(inside | (paid["matched"] > 0))]
    holders = _holders(paid)
    straight = paid[~paid["what"].isin(["pass_on", "pass_back"])]
    back = (straight["what"] == "refund").to_numpy()
    stood = np.where(straight["seller"] != straight["payee"], straight["payee"], NONE)
    own = ~np.isin(straight["seller"].to_numpy(), holders.index)
    given = paid[paid["what"] == "pass_back"]
    found = [
        _side(straight, "seller", "payer", np.where(back, "returned", "received"), stood)[own],
        _side(straight, "payer", "seller", np.where(back, "refunded", "passed_up"), stood),
        _side(given, "payee", "payer", np.full(len(given), "returned"), np.full(len(given), NONE)),
        _fees(holders),
        _lumps(paid, holders),
    ]
    whole = stacked(found)
    return whole.sort_values(["person", "figure", "time", "transfer", "message"], ignore_index=True)


def _side(paid: pd.DataFrame, person: str, other: str, figure: np.ndarray, via: np.ndarray) -> pd.DataFrame:
    columns = ["transfer", "message", "time", "amount", "matched", "claimed"]
    return paid[columns].assign(person=paid[person].to_numpy(), other=paid[other].to_numpy(), figure=figure, via=via)


def _holders(paid: pd.DataFrame) -> pd.DataFrame:
    """Who takes money for others and passes it on: ``taken``, ``given``, ``time`` (of the last payment) by person."""
    stands = paid.loc[paid["seller"] != paid["payee"], "payee"].unique()
    taken = paid[paid["payee"].isin(stands)].groupby("payee").agg(taken=("amount", "sum"), time=("time", "max"))
    given = paid[paid["payer"].isin(stands)].groupby("payer")["amount"].sum().reindex(taken.index).fillna(0.0)
    found = taken.assign(given=given)
    return found[(found["given"] >= _PASSED * found["taken"]) & (found["given"] <= found["taken"])]


def _fees(holders: pd.DataFrame) -> pd.DataFrame:
    """What mules and escrows kept: the difference, at the time of the last payment."""
    kept = holders[holders["taken"] > holders["given"]]
    fee = (kept["taken"] - kept["given"]).to_numpy(float)
    made = {
        "transfer": NONE,
        "message": NONE,
        "time": kept["time"].to_numpy(),
        "amount": fee,
        "matched": 0.0,
        "claimed": False,
    }
    return pd.DataFrame({**made, "person": kept.index.to_numpy(), "other": NONE, "figure": "received", "via": NONE})


def _lumps(paid: pd.DataFrame, holders: pd.DataFrame) -> pd.DataFrame:
    """What somebody passed on to a seller beyond the payments for that seller that were seen: those of buyers whose bills were not."""
    sides = ["payee", "seller"]
    seen = paid[paid["seller"] != paid["payee"]].groupby(sides)["amount"].sum()
    passed = (
        paid[paid["what"] == "pass_on"].groupby(["payer", "payee"]).agg(amount=("amount", "sum"), time=("time", "max"))
    )
    passed.index = passed.index.set_names(sides)
    told = (
        paid[paid["claimed"]].groupby("seller")["amount"].sum()
    )  # said to be paid, and by no bill to the seller: to the holder
    more = passed.assign(amount=passed["amount"] - seen.reindex(passed.index).fillna(0.0)).reset_index()
    more["amount"] -= told.reindex(more["seller"]).fillna(0.0).to_numpy()
    more = more[(more["amount"] > 0) & ~more["payee"].isin(holders.index)]
    made = {"transfer": NONE, "message": NONE, "time": more["time"].to_numpy(), "amount": more["amount"].to_numpy()}
    return pd.DataFrame(
        {
            **made,
            "matched": 0.0,
            "claimed": False,
            "person": more["seller"].to_numpy(),
            "other": NONE,
            "figure": "received",
        }
        | {"via": more["payee"].to_numpy()}
    )


def flows(laid: Laid, zone: str, market: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """Money from one person to another by month: ``payer``, ``payee``, ``month``, ``amount``, ``matched``, ``payments``."""
    paid = laid.payments
    paid = paid[market[paid["payer"].to_numpy(np.int64)] & market[paid["payee"].to_numpy(np.int64)]]
    month = months(paid["time"].to_numpy(np.int64), zone)
    grouped = paid.assign(month=month).groupby(["payer", "payee", "month"], sort=True)
    found = grouped.agg(amount=("amount", "sum"), matched=("laid", "sum"), payments=("amount", "size")).reset_index()
    return found.round({"amount": 2, "matched": 2})


def months(time: npt.NDArray[np.int64], zone: str) -> npt.NDArray[np.object_]:
    """The local month of each time, as 2026-01."""
    local = pd.to_datetime(time, unit="us", utc=True).tz_convert(zone)
    return np.asarray(local.strftime("%Y-%m"), dtype=object)

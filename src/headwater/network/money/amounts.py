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
    straight = paid[paid["what"] != "pass_on"]
    back = (straight["what"] == "refund").to_numpy()
    stood = np.where(straight["seller"] != straight["payee"], straight["payee"], NONE)
    found = [
        _side(straight, "seller", "payer", np.where(back, "returned", "received"), stood),
        _side(straight, "payer", "seller", np.where(back, "refunded", "passed_up"), stood),
        _fees(paid, stood, straight),
    ]
    whole = pd.concat(found, ignore_index=True)
    return whole.sort_values(["person", "figure", "time", "transfer", "message"], ignore_index=True)


def _side(paid: pd.DataFrame, person: str, other: str, figure: np.ndarray, via: np.ndarray) -> pd.DataFrame:
    columns = ["transfer", "message", "time", "amount", "matched", "claimed"]
    return paid[columns].assign(person=paid[person].to_numpy(), other=paid[other].to_numpy(), figure=figure, via=via)


def _fees(paid: pd.DataFrame, stood: np.ndarray, straight: pd.DataFrame) -> pd.DataFrame:
    """What mules and escrows kept of the money that they took for others: the difference, at the time of the last payment."""
    taken = (
        straight.assign(person=stood)[stood >= 0].groupby("person").agg(taken=("amount", "sum"), time=("time", "max"))
    )
    given = paid[paid["what"] == "pass_on"].groupby("payer")["amount"].sum().reindex(taken.index).fillna(0.0)
    kept = taken["taken"] - given
    real = taken[(given >= _PASSED * taken["taken"]) & (kept > 0)]
    fee = kept.reindex(real.index).to_numpy()
    made = {
        "transfer": NONE,
        "message": NONE,
        "time": real["time"].to_numpy(),
        "amount": fee,
        "matched": fee,
        "claimed": False,
    }
    return pd.DataFrame({**made, "person": real.index.to_numpy(), "other": NONE, "figure": "received", "via": NONE})


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

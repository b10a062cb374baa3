"""When an account was at home on which device: whose exports show its talks and its money as the owner's own."""

from __future__ import annotations

import numpy as np
import pandas as pd

from headwater.network.frames import Ints, Traffic
from headwater.store.engine import Engine

SIDES = {"messages": ("sender", "receiver"), "transfers": ("payer", "payee")}


def at_home(engine: Engine, traffic: Traffic, accounts: Ints) -> pd.DataFrame:
    """Messages and transfers of the accounts on devices that are not the partner's.

    ``table``, ``row``, ``side`` (which column has the account), ``account``, ``partner``, ``holder``, ``time``.
    """
    chosen = np.zeros(len(traffic.accounts) + 1, bool)
    chosen[accounts] = True
    found = [
        _shown(traffic, frame, chosen, table, _holders(engine, lake))
        for table, frame, lake in (
            ("messages", traffic.messages, "messages"),
            ("transfers", traffic.transfers, "payments"),
        )
    ]
    whole = pd.concat(found, ignore_index=True)
    return whole.sort_values(["account", "holder", "time", "table", "row"], ignore_index=True)


def _shown(
    traffic: Traffic, frame: pd.DataFrame, chosen: np.ndarray, table: str, holders: dict[str, str]
) -> pd.DataFrame:
    one, other = (frame[side].to_numpy(np.int64) for side in SIDES[table])
    between = (one >= 0) & (other >= 0) & (chosen[one] | chosen[other])
    shown = traffic.copies[["row", "source"]][(traffic.copies["table"] == table).to_numpy()]
    shown = shown[between[shown["row"].to_numpy(np.int64)]]
    row, holder = shown["row"].to_numpy(np.int64), shown["source"].astype(object).map(holders).fillna("")
    home = traffic.accounts["owner"].astype(object).fillna("").to_numpy(object)
    time = frame["time"].to_numpy(np.int64)[row]
    parts = []
    for side, own, partner in zip(SIDES[table], (one[row], other[row]), (other[row], one[row]), strict=True):
        told = {"row": row, "account": own, "partner": partner, "holder": holder.to_numpy(object), "time": time}
        told_here = pd.DataFrame({"table": table, "side": side, **told})
        parts.append(
            told_here[chosen[own] & (told_here["holder"] != "").to_numpy() & (told_here["holder"] != home[partner])]
        )
    return pd.concat(parts, ignore_index=True).drop_duplicates(["row", "account", "holder"])


def _holders(engine: Engine, table: str) -> dict[str, str]:
    """With whom the device was found on which each file lay."""
    rows = engine.arrow(engine.table(table).select("source", "owner").distinct()).to_pandas()
    kept = rows.dropna().sort_values(["source", "owner"]).drop_duplicates("source")
    return dict(zip(kept["source"].astype(str), kept["owner"].astype(str), strict=True))

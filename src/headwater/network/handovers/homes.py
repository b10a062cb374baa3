"""When an account was at home on which device: whose exports show its talks as the owner's own."""

from __future__ import annotations

import numpy as np
import pandas as pd

from headwater.network.frames import Ints, Traffic
from headwater.store.engine import Engine


def at_home(engine: Engine, traffic: Traffic, accounts: Ints) -> pd.DataFrame:
    """Messages of the accounts on devices that are not the partner's: ``account``, ``holder``, ``time``."""
    messages, copies = traffic.messages, traffic.copies
    chosen = np.zeros(len(traffic.accounts) + 1, bool)
    chosen[accounts] = True
    one, other = (messages[side].to_numpy(np.int64) for side in ("sender", "receiver"))
    between = (one >= 0) & (other >= 0) & (chosen[one] | chosen[other])
    shown = copies[["row", "source"]][(copies["table"] == "messages").to_numpy()]
    shown = shown[between[shown["row"].to_numpy(np.int64)]]
    row, holder = shown["row"].to_numpy(np.int64), shown["source"].astype(object).map(_holders(engine))
    home = traffic.accounts["owner"].astype(object).to_numpy(object)
    sides = [(one[row], other[row]), (other[row], one[row])]
    time = messages["time"].to_numpy(np.int64)[row]
    found = [
        pd.DataFrame({"account": own, "holder": holder.to_numpy(object), "time": time})[
            chosen[own] & (holder.fillna("").to_numpy(object) != home[partner])
        ]
        for own, partner in sides
    ]
    whole = pd.concat(found, ignore_index=True).dropna(subset="holder")
    return whole.sort_values(["account", "holder", "time"], ignore_index=True)


def _holders(engine: Engine) -> dict[str, str]:
    """With whom the device was found on which each file of messages lay."""
    rows = engine.arrow(engine.table("messages").select("source", "owner").distinct()).to_pandas()
    kept = rows.dropna().sort_values(["source", "owner"]).drop_duplicates("source")
    return dict(zip(kept["source"].astype(str), kept["owner"].astype(str), strict=True))

"""Where accounts come from: which address was new to an account on which day, and how unusual that is in the house.

An address is stranger the less is known of it: nobody else ever came from there, and the account never came from its network
(the first 24 bits, or 48 of the sixth version). How rare that is is counted in the house's own account-days,
and shrunk towards that for each account by how often its owner came from new addresses before. Only earlier
days count. Costs one group-by over log-ons and reading.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from ipaddress import ip_address, ip_network

import numpy as np
import numpy.typing as npt
import pandas as pd
from ibis import _

from headwater.store.engine import Engine

KNOWN = 5
"""What an account brings on its first days is no news: so many days of use come first."""
SHRINK = 20.0
"""The house's rate weighs as much as so many days of the account's own."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Origins:
    """Every account and address: ``account``, ``origin``, ``first`` (day), ``before`` (days of use before it),

    ``strange`` (0 to 2), ``p`` (how rare so strange an address is for this account; 1 in its first days). ``days``: how
    many account-days the house's rate is of.
    """

    firsts: pd.DataFrame
    days: int

    def also(self, account: str, origin: str) -> tuple[tuple[str, date], ...]:
        """Other accounts that came from there, with the first day."""
        rows = self.firsts[(self.firsts["origin"] == origin) & (self.firsts["account"] != account)]
        return tuple(sorted(zip(rows["account"], rows["first"], strict=True), key=lambda r: (r[1], r[0])))


def origins(engine: Engine) -> Origins:
    """Learn who came from where since when."""
    parts = []
    for name in ("access", "logons"):
        rows = engine.table(name)
        kept = rows.filter(rows.action.isnull() | (rows.action != "failure"))
        placed = kept.mutate(origin=_.ip.coalesce(_.device)).filter(_.origin.notnull() & _.account.notnull())
        parts.append(placed.select("account", "origin", "day").distinct())
    used = parts[0].union(parts[1], distinct=True)
    firsts = engine.arrow(used.group_by(["account", "origin"]).agg(first=_.day.min())).to_pandas()
    days = engine.arrow(used.select("account", "day").distinct()).to_pandas()
    firsts = firsts.sort_values(["account", "first", "origin"], ignore_index=True)
    firsts["before"] = _days_before(firsts, days)
    firsts["strange"] = _strange(firsts)
    total = int((days.groupby("account").size() - KNOWN).clip(lower=0).sum())
    return Origins(firsts.assign(p=_rare(firsts, total)), total)


def network(address: str) -> str:
    """The network of an address; a name that is no address is its own."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return str(ip_network(f"{address}/{24 if parsed.version == 4 else 48}", strict=False))


def _days_before(firsts: pd.DataFrame, days: pd.DataFrame) -> npt.NDArray[np.int64]:
    """On how many days the account was used before that one."""
    ordered = days.sort_values(["account", "day"])
    ordered["before"] = ordered.groupby("account").cumcount()
    found = firsts.merge(ordered, left_on=["account", "first"], right_on=["account", "day"], how="left")
    return np.asarray(found["before"], np.int64)


def _strange(firsts: pd.DataFrame) -> npt.NDArray[np.int64]:
    """One for an address that nobody used on an earlier day, one more for a network new to the account."""
    nets = firsts["origin"].map({o: network(o) for o in firsts["origin"].unique()})
    alone = firsts["first"] <= firsts.groupby("origin")["first"].transform("min")
    unknown = firsts["first"] <= firsts.groupby([firsts["account"], nets])["first"].transform("min")
    return np.asarray(alone.astype(int) + unknown.astype(int), np.int64)


def _rare(firsts: pd.DataFrame, total: int) -> Floats:
    news = firsts["before"] >= KNOWN
    p = np.ones(len(firsts))
    for least in (2, 1, 0):
        as_strange = news & (firsts["strange"] >= least)
        house = (int(as_strange.sum()) + 1) / (total + 1)
        days_with = firsts["first"].where(as_strange)
        own = days_with.groupby(firsts["account"]).rank(method="min").sub(1).fillna(0)
        rate = (own + SHRINK * house) / (firsts["before"] - KNOWN + SHRINK)
        chosen = news & (firsts["strange"] == least)
        p[chosen] = np.clip(rate[chosen], 0.0, 1.0)
    return p

"""What speaks for or against two accounts being one person's: pairs with a weight in bits, a reason and the line it rests on."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

import numpy as np
import pandas as pd

from headwater.network.frames import NONE, Ints, Traffic
from headwater.network.handovers.parts import bare_ids

COLUMNS = ["first", "second", "reason", "bits", "en", "zh", "source", "line"]
FORBIDDEN = -np.inf


@cache
def _sentences() -> dict[str, dict[str, str]]:
    return tomllib.loads((files(__package__) / "reasons.toml").read_text("utf-8"))


def evidence(pairs: pd.DataFrame, reason: str) -> pd.DataFrame:
    """Pairs of accounts with ``bits``, ``source``, ``line`` and what else the sentence of the reason names, as links.

    The smaller account stands first; pairs of one account with itself are left out.
    """
    if not len(pairs):
        return nothing()
    frame = pairs.copy()
    low, high = np.minimum(frame["first"], frame["second"]), np.maximum(frame["first"], frame["second"])
    frame = frame.assign(first=low.astype(np.int64), second=high.astype(np.int64), reason=reason)
    frame = frame[(frame["first"] != frame["second"]) & (frame["first"] >= 0)]
    told = _sentences()[reason]
    fields = [c for c in frame.columns if c not in COLUMNS]
    rows = frame[fields].to_dict("records") if fields else [{}] * len(frame)
    frame = frame.assign(en=[told["en"].format(**row) for row in rows], zh=[told["zh"].format(**row) for row in rows])
    for name, empty in (("source", ""), ("line", 0)):
        if name not in frame:
            frame[name] = empty
    return frame[COLUMNS].astype({"source": object, "bits": float}).reset_index(drop=True)


def nothing() -> pd.DataFrame:
    """No links."""
    return blank(*COLUMNS)


_WORDS = frozenset(
    (
        "reason",
        "en",
        "zh",
        "source",
        "kind",
        "token",
        "mask",
        "person",
        "text",
        "owner",
        "holder",
        "shown",
        "other",
        "name",
    )
)


def blank(*columns: str) -> pd.DataFrame:
    """A table without rows, whose columns are of the kinds that they have with rows."""
    kinds = {"bits": float, "third": bool}
    types = {name: object if name in _WORDS else kinds.get(name, np.int64) for name in columns}
    return pd.DataFrame({name: pd.Series([], dtype=kind) for name, kind in types.items()})


class Scene:
    """What every piece of evidence looks at: the traffic, how many accounts there are, and whom each device knows."""

    def __init__(self, traffic: Traffic) -> None:
        self.traffic = traffic
        self.accounts = traffic.accounts
        self.count = len(traffic.accounts)
        self.prior = float(np.log2(max(self.count, 2)))
        self.holder = traffic.accounts["owner"].astype(object).fillna("").to_numpy(object)
        self.system = traffic.accounts["system"].astype(object).to_numpy(object)
        self.ids = traffic.accounts["id"].astype(object).to_numpy(object)
        self.written = bare_ids(traffic)

    @property
    def facts(self) -> pd.DataFrame:
        """The frame ``facts``."""
        return self.traffic.facts

    def bearer(self, accounts: Ints, time: Ints) -> Ints:
        """Which part of each account it was at a time, where accounts passed to somebody else."""
        found = accounts.copy()
        for row in self.traffic.handovers.drop_duplicates(["account", "time"]).sort_values("time").itertuples():
            found[(accounts == row.account) & (time >= row.time)] = row.after
        return found

    def shown(self, accounts: Ints) -> np.ndarray:
        """What accounts may be called in a sentence: the latest nickname, or the id."""
        called = self.accounts["shown"].astype(object).fillna("").to_numpy(object)
        named = np.where(called == "", self.ids, called)
        return np.append(named, "")[accounts]

    def talks(self) -> pd.DataFrame:
        """Pairs of accounts that have a chat with each other: ``one``, ``other``, either way round."""
        chats = self.traffic.chats
        pairs = chats[(chats["one"] != NONE) & (chats["other"] != NONE) & ~chats["group"].astype(bool)][
            ["one", "other"]
        ]
        turned = pairs.rename(columns={"one": "other", "other": "one"})
        return pd.concat([pairs, turned], ignore_index=True).drop_duplicates(ignore_index=True)


def each_pair(frame: pd.DataFrame, by: list[str], most: int = 12) -> pd.DataFrame:
    """All pairs of accounts that share ``by``; what more than ``most`` share tells nobody apart and is left out.

    The columns of the second are called ``…_other``.
    """
    only = frame.drop_duplicates([*by, "account"])
    size = only.groupby(by)["account"].transform("size")
    few = only[(size > 1) & (size <= most)]
    both = few.merge(few, on=by, suffixes=("", "_other"))
    both = both[both["account"] < both["account_other"]]
    return both.rename(columns={"account": "first", "account_other": "second"}).reset_index(drop=True)

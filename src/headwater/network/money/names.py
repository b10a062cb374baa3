"""Whom a bill means by the name that it prints: a nickname of that day, a name, or a number of which most is hidden."""

from __future__ import annotations

import numpy as np
import pandas as pd

from headwater.network.frames import NONE, Ints
from headwater.network.money.pairing import same_codes
from headwater.network.money.stacking import stacked
from headwater.network.money.texts import texts

_MONTH = 30 * 86_400_000_000
_CALLED = ("nickname", "remark")


def called(facts: pd.DataFrame, legs: pd.DataFrame) -> pd.DataFrame:
    """What chats call accounts, and from when to when: ``name``, ``account``, ``first``, ``last``, ``own`` (NONE: whoever says so).

    A name is known by its token; one that no token was kept of by how it is shown, unless that is a mask, which many share.
    """
    named = facts[facts["kind"].isin(_CALLED) & (facts["account"] >= 0)]
    shown, token = (named[n].astype(object).fillna("") for n in ("shown", "token"))
    plain = legs.loc[
        (legs["token"] != "") & ~legs["label"].str.contains("*", regex=False), ["label", "token"]
    ].drop_duplicates("label")
    token = token.where(token != "", shown.map(plain.set_index("label")["token"])).fillna("")
    named = named.assign(name=token.to_numpy())[(token != "").to_numpy()]
    spans = named.groupby(["name", "account"], observed=True, sort=True).agg(
        first=("first", "min"), last=("last", "max")
    )
    return spans.reset_index().assign(own=NONE)


def met(legs: pd.DataFrame, account: Ints) -> pd.DataFrame:
    """What bills call accounts that are known by other means (the same number in the other side's bill): as :func:`called`."""
    sides = ["label", "token", "own", "other", "account"]
    known = legs[["label", "token", "own", "other", "time"]].assign(account=account)
    known = known[(account >= 0) & (legs["label"] != "").to_numpy()]
    spans = known.groupby(sides, sort=True, observed=True)["time"].agg(["min", "max"]).reset_index()
    return spans.rename(columns={"min": "first", "max": "last", "token": "name"}).astype({"name": object})


def masked(legs: pd.DataFrame, known: pd.DataFrame) -> Ints:
    """The account for what one bill calls by mask and name, where another row of the same bill has told it; NONE elsewhere."""
    only = known.drop_duplicates(["own", "label", "other", "account"])
    only = only[~only.duplicated(["own", "label", "other"], keep=False)]
    mine, theirs = ([f["own"].to_numpy(), f["other"].to_numpy(), texts(f["label"])] for f in (legs, only))
    left, right = same_codes(mine, theirs)
    return _looked_up(left, right, only["account"].to_numpy(np.int64))


def _looked_up(wanted: Ints, keys: Ints, values: Ints) -> Ints:
    order = np.argsort(keys, kind="stable")
    at = np.searchsorted(keys[order], wanted)
    inside = at < len(keys)
    found = np.full(len(wanted), NONE, dtype=np.int64)
    hit = np.flatnonzero(inside)
    hit = hit[keys[order][at[hit]] == wanted[hit]]
    found[hit] = values[order][at[hit]]
    return found


def resolved(legs: pd.DataFrame, names: pd.DataFrame, chats: pd.DataFrame) -> Ints:
    """For each leg of a wallet the account that its label means at its time; NONE where none or several may be meant.

    Only who has a chat with the bill's account is meant, or whom the bill itself has told; of several who bore the name at the time.
    """
    found = np.full(len(legs), NONE, dtype=np.int64)
    token = texts(legs["token"])
    rows = np.flatnonzero(np.asarray(token != "") & (legs["channel"] == "wechat").to_numpy())
    own, time = legs["own"].to_numpy(np.int64)[rows], legs["time"].to_numpy(np.int64)[rows]
    pair, first = np.unique(own * (len(token.categories) + 1) + token.codes[rows], return_inverse=True)
    at = np.zeros(len(pair), dtype=np.int64)
    at[first] = np.arange(len(rows))
    asked = pd.DataFrame(
        {"pair": np.arange(len(pair)), "own": own[at], "name": np.asarray(token[rows[at]], dtype=object)}
    )
    said = names[(names["name"] != "").to_numpy()].astype({"name": object})
    anybody, own_ = said[said["own"] == NONE].drop(columns="own"), said[said["own"] != NONE]
    meant = stacked([asked.merge(anybody, on="name"), asked.merge(own_, on=["own", "name"]).assign(known=True)])
    meant = meant[meant["account"] != meant["own"]]
    if not len(meant):
        return found
    talk = _talk(meant["own"].to_numpy(np.int64), meant["account"].to_numpy(np.int64), chats)
    meant = meant.assign(known=talk | (meant["known"].eq(True).to_numpy() if "known" in meant else False))
    meant = meant[meant["known"]]  # who bears the name on another phone only may be anybody
    told = pd.DataFrame({"leg": rows, "pair": first, "time": time})
    told = told.merge(meant[["pair", "account", "first", "last"]], on="pair")
    return _nearest(told, found)


def _nearest(told: pd.DataFrame, found: Ints) -> Ints:
    """Of the accounts that each leg may mean the one that bore the name nearest to its time, if it is clearly the nearest."""
    early, late = told["first"] - told["time"], told["time"] - told["last"]
    told["far"] = np.maximum(np.maximum(early, late), 0).where(told["first"] != NONE, _MONTH)
    told = told.sort_values(["leg", "far", "account"], ignore_index=True).drop_duplicates(["leg", "account"])
    best = told.drop_duplicates("leg")
    second = told[told.duplicated("leg")].drop_duplicates("leg").set_index("leg")["far"]
    rival = second.reindex(best["leg"]).to_numpy(float)
    clear = np.isnan(rival) | (rival > best["far"].to_numpy() + _MONTH // 30)
    found[best["leg"].to_numpy()[clear]] = best["account"].to_numpy()[clear]
    return found


def _talk(one: Ints, other: Ints, chats: pd.DataFrame) -> np.ndarray:
    """Whether two accounts have a chat with each other."""
    between = chats[(chats["one"] >= 0) & (chats["other"] >= 0)]
    ends = np.sort(between[["one", "other"]].to_numpy(np.int64).reshape(-1, 2), axis=1)
    asked = np.sort(np.stack([one, other], axis=1), axis=1)
    left, right = same_codes([asked[:, 0], asked[:, 1]], [ends[:, 0], ends[:, 1]])
    return np.isin(left, right)

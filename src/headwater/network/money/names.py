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


def nicknames(facts: pd.DataFrame, of: Ints) -> pd.DataFrame:
    """Every ``person`` with each nickname that was borne (``name``); ``of``: the person of each account."""
    named = facts[((facts["kind"] == "nickname") & (facts["account"] >= 0)).to_numpy()]
    found = pd.DataFrame(
        {"person": of[named["account"].to_numpy(np.int64)], "name": named["shown"].astype(object).to_numpy()}
    )
    plain = (
        (found["person"] >= 0)
        & ~found["name"].isin(["", None])
        & ~found["name"].astype(str).str.contains("*", regex=False)
    )
    return found[plain.to_numpy()].drop_duplicates(ignore_index=True)


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


def holders(legs: pd.DataFrame, accounts: pd.DataFrame, chats: pd.DataFrame) -> Ints:
    """The account that a half hidden real name means (``*丽娜``), if one holder of a device alone has such a name of those with whom the
    bill's holder talks; NONE elsewhere. Only holders' names are known in the clear."""
    label, owner = texts(legs["label"]), texts(legs["owner"])
    home = np.append(accounts["owner"].astype(object).to_numpy(), "")
    talk = pd.DataFrame(
        {"one": home[chats["one"].to_numpy(np.int64)], "other": home[chats["other"].to_numpy(np.int64)]}
    )
    talk = stacked([talk, talk.set_axis(["other", "one"], axis=1)])
    talk = talk[((talk["one"] != "") & (talk["other"] != "") & (talk["one"] != talk["other"])).to_numpy()]
    known = {one: sorted(set(others)) for one, others in talk.groupby("one", sort=True)["other"]}
    first = pd.Series(np.arange(len(accounts)), home[:-1])
    first = first[~first.index.duplicated()]
    pair, of = np.unique(owner.codes.astype(np.int64) * len(label.categories) + label.codes, return_inverse=True)
    meant = np.full(len(pair), NONE, dtype=np.int64)
    for number, code in enumerate(pair.tolist()):
        holder, shown = divmod(code, len(label.categories))
        mask = str(label.categories[shown])
        if mask.count("*") == 1 and len(mask) > 2:
            fits = [name for name in known.get(owner.categories[holder], ()) if _fits(mask, name)]
            if len(fits) == 1:
                meant[number] = first[fits[0]]
    return meant[of]


def _fits(mask: str, name: str) -> bool:
    return len(mask) == len(name) and all(m in ("*", n) for m, n in zip(mask, name, strict=True))


def _looked_up(wanted: Ints, keys: Ints, values: Ints) -> Ints:
    order = np.argsort(keys, kind="stable")
    at = np.searchsorted(keys[order], wanted)
    inside = at < len(keys)
    found = np.full(len(wanted), NONE, dtype=np.int64)
    hit = np.flatnonzero(inside)
    hit = hit[keys[order][at[hit]] == wanted[hit]]
    found[hit] = values[order][at[hit]]
    return found


def resolved(legs: pd.DataFrame, names: pd.DataFrame, chats: pd.DataFrame, books: pd.DataFrame) -> Ints:
    """For each leg of a wallet the account that its label means at its time; NONE where none or several may be meant.

    Only who has a chat with the bill's account is meant, who stands in an address book of the bill's holder (``books``:
    ``owner``, ``account``), or whom the bill itself has told; of several who bore the name at the time.
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
    ).assign(owner=legs["owner"].astype(object).to_numpy()[rows[at]])
    said = names[(names["name"] != "").to_numpy()].astype({"name": object})
    anybody, own_ = said[said["own"] == NONE].drop(columns="own"), said[said["own"] != NONE]
    meant = stacked([asked.merge(anybody, on="name"), asked.merge(own_, on=["own", "name"]).assign(known=True)])
    meant = meant[meant["account"] != meant["own"]]
    if not len(meant):
        return found
    talk = _talk(meant["own"].to_numpy(np.int64), meant["account"].to_numpy(np.int64), chats)
    talk |= pd.MultiIndex.from_frame(meant[["owner", "account"]]).isin(pd.MultiIndex.from_frame(books))
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

"""Real names: on bills, in address books, as remarks. Remarks that one device gives to several accounts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from headwater.network.people.evidence import Scene, each_pair, evidence

MASKED = r"[\u4e00-\u9fff]{1,2}\*{1,3}"
ALIKE = 3.0
"""Bits, beyond what chance leaves, of a rare nickname on the bills of several devices."""
ELSEWHERE = 4.0
"""By how much less a nickname on a bill says of an account that the bill's holder was not seen to know."""
TRUE_PAIRS = 2.0
"""How many pairs of accounts of one person, called by one name on one device, a case has."""


def real_names(scene: Scene) -> pd.DataFrame:
    """Which account goes by which real name, and who says so: bills, and the case itself of whom a device was found with.

    ``account``, ``token``, ``shown``, ``kind``, ``owner``, ``sure`` (neither a nickname nor a remark), ``source``, ``line``.
    """
    facts = scene.facts
    kept = facts[facts["kind"].isin(["name", "nickname", "remark"]) & (facts["token"] != "")]
    kept = kept[kept["shown"].astype(str).str.fullmatch(MASKED)]
    numbers = np.isin(scene.system, ["bank", "wallet", "phone", "mask"])
    billed = numbers | pd.Series(scene.ids, dtype=object).str.startswith("billed:").to_numpy(bool)
    frame = kept.astype({"kind": object, "token": object, "owner": object})
    account = frame["account"].to_numpy(np.int64)
    found_with = (frame["kind"] == "name").to_numpy() & (scene.holder[account] != "")
    return frame.assign(sure=billed[account] | found_with)[
        ["account", "token", "shown", "kind", "owner", "sure", "source", "line"]
    ].reset_index(drop=True)


def links(scene: Scene) -> pd.DataFrame:
    """Accounts of one real name, weighed by how often different people of the case share one.

    Names meet by chance: as many pairs as two strangers' names agree, among all pairs that a device knows, are expected to mean
    nothing. Only what is expected less often than true pairs speaks for itself; the rest supports.
    """
    known = real_names(scene).sort_values(["account", "token", "sure", "source", "line"])
    only = known.drop_duplicates(["account", "token"], keep="last")
    people = max(only["account"].nunique(), 2)
    only = only.assign(many=only.groupby("token")["account"].transform("size"))
    pairs = each_pair(only, ["token"])
    if not len(pairs):
        return evidence(pairs, "real_name")
    near = _near(scene, pairs)
    by_chance = max(float((~near).sum()), 1.0) / (people * (people - 1) / 2)
    rate = np.maximum(by_chance, (pairs["many"].to_numpy(float) - 2) / people)
    remarked = ((pairs["kind"] == "remark") & (pairs["kind_other"] == "remark")).to_numpy()
    billed = (pairs["sure"] | pairs["sure_other"]).to_numpy()
    alone = np.log2(TRUE_PAIRS / np.maximum(rate * _device_pairs(scene), 1e-6))
    close = scene.prior + np.where(remarked, alone, np.where(billed, alone, alone - 3))
    far = np.minimum(np.log2(0.3 / rate), scene.prior - 1)
    strangers = np.where(near, close, np.where(billed, far, far / 2))
    surely = max(int(only["sure"].sum()), 1)
    certain = scene.prior + np.log2(0.5 / (rate * surely))
    both = (pairs["sure"] & pairs["sure_other"]).to_numpy()
    bits = np.where(both, np.maximum(certain, strangers), strangers)
    return evidence(pairs.assign(bits=bits)[["first", "second", "bits", "shown", "source", "line"]], "real_name")


def _device_pairs(scene: Scene) -> float:
    """How many pairs of accounts some device knows both of."""
    each = devices_of(scene).groupby("holder").size()
    return float((each * (each - 1) / 2).sum())


def _near(scene: Scene, pairs: pd.DataFrame) -> np.ndarray:
    """Whether one device deals with both accounts."""
    met = devices_of(scene)
    pairs = pairs.reset_index(drop=True).assign(pair=np.arange(len(pairs)))
    shared = pairs[["pair", "first", "second"]].merge(met.rename(columns={"account": "first"}), on="first")
    shared = shared.merge(met.rename(columns={"account": "second"}), on=["second", "holder"])
    return np.isin(np.arange(len(pairs)), shared["pair"].to_numpy())


def devices_of(scene: Scene) -> pd.DataFrame:
    """Which devices deal with which account, by chat or by payment: ``account``, ``holder``."""
    talks = scene.talks()
    holder = scene.holder
    pairs = [
        pd.DataFrame({"account": talks["other"].to_numpy(np.int64), "holder": holder[talks["one"].to_numpy(np.int64)]})
    ]
    moved = scene.traffic.transfers
    if len(moved):
        known = moved[(moved["payer"] >= 0) & (moved["payee"] >= 0)]
        for own, other in (("payer", "payee"), ("payee", "payer")):
            frame = {"account": known[other].to_numpy(np.int64), "holder": holder[known[own].to_numpy(np.int64)]}
            pairs.append(pd.DataFrame(frame))
    whole = pd.concat(pairs, ignore_index=True)
    return whole[whole["holder"] != ""].drop_duplicates(ignore_index=True)


def _closeness(scene: Scene) -> float:
    """How much less a shared name says of chance where both are known to one device: few people are."""
    met = devices_of(scene)
    each = met.groupby("holder").size()
    return float(np.log2(max(scene.count / max(float(each.median()), 1.0), 1.0))) if len(each) else 0.0


def nicknames(scene: Scene) -> pd.DataFrame:
    """Whom only a bill or a chat without accounts names, by a nickname, with the account that bears it: the fewer bear it the better.

    Whom a bill names its holder knows: an account of that name that only other devices know may be anybody's.
    """
    facts = scene.facts
    kept = facts[(facts["kind"] == "nickname") & ~facts["shown"].astype(str).str.contains("*", regex=False)]
    kept = (
        kept[["account", "shown", "source", "line"]]
        .astype({"shown": object, "source": object})
        .drop_duplicates(["account", "shown"])
    )
    by_name = scene.system[kept["account"].to_numpy(np.int64)] == "name"
    bearers = kept[~by_name].groupby("shown")["account"].size().rename("bearers")
    pairs = kept[by_name].merge(kept[~by_name], on="shown", suffixes=("", "_other")).merge(bearers, on="shown")
    pairs = pairs.rename(columns={"account": "first", "account_other": "second"})
    rarity = np.log2(scene.count / pairs["bearers"].to_numpy(float)) - 2
    near = _near(scene, pairs[["first", "second"]])
    billed = pd.Series(scene.ids, dtype=object).str.startswith("billed:").to_numpy(bool)
    elsewhere = billed[pairs["first"].to_numpy(np.int64)] & ~near
    bits = np.where(pairs["bearers"] == 1, rarity, rarity / 2) + np.where(near, _closeness(scene), 0.0)
    bits = np.where(elsewhere, bits / ELSEWHERE, bits)
    return evidence(pairs.assign(bits=bits)[["first", "second", "bits", "shown", "source", "line"]], "nickname")


def same_on_bills(scene: Scene) -> pd.DataFrame:
    """Nicknames that only bills name, alike on several devices: one person's, where no two accounts of the chats bear it."""
    facts = scene.facts
    kept = facts[(facts["kind"] == "nickname") & ~facts["shown"].astype(str).str.contains("*", regex=False)]
    kept = (
        kept[["account", "shown", "source", "line"]]
        .astype({"shown": object, "source": object})
        .drop_duplicates(["account", "shown"])
    )
    billed = (
        pd.Series(scene.ids, dtype=object).str.startswith("billed:").to_numpy(bool)[kept["account"].to_numpy(np.int64)]
    )
    bearers = kept[~billed].groupby("shown")["account"].size()
    rare = kept[
        billed
        & (kept["shown"].map(bearers).fillna(0) < 2).to_numpy()
        & (kept["shown"].astype(str).str.len() >= 3).to_numpy()
    ]
    pairs = each_pair(rare, ["shown"])
    return evidence(
        pairs.assign(bits=scene.prior + ALIKE)[["first", "second", "bits", "shown", "source", "line"]], "nickname"
    )

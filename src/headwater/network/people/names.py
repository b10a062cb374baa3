"""Real names: on bills, in address books, as remarks. Remarks that one device gives to several accounts."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from headwater.network.people.evidence import Scene, each_pair, evidence

MASKED = r"[\u4e00-\u9fff]{1,2}\*{1,3}"
REMARKED = 5.0
"""Bits, beyond what chance leaves, of one real name as the remark of two accounts on one device."""
NUMBERED = r"_\d{1,2}$"
"""What exports put behind the second conversation of one title."""
KIN = re.compile(
    "(?:老|大|小|表|堂)?(?:爸爸?|妈妈?|父亲|母亲|爷爷?|奶奶|外公|外婆|姥姥|姥爷|公公|婆婆|岳父|岳母|老公|老婆|媳妇|哥哥?|姐姐?|弟弟?|妹妹?|舅舅?|舅妈|叔叔?|婶婶?|"
    "伯伯?|姑姑?|姑父|姨妈?|阿姨|儿子|女儿|侄子|侄女|外甥|嫂子|姐夫|妹夫)|mum|mom|dad|wife|husband|son|daughter|brother|sister"
)
"""Titles that several relatives may bear: they name nobody."""


def real_names(scene: Scene) -> pd.DataFrame:
    """Which account goes by which real name, and who says so.

    ``account``, ``token``, ``shown``, ``kind``, ``owner``, ``sure`` (a bill says so), ``source``, ``line``.
    """
    facts = scene.facts
    kept = facts[facts["kind"].isin(["name", "nickname", "remark"]) & (facts["token"] != "")]
    kept = kept[kept["shown"].astype(str).str.fullmatch(MASKED)]
    billed = np.isin(scene.system, ["bank", "wallet", "phone", "mask"]) | pd.Series(scene.ids).str.startswith(
        "billed:"
    ).to_numpy(bool)
    frame = kept.astype({"kind": object, "token": object, "owner": object})
    return frame.assign(sure=billed[frame["account"].to_numpy(np.int64)])[
        ["account", "token", "shown", "kind", "owner", "sure", "source", "line"]
    ].reset_index(drop=True)


def links(scene: Scene) -> pd.DataFrame:
    """Accounts of one real name: the rarer it is in the case, the more it says; more where one device knows both."""
    known = real_names(scene).sort_values(["account", "token", "sure", "source", "line"])
    only = known.drop_duplicates(["account", "token"], keep="last")
    people = max(only["account"].nunique(), 2)
    only = only.assign(many=only.groupby("token")["account"].transform("size"))
    pairs = each_pair(only, ["token"])
    if not len(pairs):
        return evidence(pairs, "real_name")
    rarity = np.log2(people / pairs["many"].to_numpy(float))
    both = (pairs["sure"] & pairs["sure_other"]).to_numpy()
    near = _near(scene, pairs)
    bits = np.maximum(rarity - 1, 0) + np.where(near, _closeness(scene), 0.0) + np.where(both, 2.0, 0.0)
    return evidence(pairs.assign(bits=bits)[["first", "second", "bits", "shown", "source", "line"]], "real_name")


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


def remarks(scene: Scene) -> pd.DataFrame:
    """Two accounts that one device calls the same, by a name that is no title of the family."""
    facts = scene.facts
    kept = facts[(facts["kind"] == "remark") & (facts["owner"] != "")][
        ["account", "shown", "token", "owner", "source", "line"]
    ]
    kept = kept.astype({"shown": str, "owner": object, "token": object})
    plain = kept["shown"].str.replace(NUMBERED, "", regex=True).str.replace(r"[（(].{1,3}[)）]$", "", regex=True)
    kept = kept.assign(called=np.where(kept["token"] != "", kept["token"], plain), shown=plain)
    kept = kept[(plain.str.len() >= 2) & ~plain.str.fullmatch(KIN)]
    pairs = each_pair(kept, ["owner", "called"], most=3)
    pairs = pairs[pairs["shown"].str.fullmatch(MASKED)].assign(bits=scene.prior + REMARKED, holder=lambda f: f["owner"])
    return evidence(pairs[["first", "second", "bits", "shown", "holder", "source", "line"]], "remark")


def nicknames(scene: Scene) -> pd.DataFrame:
    """Whom only a bill or a chat without accounts names, by a nickname, with the account that bears it: the fewer bear it the better."""
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
    bits = np.where(pairs["bearers"] == 1, rarity, rarity / 2) + np.where(near, _closeness(scene), 0.0)
    return evidence(pairs.assign(bits=bits)[["first", "second", "bits", "shown", "source", "line"]], "nickname")

"""What speaks against two accounts being one person's: they talk with each other, or write in one group at the same second."""

from __future__ import annotations

import numpy as np
import pandas as pd

from headwater.network.frames import NONE
from headwater.network.people.evidence import FORBIDDEN, Scene, evidence, nothing

SECOND = 1_000_000
TALK = 6
"""So many messages each way between two accounts are a talk of two people."""
AT_ONCE = -12.0
"""Bits of one group in which both wrote within one second; twice is no accident."""
BORE = -15.0
"""Bits of two nicknames that bills show at the same time."""
DAY = 86_400_000_000
NAMED_APART = -6.0
"""Bits of two real names that one device gives to two accounts."""


def links(scene: Scene, pairs: pd.DataFrame) -> pd.DataFrame:
    """What speaks against the pairs (``first``, ``second``) that anything speaks for."""
    if not len(pairs):
        return nothing()
    found = [_talked(scene, pairs), _at_once(scene, pairs), _called(scene, pairs), _bore(scene, pairs)]
    return pd.concat(found, ignore_index=True)


def passed(scene: Scene) -> pd.DataFrame:
    """The parts of an account that passed from one person to another."""
    rows = scene.traffic.handovers.drop_duplicates(["before", "after"])
    if not len(rows):
        return nothing()
    line = scene.traffic.messages[["text", "source", "line"]].take(rows["message"].to_numpy(np.int64))
    pairs = {
        "first": rows["before"].to_numpy(np.int64),
        "second": rows["after"].to_numpy(np.int64),
        "bits": FORBIDDEN,
        "name": scene.written[rows["account"].to_numpy(np.int64)],
        **{name: line[name].astype(object).to_numpy(object) for name in ("text", "source", "line")},
    }
    return evidence(pd.DataFrame(pairs), "passed")


def _talked(scene: Scene, pairs: pd.DataFrame) -> pd.DataFrame:
    messages = scene.traffic.messages
    one, other = (messages[side].to_numpy(np.int64) for side in ("sender", "receiver"))
    suspect = np.zeros(scene.count + 1, bool)
    suspect[pairs[["first", "second"]].to_numpy(np.int64)] = True
    rows = np.flatnonzero((one >= 0) & (other >= 0) & suspect[one] & suspect[other])
    low, high = np.minimum(one[rows], other[rows]), np.maximum(one[rows], other[rows])
    wanted = pairs["first"].to_numpy(np.int64) * scene.count + pairs["second"].to_numpy(np.int64)
    meant = np.isin(low * scene.count + high, wanted)
    talk = messages[["sender", "receiver", "source", "line"]].take(rows[meant]).astype({"source": object})
    talk = talk.assign(first=low[meant], second=high[meant])
    talk["forth"] = talk["sender"] == talk["first"]
    counted = talk.groupby(["first", "second"], as_index=False).agg(
        count=("forth", "size"), forth=("forth", "sum"), source=("source", "first"), line=("line", "first")
    )
    both = np.minimum(counted["forth"], counted["count"] - counted["forth"])
    found = counted.assign(bits=np.where(both >= TALK, FORBIDDEN, -1.0 * both))[both > 0]
    return evidence(found[["first", "second", "bits", "count", "source", "line"]], "talked")


def _at_once(scene: Scene, pairs: pd.DataFrame) -> pd.DataFrame:
    messages = scene.traffic.messages
    suspects = np.unique(pairs[["first", "second"]].to_numpy(np.int64))
    sender = messages["sender"].to_numpy(np.int64)
    rows = np.flatnonzero((messages["receiver"].to_numpy(np.int64) == NONE) & np.isin(sender, suspects))
    told = messages[["chat", "time", "sender", "source", "line"]].take(rows).astype({"source": object})
    told["second_of"] = told["time"] // SECOND
    both = told.merge(told[["chat", "second_of", "sender"]], on=["chat", "second_of"], suffixes=("", "_other"))
    both = both[both["sender"] < both["sender_other"]]
    counted = both.groupby(["sender", "sender_other"], as_index=False).agg(
        count=("chat", "size"), source=("source", "first"), line=("line", "first")
    )
    found = counted.rename(columns={"sender": "first", "sender_other": "second"}).merge(pairs, on=["first", "second"])
    found = found.assign(bits=np.where(found["count"] > 1, FORBIDDEN, AT_ONCE))
    return evidence(found[["first", "second", "bits", "count", "source", "line"]], "same_second")


def _called(scene: Scene, pairs: pd.DataFrame) -> pd.DataFrame:
    """One device calls the two by different real names."""
    facts = scene.facts
    kept = facts[(facts["kind"] == "remark") & (facts["token"] != "") & (facts["owner"] != "")]
    kept = kept[kept["shown"].astype(str).str.fullmatch(r"[\u4e00-\u9fff]{1,2}\*{1,3}")]
    kept = kept[["account", "token", "shown", "owner", "source", "line"]].astype(
        {"token": object, "owner": object, "shown": object}
    )
    one = pairs.merge(kept.rename(columns={"account": "first", "owner": "holder"}), on="first")
    other = kept.rename(columns={"account": "second", "owner": "holder", "token": "another", "shown": "other"})
    both = one.merge(other[["second", "holder", "another", "other"]], on=["second", "holder"])
    both = both[both["token"] != both["another"]].drop_duplicates(["first", "second"])
    return evidence(
        both.assign(bits=NAMED_APART)[["first", "second", "bits", "shown", "other", "holder", "source", "line"]],
        "remarks",
    )


def _bore(scene: Scene, pairs: pd.DataFrame) -> pd.DataFrame:
    """Bills call the two differently at the same time: wallets show the nickname of the day."""
    facts = scene.facts
    chats = scene.traffic.messages["source"].cat.categories
    kept = facts[(facts["kind"] == "nickname") & (facts["first"] != NONE) & ~facts["source"].isin(chats)]
    kept = kept[["account", "shown", "first", "last", "source", "line"]].astype({"shown": object, "source": object})
    kept = kept.rename(columns={"first": "since", "last": "until"})
    billed = pd.Series(scene.ids, dtype=object).str.startswith("billed:").to_numpy(bool)
    named = pairs[billed[pairs["first"].to_numpy(np.int64)] | billed[pairs["second"].to_numpy(np.int64)]]
    one = named.merge(kept.rename(columns={"account": "first"}), on="first")
    both = one.merge(
        kept.drop(columns=["source", "line"]).rename(columns={"account": "second"}),
        on="second",
        suffixes=("", "_other"),
    )
    same = both[both["shown"] == both["shown_other"]][["first", "second"]].drop_duplicates()
    both = both[(both["since"] + DAY < both["until_other"]) & (both["since_other"] + DAY < both["until"])]
    both = both[~pd.MultiIndex.from_frame(both[["first", "second"]]).isin(pd.MultiIndex.from_frame(same))]
    both = both.drop_duplicates(["first", "second"]).rename(columns={"shown_other": "other"})
    return evidence(both.assign(bits=BORE)[["first", "second", "bits", "shown", "other", "source", "line"]], "bore")

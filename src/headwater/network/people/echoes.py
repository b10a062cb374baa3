"""Payments that a bill shows under a card or a name, and that a chat announces minutes before or after.

A bill by bank or Alipay names no chat account. Whom it paid is told by the chat in which the sum is named at the time: “转了485”. One echo
may be chance; many in one chat and none elsewhere are not. Who is paid for several people is nobody's alias: a mule.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import gammaln

from headwater.network.frames import NONE
from headwater.network.people.evidence import Scene, blank, evidence
from headwater.network.people.names import real_names
from headwater.network.people.told import payees_by_name

SECOND = 1_000_000
MINUTE = 60 * SECOND
OFTEN = 4
"""So many echoes of a number in one chat tell how soon people announce what they paid."""
BEFORE, AFTER = 2 * MINUTE, 10 * MINUTE
"""How long before and after a payment its sum is named."""
FEWEST = 2
"""Echoes that must be heard in one chat, where a number is hidden behind a mask or is a name."""
PART = 0.1
"""The part of the payments between the device and the number that must be echoed."""
CHANGED = 8.0
"""Bits, beyond what chance leaves, that two accounts with one card in turn give at most."""
_HEARD = ("holder", "own", "number", "peer", "hits", "rows", "bits", "since", "until", "source", "line")
MOST = 24.0
"""Bits that echoes give at most."""
PACKET = -7
"""Stands for the words of a red packet."""
_SUM = r"(?<![\d.⟨~])(\d{2,7}(?:\.\d{1,2})?)(?![\d.:：%]|\s*[条个单])"


def links(scene: Scene) -> pd.DataFrame:
    """Cards and names of bills with every chat account whose chat echoes them.

    Where several accounts echo one number it is a helper's, or the accounts are one person's: :func:`shared` tells which numbers these are.
    """
    best = _clear(scene)
    told = best.rename(columns={"peer": "first", "number": "second"})
    told = told.assign(bits=np.minimum(told["bits"], MOST), name=scene.shown(told["first"].to_numpy(np.int64)))
    return evidence(told[["first", "second", "bits", "hits", "rows", "name", "source", "line"]], "echo")


def shared(scene: Scene) -> pd.DataFrame:
    """Numbers that the chats of several accounts echo: ``number``, ``account``."""
    clear = _clear(scene)[["number", "peer"]].drop_duplicates()
    many = clear[clear.groupby("number")["peer"].transform("size") > 1]
    return many.rename(columns={"peer": "account"}).reset_index(drop=True)


def successions(scene: Scene) -> pd.DataFrame:
    """Two accounts on one device that echo one number, the one until the other begins: who changed accounts kept the card.

    A helper who is paid for two people is echoed by both in turn and mixed up.
    """
    clear = _clear(scene)
    both = clear.merge(clear, on=["holder", "number"], suffixes=("", "_other"))
    both = both[(both["until"] < both["since_other"]) & (np.minimum(both["hits"], both["hits_other"]) >= FEWEST)]
    both = both.assign(first=both["peer"], second=both["peer_other"])
    chance = (
        gammaln(both["hits"] + 1) + gammaln(both["hits_other"] + 1) - gammaln(both["hits"] + both["hits_other"] + 1)
    )
    bits = np.minimum(scene.prior + CHANGED, -chance / np.log(2) * 1.5)
    return evidence(both.assign(bits=bits)[["first", "second", "bits", "holder", "source", "line"]], "changed")


def _clear(scene: Scene) -> pd.DataFrame:
    """Echoes that are no accident; not of numbers of whom the chat says that they are somebody else's."""
    heard = echoes(scene)
    least = np.where(np.isin(scene.system[heard["number"].to_numpy(np.int64)], ["bank", "wallet", "phone"]), 1, FEWEST)
    clear = heard[(heard["hits"] >= least) & (heard["hits"] >= PART * heard["rows"])]
    helpers = payees_by_name(scene).rename(columns={"account": "peer"})
    known = real_names(scene)[["account", "token"]].rename(columns={"account": "number"}).drop_duplicates()
    named = clear[["number", "peer"]].merge(known, on="number").merge(helpers, on=["peer", "token"])
    theirs = pd.MultiIndex.from_frame(named[["number", "peer"]].astype(np.int64))
    return clear[~pd.MultiIndex.from_frame(clear[["number", "peer"]].astype(np.int64)).isin(theirs)]


def echoes(scene: Scene) -> pd.DataFrame:
    """How often the chat of ``own`` with ``peer`` names the sums that ``own`` and a ``number`` of no chat moved, at the time.

    ``rows``: payments between them; ``hits``: how many are echoed; ``bits``: how much likelier than by chance.
    """
    paid = _payments(scene)
    said = _sums(scene)
    if not len(paid) or not len(said):
        return blank(*_HEARD)
    rows = paid.groupby(["holder", "number"]).size().rename("rows").reset_index()
    both = pd.concat(
        [
            paid.merge(said, on=["holder", "cents"], suffixes=("", "_said")),
            paid[paid["packet"]].assign(cents=NONE).merge(said, on=["holder", "cents"], suffixes=("", "_said")),
        ],
        ignore_index=True,
    )
    both["late"] = both["time_said"] - both["time"]
    both = both[(both["late"] >= -BEFORE) & (both["late"] <= AFTER)]
    both = both.merge(_chance(said), on=["holder", "peer", "cents"])
    both["bits"] = np.log2(0.4 / np.minimum(both["chance"], 0.4)) + _punctual(both)
    keys = ["holder", "number", "peer", "payment"]
    each = both.sort_values([*keys, "bits", "late"], ascending=[True] * 4 + [False, True]).drop_duplicates(keys)
    found = each.groupby(["holder", "number", "peer"], as_index=False).agg(
        own=("own", "first"),
        hits=("payment", "size"),
        bits=("bits", "sum"),
        since=("time", "min"),
        until=("time", "max"),
        source=("source", "first"),
        line=("line", "first"),
    )
    return found.merge(rows, on=["holder", "number"])


def _punctual(both: pd.DataFrame) -> np.ndarray:
    """Bits by how soon a sum is named: learnt from chats that echo a number often, against any moment of the minutes around."""
    width = 30 * SECOND
    bucket = ((both["late"] + BEFORE) // width).to_numpy(np.int64)
    count = (BEFORE + AFTER) // width + 1
    often = both.groupby(["holder", "number", "peer"])["payment"].transform("nunique").to_numpy() >= OFTEN
    seen = np.bincount(bucket[often], minlength=count) if often.any() else np.zeros(count)
    share = (seen + 2.0) / (seen.sum() + 2.0 * count)
    return np.asarray(np.log2(share * count)[bucket])


def _payments(scene: Scene) -> pd.DataFrame:
    """Movements between an own account of a device and a number or name that has no chat with it."""
    moved = scene.traffic.transfers
    if not len(moved):
        return pd.DataFrame()
    chatless = np.append(
        np.isin(scene.system, ["bank", "wallet", "phone", "mask", "name"]) & (scene.holder == ""), False
    )
    payer, payee = moved["payer"].to_numpy(np.int64), moved["payee"].to_numpy(np.int64)
    home = np.append(scene.holder, "")
    frames = []
    for own, other in ((payer, payee), (payee, payer)):
        good = np.flatnonzero((home[own] != "") & chatless[other] & (moved["message"].to_numpy(np.int64) == NONE))
        frames.append(
            pd.DataFrame(
                {
                    "holder": home[own[good]],
                    "own": own[good],
                    "number": other[good],
                    "cents": np.round(moved["amount"].to_numpy(float)[good] * 100).astype(np.int64),
                    "time": moved["time"].to_numpy(np.int64)[good],
                    "payment": good,
                    "packet": (moved["kind"] == "packet").to_numpy()[good],
                    "source": moved["source"].astype(object).to_numpy()[good],
                    "line": moved["line"].to_numpy(np.int64)[good],
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def _sums(scene: Scene) -> pd.DataFrame:
    """Every sum that the chats of devices' owners name in words, and every red packet, which shows none (``cents`` NONE).

    ``holder``, ``peer``, ``cents``, ``time``.
    """
    messages = scene.traffic.messages
    shapes = messages["shape"].cat
    words = pd.Series(shapes.categories, dtype=object)
    short = words[words.str.len() <= 40]
    named = short.str.extractall(_SUM)[0].astype(float)
    cents = (named * 100).round().astype(np.int64)
    told = pd.DataFrame({"shape": cents.index.get_level_values(0), "cents": cents.to_numpy()}).drop_duplicates()
    told = pd.concat([told, pd.DataFrame({"shape": [PACKET], "cents": [NONE]})], ignore_index=True)
    packet = (messages["kind"] == "packet").to_numpy()
    codes = np.where(packet, PACKET, shapes.codes.to_numpy().astype(np.int64))
    home = np.append(scene.holder, "")
    sender, receiver = messages["sender"].to_numpy(np.int64), messages["receiver"].to_numpy(np.int64)
    plain = (messages["kind"] == "text").to_numpy() | (messages["kind"] == "quote").to_numpy() | packet
    frames = []
    for own, peer in ((sender, receiver), (receiver, sender)):
        rows = np.flatnonzero(plain & (home[own] != "") & (peer >= 0) & np.isin(codes, told["shape"].to_numpy()))
        time = messages["time"].to_numpy(np.int64)[rows]
        frames.append(pd.DataFrame({"holder": home[own[rows]], "peer": peer[rows], "shape": codes[rows], "time": time}))
    return pd.concat(frames, ignore_index=True).merge(told, on="shape").drop(columns="shape")


def _chance(said: pd.DataFrame) -> pd.DataFrame:
    """The chance that a chat names a sum within the minutes around any moment."""
    span = max(int(said["time"].max() - said["time"].min()), BEFORE + AFTER)
    counted = said.groupby(["holder", "peer", "cents"]).size().rename("times").reset_index()
    return counted.assign(chance=(counted["times"] + 0.5) * (BEFORE + AFTER) / span * 3).drop(columns="times")

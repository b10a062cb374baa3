"""What people write of accounts: that a new one is theirs, that somebody took one over, on which numbers they are to be paid."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

import numpy as np
import pandas as pd

from headwater.network.frames import NONE, Traffic
from headwater.network.people.evidence import Scene, blank, evidence
from headwater.network.people.numbers import numbers

OWN = 8.0
"""Bits, beyond what chance leaves, of a message that calls an account the writer's own."""
PAID = 4.0
"""The same of a number that one person alone gives to be paid on: most are the writer's own, some a helper's."""
LONGEST = 60
"""A number in a longer message is what the trade is about."""
ROOM = 24
"""So many signs beside the numbers a message has that tells where to pay."""
_PAYABLE = {"bank_card": "card", "bank_card~": "card", "alipay": "phone", "mobile": "phone", "email": "wallet"}
_HIDDEN = re.compile("⟨[^⟩]*⟩")
_ID = re.compile(r"(?<![0-9a-z_@.\-])[a-z][a-z0-9_\-]{5,19}(?![0-9a-z_@.\-])")


@cache
def _words(name: str) -> re.Pattern[str]:
    told = tomllib.loads((files(__package__) / "words.toml").read_text("utf-8"))
    return re.compile("|".join(sorted((re.escape(word) for word in told[name]), key=len, reverse=True)))


def links(scene: Scene) -> pd.DataFrame:
    """Accounts that somebody calls his own, and numbers that one person alone wants to be paid on."""
    named = _named_accounts(scene)
    named = named[named["own"]].assign(bits=scene.prior + OWN)
    own = evidence(named[["first", "second", "bits", "name", "text", "source", "line"]], "handed")
    paid = claims(scene)
    alone = paid[(paid["number"] != NONE) & ~paid["third"]].rename(columns={"account": "first", "number": "second"})
    alone = alone.assign(bits=scene.prior + PAID, name=scene.shown(alone["first"].to_numpy(np.int64)))
    told = evidence(alone[["first", "second", "bits", "name", "text", "source", "line"]], "told")
    return pd.concat([own, told], ignore_index=True)


def claims(scene: Scene) -> pd.DataFrame:
    """Numbers that accounts want to be paid on, each once.

    ``account`` (who wrote), ``kind`` (card, phone, wallet), ``token``, ``mask``, ``person`` (token of the name beside it),
    ``number`` (its account; NONE where no bill knows it), ``third`` (somebody else's, by the words), ``text``, ``source``, ``line``.
    """
    rows = _lines(scene.traffic, list(_PAYABLE), LONGEST)
    if not len(rows):
        return blank("account", "kind", "token", "mask", "person", "number", "third", "text", "source", "line")
    plain = rows["shape"].str.replace(_HIDDEN, " ", regex=True)
    known = numbers(scene)
    account = known[known["source"] == ""].drop_duplicates("token").set_index("token")["account"]
    rows["number"] = account.reindex(rows["token"]).fillna(NONE).to_numpy(np.int64)
    asks = plain.str.contains(_words("pays")) & (plain.str.len() <= ROOM)
    card = rows["kind"].isin(["bank_card", "bank_card~", "alipay"])
    rows = rows[asks & (card | (rows["number"] != NONE) | plain.str.contains("支付宝|alipay|zfb"))].copy()
    rows["third"] = plain.loc[rows.index].str.contains(_words("third"))
    rows["kind"] = rows["kind"].map(_PAYABLE)
    rows["account"] = rows["sender"]
    rows["person"] = _names_beside(scene.traffic).reindex(rows["message"]).fillna("").to_numpy(object)
    rows = rows.sort_values(["account", "token", "third", "source", "line"])
    return rows.drop_duplicates(["account", "token"]).reset_index(drop=True)


def payees_by_name(scene: Scene) -> pd.DataFrame:
    """Real names to whom an account wants money sent that is not for itself: ``account``, ``token``."""
    rows = _lines(scene.traffic, ["name"], LONGEST // 2)
    if not len(rows):
        return blank("account", "token")
    plain = rows["shape"].str.replace(_HIDDEN, " ", regex=True)
    asked = plain.str.contains(_words("third")) & (plain.str.len() <= ROOM) & ~rows["message"].duplicated(keep=False)
    return rows[asked][["sender", "token"]].rename(columns={"sender": "account"}).drop_duplicates(ignore_index=True)


def _names_beside(traffic: Traffic) -> pd.Series:
    names = traffic.named[traffic.named["kind"] == "name"].drop_duplicates("message")
    return names.set_index("message")["token"].astype(object)


def _lines(traffic: Traffic, kinds: list[str], longest: int) -> pd.DataFrame:
    """Short messages that name something of a kind: one row for each thing named."""
    named = traffic.named[traffic.named["kind"].isin(kinds)]
    texts = traffic.messages[["sender", "time", "line", "shape", "text", "source"]].take(named["message"].to_numpy())
    frame = pd.DataFrame({name: named[name].to_numpy() for name in ("message", "kind", "token", "mask")}).astype(
        {"kind": object, "token": object, "mask": object}
    )
    for name in ("sender", "time", "line"):
        frame[name] = texts[name].to_numpy(np.int64)
    for name in ("shape", "text", "source"):
        frame[name] = texts[name].astype(object).to_numpy()
    frame = frame[(frame["sender"] >= 0) & frame["text"].notna() & frame["shape"].notna()]
    return frame[frame["text"].str.len() <= longest].reset_index(drop=True)


def _named_accounts(scene: Scene) -> pd.DataFrame:
    """Messages that name another account: writer (``first``), account (``second``), whether it is called the writer's ``own``."""
    written = pd.concat([_by_token(scene), _by_id(scene)], ignore_index=True)
    written = written[(written["first"] != written["second"]) & (written["first"] >= 0)]
    plain = written["text"].str.lower()
    own, others = plain.str.contains(_words("own")), plain.str.contains(_words("others"))
    written = written.assign(own=own & ~others, other=others, name=scene.shown(written["first"].to_numpy(np.int64)))
    written = written.sort_values(
        ["first", "second", "own", "source", "line"], ascending=[True, True, False, True, True]
    )
    return written.drop_duplicates(["first", "second"]).reset_index(drop=True)


def announced(scene: Scene) -> pd.DataFrame:
    """Ids that people call their own and that nothing else shows: ``account`` (who wrote), ``value``, ``source``, ``line``."""
    messages = scene.traffic.messages
    texts = pd.Series(messages["text"].cat.categories, dtype=object)
    plain = texts[texts.str.len() <= LONGEST].str.lower()
    own = plain[plain.str.contains(_words("own")) & ~plain.str.contains(_words("others"))]
    ids = own.str.findall(_ID)
    ids = ids[ids.str.len() == 1].str[0]
    ids = ids[ids.str.contains(r"[0-9_]") & ~ids.isin(pd.Series(scene.written, dtype=object).str.lower())]
    code = messages["text"].cat.codes.to_numpy().astype(np.int64)
    rows = np.flatnonzero(np.isin(code, ids.index.to_numpy(np.int64)) & (messages["sender"].to_numpy(np.int64) >= 0))
    lines = messages.take(rows)
    frame = pd.DataFrame(
        {"account": lines["sender"].to_numpy(np.int64), "value": ids.reindex(code[rows]).to_numpy(object)}
    )
    frame = frame.assign(source=lines["source"].astype(object).to_numpy(), line=lines["line"].to_numpy(np.int64))
    return frame[frame.groupby("value")["account"].transform("nunique") == 1]


def _by_token(scene: Scene) -> pd.DataFrame:
    rows = _lines(scene.traffic, ["wechat", "qq", "handle"], LONGEST)
    facts = scene.facts
    known = facts[facts["kind"].isin(["wechat", "qq"]) & (facts["token"] != "")].drop_duplicates("token")
    rows["second"] = known.set_index("token")["account"].reindex(rows["token"]).fillna(NONE).to_numpy(np.int64)
    rows = rows[rows["second"] != NONE]
    rows["second"] = scene.bearer(rows["second"].to_numpy(np.int64), rows["time"].to_numpy(np.int64))
    return rows.rename(columns={"sender": "first"})[["first", "second", "text", "source", "line"]]


def _by_id(scene: Scene) -> pd.DataFrame:
    """Messages that write an account's id as it is: each distinct text is looked at once."""
    messages = scene.traffic.messages
    texts = messages["text"].cat
    words = pd.Series(texts.categories, dtype=object)
    short = words[(words.str.len() <= LONGEST) & words.str.contains("[a-z][a-z0-9_]{5}", regex=True)]
    found = short.str.lower().str.findall(_ID).explode().dropna()
    place = pd.Series(np.arange(scene.count), index=pd.Series(scene.written).str.lower())
    place = place[~place.index.duplicated()]
    hits = place.reindex(found).dropna().astype(np.int64)
    told = pd.DataFrame({"text_place": found.index[found.isin(hits.index)], "second": hits.to_numpy()})
    rows = np.flatnonzero(np.isin(texts.codes.to_numpy(), told["text_place"].to_numpy()))
    said = pd.DataFrame({"row": rows, "text_place": texts.codes.to_numpy()[rows].astype(np.int64)}).merge(
        told, on="text_place"
    )
    lines = messages.take(said["row"].to_numpy())
    return pd.DataFrame(
        {
            "first": lines["sender"].to_numpy(np.int64),
            "second": scene.bearer(said["second"].to_numpy(np.int64), lines["time"].to_numpy(np.int64)),
            "text": lines["text"].astype(object).to_numpy(),
            "source": lines["source"].astype(object).to_numpy(),
            "line": lines["line"].to_numpy(np.int64),
        }
    )

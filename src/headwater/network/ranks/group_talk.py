"""What people say in the groups of the trade: adverts, price lists, and whose money they hold."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

import numpy as np
import pandas as pd

from headwater.network.frames import Acts, Ints, People, Traffic

_PRICED = re.compile(
    r"[^\d\n]\D{0,20}\d{2,5}(?:\s*(?:元|块|/条|一条|起|r|rmb|yuan))?\s*$", re.IGNORECASE | re.MULTILINE
)
_QUESTION = re.compile(r"[吗么嗎?？]\s*$")
_LISTED = 4
"""Lines with a price from which an advert is a price list."""
_TRADE_ADVERTS = 3
"""Adverts from which a group is one of the trade."""
KINDS = ("advert", "price_list", "holds", "releases", "returns")


def group_talk(traffic: Traffic, people: People, acts: Acts) -> pd.DataFrame:
    """What was said: ``person``, ``kind`` (advert, price_list, holds, releases, returns), ``message``, by message.

    Adverts count wherever they stand; money held for others counts in groups of the trade only: those with several adverts, or where
    people of several orders write.
    """
    messages = traffic.messages
    found = [_adverts(messages, acts), _trust(traffic, people, acts)]
    said = pd.concat(found, ignore_index=True)
    sender = messages["sender"].to_numpy(dtype=np.int64)[said["message"].to_numpy(dtype=np.int64)]
    person = np.append(people.of, -1)[sender]
    said = said.assign(person=person)[person >= 0]
    return said[["person", "kind", "message"]].sort_values(["message", "kind"], kind="stable").reset_index(drop=True)


def _adverts(messages: pd.DataFrame, acts: Acts) -> pd.DataFrame:
    rows = np.unique(acts.acts["message"].to_numpy(dtype=np.int64)[(acts.acts["act"] == "advert").to_numpy()])
    texts = messages["text"].iloc[rows].astype(str)
    rows = rows[~texts.map(_asks).to_numpy(dtype=bool)] if len(rows) else rows
    texts = messages["text"].iloc[rows].astype(str)
    priced = texts.map(lambda text: len(_PRICED.findall(text))) >= _LISTED if len(rows) else np.zeros(0, dtype=bool)
    return pd.DataFrame({"message": rows, "kind": np.where(priced, "price_list", "advert")})


def _trust(traffic: Traffic, people: People, acts: Acts) -> pd.DataFrame:
    """Sentences with a number that say that money came in, went out or went back, in groups of the trade."""
    messages = traffic.messages
    chat = messages["chat"].to_numpy(dtype=np.int64)
    inside = _trade_groups(traffic, people, acts)[chat] & (messages["kind"] == "text").to_numpy()
    rows = np.flatnonzero(inside)
    codes, texts = pd.factorize(messages["text"].iloc[rows].astype(object).fillna(""))
    kinds = np.array([_meaning(str(text)) for text in texts], dtype=object)
    kind = kinds[codes] if len(texts) else np.zeros(0, dtype=object)
    return pd.DataFrame({"message": rows[kind != ""], "kind": kind[kind != ""]})


def _trade_groups(traffic: Traffic, people: People, acts: Acts) -> np.ndarray:
    group = traffic.chats["group"].to_numpy(dtype=bool)
    chat = traffic.messages["chat"].to_numpy(dtype=np.int64)
    made, rows = acts.acts["act"].to_numpy(), acts.acts["message"].to_numpy(dtype=np.int64)
    adverts = np.bincount(chat[np.unique(rows[made == "advert"])], minlength=len(group))
    person = np.append(people.of, -1)[traffic.messages["sender"].to_numpy(dtype=np.int64)]
    traders = np.zeros(people.count + 1, dtype=bool)
    traders[person[rows[made == "order"]]] = True
    traders[-1] = False
    here = np.flatnonzero(group[chat] & traders[person])
    writers = np.unique(chat[here] * (people.count + 1) + person[here]) // (people.count + 1)
    return np.asarray(group & ((adverts >= _TRADE_ADVERTS) | (np.bincount(writers, minlength=len(group)) >= 2)))


def _meaning(text: str) -> str:
    words = _words()
    if not any(c.isdigit() for c in text):
        return ""
    low = text.lower()
    for kind, key in (("returns", "back"), ("releases", "out"), ("holds", "in")):
        if any(word in low for word in words[key]):
            return kind
    return ""


def _asks(text: str) -> bool:
    """Tell whether an advert's words are asked for, not offered."""
    return bool(_QUESTION.search(text)) or ("\n" not in text and any(word in text.lower() for word in _words()["asks"]))


@cache
def _words() -> dict[str, tuple[str, ...]]:
    read = tomllib.loads(files(__package__).joinpath("group_talk.toml").read_text("utf-8"))
    return {key: tuple(words) for key, words in read.items()}


def said_by(said: pd.DataFrame, kind: str, count: int) -> Ints:
    """How often each person said that."""
    return np.bincount(said["person"].to_numpy(dtype=np.int64)[(said["kind"] == kind).to_numpy()], minlength=count)

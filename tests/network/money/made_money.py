"""Made messages, bills, people and orders of a few accounts, for tests of the money: everybody's name is a letter."""

from __future__ import annotations

import numpy as np
import pandas as pd

from headwater.network.frames import NONE, Acts, Hops, People, Traffic

MINUTE = 60_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
START = 1_700_000_000_000_000

_MESSAGE = {"chat": 0, "kind": "text", "shape": "", "amount": np.nan, "reference": "", "file": "", "digest": ""}
_PAYMENT = {
    **{
        "channel": "wechat",
        "payer": NONE,
        "payee": NONE,
        "other_name": "",
        "other_kind": "nickname",
        "other_token": "",
    },
    **{"currency": "CNY", "fee": np.nan, "kind": "transfer", "status": "done", "refunded": np.nan, "reference": ""},
}
_TRANSFER = {
    **{"fee": 0.0, "refunded": 0.0, "kind": "transfer", "status": "done", "channel": "wechat", "currency": "CNY"},
    **{"reference": "", "message": NONE, "billed": True, "payer_billed": True, "payee_billed": True, "source": "b.csv"},
}
_ACT = {"category": "", "amount": np.nan, "media": False, "bits": 5.0}
_HOP = {"level": 0, "category": "location", "price": np.nan, "outcome": "answered", "confidence": 1.0}


def messages(*rows: dict[str, object]) -> pd.DataFrame:
    """Messages: ``time``, ``sender``, ``receiver`` and what differs from a text without a sum."""
    frame = pd.DataFrame([{**_MESSAGE, **row, "source": "chat.csv", "line": n + 2} for n, row in enumerate(rows)])
    return frame if len(rows) else pd.DataFrame(columns=["time", "sender", "receiver", *_MESSAGE, "source", "line"])


def bubble(time: int, sender: int, receiver: int, amount: float, text: str = "", **more: object) -> dict[str, object]:
    """A transfer as a chat shows it."""
    return {
        "time": time,
        "sender": sender,
        "receiver": receiver,
        "kind": "transfer",
        "amount": amount,
        "shape": text,
        **more,
    }


def bill(*rows: dict[str, object]) -> pd.DataFrame:
    """Rows of bills: ``time``, ``owner``, ``account``, ``direction``, ``amount`` and what differs from a transfer."""
    made = [{**_PAYMENT, **row, "source": f"{row['owner']}.csv", "line": n + 18} for n, row in enumerate(rows)]
    names = ["time", "owner", "account", "direction", "amount", *_PAYMENT, "source", "line"]
    frame = pd.DataFrame(made, columns=names)
    sides = (("out", "payer", "payee"), ("in", "payee", "payer"))
    for direction, own, _ in sides:
        frame.loc[frame["direction"] == direction, own] = frame["account"]
    return frame.astype({"payer": np.int64, "payee": np.int64}) if len(rows) else frame


def accounts(count: int = 6, owners: str = "") -> pd.DataFrame:
    """Accounts 0, 1, …: ``user_a``, ``user_b``, … ``owners``: letters whose devices were read."""
    letters = [chr(97 + n) for n in range(count)]
    held = [letter if letter in owners else "" for letter in letters]
    return pd.DataFrame({"id": [f"user_{x}" for x in letters], "system": "wechat", "owner": held, "shown": letters})


def names(*rows: tuple[int, str, int, int]) -> pd.DataFrame:
    """Nicknames: account, name, first and last time."""
    made = [
        {
            "account": a,
            "kind": "nickname",
            "token": f"t{n}",
            "shown": n,
            "owner": "",
            "first": f,
            "last": t,
            "source": "c",
            "line": 1,
        }
        for a, n, f, t in rows
    ]
    return pd.DataFrame(made, columns=["account", "kind", "token", "shown", "owner", "first", "last", "source", "line"])


def chats(*pairs: tuple[int, int]) -> pd.DataFrame:
    """Chats of two."""
    return pd.DataFrame(
        [(f"{a}|{b}", "", False, a, b) for a, b in pairs], columns=["id", "name", "group", "one", "other"]
    )


def moved(*rows: tuple[int, int, int, float], **more: object) -> pd.DataFrame:
    """Transfers: time, payer, payee, amount."""
    made = [
        {"time": t, "payer": a, "payee": b, "amount": s, **_TRANSFER, **more, "line": n + 2}
        for n, (t, a, b, s) in enumerate(rows)
    ]
    return pd.DataFrame(made, columns=["time", "payer", "payee", "amount", *_TRANSFER, "line"])


def traffic(said: pd.DataFrame, paid: pd.DataFrame, owners: str = "", count: int = 6) -> Traffic:
    """Traffic of messages and transfers."""
    empty = pd.DataFrame()
    return Traffic(accounts(count, owners), names(), chats(), said, empty, empty, paid, empty, empty)


def people(count: int = 6) -> People:
    """Everybody has one account."""
    return People(np.arange(count), pd.DataFrame(), np.ones(count))


def acts(*rows: dict[str, object]) -> Acts:
    """Acts: ``message``, ``time``, ``sender``, ``receiver``, ``act`` and what differs from one without a sum."""
    names_ = ["message", "time", "sender", "receiver", "act", *_ACT]
    return Acts(pd.DataFrame([{**_ACT, **row} for row in rows], columns=names_), pd.DataFrame())


def hops(*rows: dict[str, object]) -> Hops:
    """Hops: ``order``, ``buyer``, ``seller``, ``asked``, ``answered`` and what differs from an answered one of level 0."""
    names_ = ["order", "buyer", "seller", "asked", "answered", *_HOP]
    frame = pd.DataFrame([{**_HOP, **row} for row in rows], columns=names_)
    count = int(frame["order"].max()) + 1 if len(frame) else 0
    return Hops(frame, pd.DataFrame({"subject": np.arange(count)}), pd.DataFrame())

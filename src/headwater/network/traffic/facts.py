"""What is known of each account: what it is called, by whom, from when to when; its numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from headwater.network.frames import NONE, Ints
from headwater.network.traffic.columns import Columns

KINDS = ("nickname", "remark", "name", "phone", "card", "wallet", "qq", "wechat")
"""Kinds of facts; ``wechat`` is by which token a message would name the account."""
_COLUMNS = ["account", "kind", "token", "shown", "owner", "first", "last", "source", "line"]


def facts(
    messages: Columns, contacts: Columns, whose: tuple[Ints, Ints, Ints], time: Ints, owners: list[str]
) -> pd.DataFrame:
    """The frame ``facts`` of :class:`headwater.network.frames.Traffic`.

    ``whose``: accounts of the messages' senders, of whom their devices talk to, and of the address books' rows; ``time``: the
    messages', with clocks set; ``owners``: the holder of each account.
    """
    who, chat, alias = whose
    booked = _booked(contacts, alias, owners)
    said = _said(messages, who, "sender_name", time, np.ones(messages.count, bool))
    titled = _said(messages, chat, "chat_name", time, messages.values["group"] != 1)
    remarked = pd.MultiIndex.from_frame(booked.loc[booked["kind"] == "remark", ["account", "owner"]])
    hidden = pd.MultiIndex.from_frame(titled[["account", "owner"]]).isin(remarked)
    named = pd.concat([said, titled[~hidden]], ignore_index=True).assign(kind="nickname", owner="")
    known = booked[["kind", "shown", "token"]].dropna().drop_duplicates(["kind", "shown"])
    named = named.merge(known, on=["kind", "shown"], how="left")
    whole = pd.concat([booked[_COLUMNS], named[_COLUMNS]], ignore_index=True)
    whole["token"] = whole["token"].fillna("")
    return _once(whole)


def facts_with(known: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    """Facts of two sources as one frame."""
    return (
        _once(pd.concat([known, more[_COLUMNS].astype({"token": object})], ignore_index=True)) if len(more) else known
    )


def of_payees(payments: Columns, payer: Ints, payee: Ints) -> pd.DataFrame:
    """What bills call the accounts that they name on the other side: names, and nicknames of that day."""
    kinds = payments.texts["other_kind"]
    sort_of = pd.Series({"name": "name", "masked_name": "name", "nickname": "nickname"}).reindex(kinds.texts)
    kind = np.array([*sort_of.tolist(), None], dtype=object)[kinds.codes]
    paid_out = _is(payments, "direction", "out")
    frame = pd.DataFrame(
        {
            "account": np.where(paid_out, payee, payer),
            "kind": kind,
            "shown": payments.texts["other_name"].category(),
            "token": payments.texts["other_token"].category(),
            "source": payments.texts["source"].category(),
            "line": payments.values["line"],
            "time": payments.values["time"],
        }
    )
    frame = frame[frame["kind"].notna() & (frame["account"] >= 0) & frame["shown"].notna()].sort_values(
        ["time", "source", "line"]
    )
    by = ["account", "kind", "shown", "token"]
    kept = frame.astype(dict.fromkeys((*by[1:], "source"), object)).fillna({"token": ""})
    spans = kept.groupby(by, as_index=False).agg(
        first=("time", "min"), last=("time", "max"), source=("source", "first"), line=("line", "first")
    )
    return spans.assign(owner="")[_COLUMNS]


def of_transfers(payments: Columns, bills: pd.DataFrame, moved: pd.DataFrame, copies: pd.DataFrame) -> pd.DataFrame:
    """What bills call the accounts that their transfers turn out to be with: nicknames of the day, as the wallet knew them.

    ``bills``: the lake's rows with accounts as places; ``moved``, ``copies``: transfers, and the lines that show each.
    """
    shown = copies[["row", "source", "line"]].astype({"source": object})
    rows = pd.DataFrame({"source": payments.texts["source"].category().astype(object), "line": payments.values["line"]})
    rows = rows.assign(bill=np.arange(payments.count)).merge(shown, on=["source", "line"])
    bill, row = rows["bill"].to_numpy(np.int64), rows["row"].to_numpy(np.int64)
    out = _is(payments, "direction", "out")[bill]
    other = np.where(out, moved["payee"].to_numpy(np.int64)[row], moved["payer"].to_numpy(np.int64)[row])
    kinds, names = payments.texts["other_kind"], payments.texts["other_name"]
    called = pd.Series(names.texts, dtype=object).str.removeprefix("发给").str.removeprefix("来自")
    label = np.array([*called.tolist(), None], dtype=object)[names.codes[bill]]
    own = bills["account"].to_numpy(np.int64)[bill]
    good = (
        (kinds.codes[bill] == kinds.texts.get_indexer(["nickname"])[0])
        & (other >= 0)
        & (other != own)
        & (names.codes[bill] >= 0)
    )
    frame = rows[good].assign(account=other[good], shown=label[good], time=payments.values["time"][bill[good]])
    frame = frame[frame["time"] != NONE].sort_values(["account", "shown", "time", "source", "line"])
    spans = frame.groupby(["account", "shown"], as_index=False).agg(
        first=("time", "min"), last=("time", "max"), source=("source", "first"), line=("line", "first")
    )
    return spans.assign(kind="nickname", owner="", token="")[_COLUMNS]


def _is(table: Columns, column: str, text: str) -> np.ndarray:
    coded = table.texts[column]
    return np.asarray(coded.codes == coded.texts.get_indexer([text])[0]) & (coded.codes >= 0)


def _booked(contacts: Columns, alias: Ints, owners: list[str]) -> pd.DataFrame:
    frame = pd.DataFrame(
        {name: contacts.texts[name].category() for name in ("kind", "token", "name", "owner", "source")}
    )
    frame = frame.astype(object).rename(columns={"name": "shown"})
    frame["account"], frame["line"] = alias, contacts.values["line"]
    frame["first"] = frame["last"] = NONE
    frame = frame[frame["kind"].isin(KINDS) & (frame["account"] >= 0) & frame["shown"].notna()].copy()
    home = np.array(owners, dtype=object)[frame["account"].to_numpy(np.int64)] if len(frame) else np.array([], object)
    itself = (frame["owner"] == home) | frame["kind"].isin(["nickname", "wechat"])
    frame["owner"] = frame["owner"].where(~itself, "")
    return frame


def _said(messages: Columns, who: Ints, column: str, time: Ints, rows: np.ndarray) -> pd.DataFrame:
    """Each name that an account is shown under, once, with the time it was seen from and to."""
    names, owner, source = (messages.texts[name] for name in (column, "owner", "source"))
    rows = np.flatnonzero(rows & (who >= 0) & (names.codes >= 0))
    frame = pd.DataFrame({"account": who[rows], "name": names.codes[rows], "owner": owner.codes[rows]})
    by = frame.groupby(["account", "name", "owner"], sort=True)
    group, count = by.ngroup().to_numpy(np.int64), by.ngroups
    found = frame.iloc[np.unique(group, return_index=True)[1]].reset_index(drop=True)
    del frame, by
    when = time[rows]
    first, last = np.full(count, np.iinfo(np.int64).max), np.full(count, NONE)
    np.minimum.at(first, group, when)
    np.maximum.at(last, group, when)
    earliest = np.flatnonzero(when == first[group])[::-1]
    row = np.zeros(count, dtype=np.int64)
    row[group[earliest]] = rows[earliest]  # of several at once the one that stands first stays
    found = found.assign(first=first, last=last, row=row)
    place = found["row"].to_numpy(np.int64)
    return pd.DataFrame(
        {
            "account": found["account"],
            "shown": names.texts[found["name"]].astype(object),
            "owner": owner.texts[found["owner"]].astype(object),
            "first": found["first"],
            "last": found["last"],
            "source": source.texts[source.codes[place]].astype(object),
            "line": messages.values["line"][place],
        }
    )


def _once(whole: pd.DataFrame) -> pd.DataFrame:
    """Each fact once: seen from the earliest to the latest, cited where it stands first."""
    by = ["account", "kind", "shown", "token", "owner"]
    whole = whole.sort_values([*by, "source", "line"], ignore_index=True)
    whole["seen"] = whole["first"].where(whole["first"] != NONE)
    spans = whole.groupby(by, sort=False).agg(first=("seen", "min"), last=("last", "max")).reset_index()
    spans["first"] = spans["first"].fillna(NONE).astype(np.int64)
    cited = whole.drop_duplicates(by)[[*by, "source", "line"]]
    found = spans.merge(cited, on=by)
    return found.sort_values(by, ignore_index=True)[_COLUMNS]

"""One account that passed from hand to hand, as several in the frames: each has the messages and money of its own time.

The first part keeps the account's place, the others stand behind all accounts. Ids tell them apart (``wxid_a#1``, ``wxid_a#2``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from headwater.model.network import PART
from headwater.network.frames import NONE, Ints, Traffic
from headwater.network.handovers.facts import parted_facts
from headwater.network.handovers.homes import SIDES
from headwater.network.handovers.parts import Parts, parts
from headwater.network.traffic.chats import BETWEEN


def parted(traffic: Traffic, told: pd.DataFrame, home: pd.DataFrame) -> Traffic:
    """Part the accounts that passed: ``told`` are the messages that say so, ``home`` when each was on which device."""
    every = parts(told, len(traffic.accounts))
    home = every.lived(home)
    messages, transfers = (_moved(traffic, table, every, home) for table in SIDES)
    facts = parted_facts(traffic, every, home)
    accounts = _accounts(traffic, every, facts, home)
    chats, messages["chat"] = _chats(traffic, messages, every, accounts["id"].to_numpy(object))
    return replace(
        traffic,
        accounts=accounts,
        facts=facts,
        chats=chats,
        messages=messages,
        transfers=transfers,
        handovers=_handovers(told, every),
    )


def _moved(traffic: Traffic, table: str, every: Parts, home: pd.DataFrame) -> pd.DataFrame:
    """Messages or transfers with the part of each account: by time, and where a device shows it as its own by that device."""
    frame: pd.DataFrame = (traffic.messages if table == "messages" else traffic.transfers).copy(deep=False)
    time = frame["time"].to_numpy(np.int64)
    shown = home[home["table"] == table]
    for side in SIDES[table]:
        parties = every.at(frame[side].to_numpy(np.int64), time)
        here = shown[shown["side"] == side]
        parties[here["row"].to_numpy(np.int64)] = here["part"].to_numpy(np.int64)
        frame[side] = parties
    return frame


def _handovers(told: pd.DataFrame, every: Parts) -> pd.DataFrame:
    rows = []
    for account, cut, message in told[["account", "cut", "message"]].itertuples(index=False):
        number = int(np.searchsorted(every.cuts[account], cut))
        before, after = every.places[account][number : number + 2].tolist()
        rows.append((account, before, after, cut, message))
    frame = pd.DataFrame(rows, columns=["account", "before", "after", "time", "message"])
    return frame.astype(np.int64).sort_values(["account", "time", "message"], ignore_index=True)


def _accounts(traffic: Traffic, every: Parts, facts: pd.DataFrame, home: pd.DataFrame) -> pd.DataFrame:
    """The accounts with the parts: each at home on the device that shows it as its own in its time."""
    frame = traffic.accounts
    later = [account for account, places in every.places.items() for _ in places[1:]]
    whole = pd.concat([frame, frame.take(np.array(later, np.int64))], ignore_index=True)
    columns = {name: whole[name].astype(object).to_numpy(object).copy() for name in ("id", "owner", "shown")}
    bare = columns["id"].copy()
    for account, places in every.places.items():
        holder = columns["owner"][account]
        for number, place in enumerate(places.tolist(), 1):
            columns["id"][place] = f"{bare[account]}{PART}{number}"
            columns["owner"][place] = _holder(home["holder"][home["part"] == place])
            columns["shown"][place] = _called(facts[facts["account"] == place]) or columns["shown"][place]
        if holder and not any(columns["owner"][place] == holder for place in places.tolist()):
            columns["owner"][places[-1]] = (
                holder  # a device without talks of the account is known by what it held at the end
            )
    return whole.assign(**columns)


def _holder(shown: pd.Series) -> str:
    """The holder whose device shows most; the first by name of several."""
    counted = shown.value_counts()
    return str(min(counted.index[counted == counted.max()])) if len(counted) else ""


def _called(facts: pd.DataFrame) -> str:
    """What a part called itself last."""
    names = facts[(facts["kind"] == "nickname") & (facts["last"] != NONE)]
    names = names.sort_values(["last", "shown"], ascending=[False, True])
    return str(names["shown"].iloc[0]) if len(names) else ""


def _chats(traffic: Traffic, messages: pd.DataFrame, every: Parts, ids: np.ndarray) -> tuple[pd.DataFrame, Ints]:
    """The conversations, one for each two parts that talk, and that of each message; ``messages`` have their parts already."""
    chats, of = traffic.chats, traffic.messages["chat"].to_numpy(np.int64)
    ends = [chats[side].to_numpy(np.int64) for side in ("one", "other")]
    touched = np.isin(ends[0], list(every.cuts)) | np.isin(ends[1], list(every.cuts))
    rows = np.flatnonzero(touched[of] & (of >= 0))
    time = messages["time"].to_numpy(np.int64)[rows]
    wrote = np.column_stack([messages[side].to_numpy(np.int64)[rows] for side in SIDES["messages"]])
    by_time = np.column_stack([every.at(end[of[rows]], time) for end in ends])
    sides = np.sort(np.where(np.min(wrote, axis=1, keepdims=True) >= 0, wrote, by_time), axis=1)
    met = pd.DataFrame({"chat": of[rows], "one": sides[:, 0], "other": sides[:, 1]})
    each = met.drop_duplicates().sort_values(["chat", "one", "other"], ignore_index=True)
    again = each["chat"].duplicated().to_numpy()
    each["place"] = np.where(again, len(chats) + np.cumsum(again) - 1, each["chat"])
    more = chats.take(each["chat"].to_numpy(np.int64)[again])
    whole = pd.concat([chats, more], ignore_index=True)
    there = each["place"].to_numpy(np.int64)
    pair = _paired(ids, each["one"].to_numpy(np.int64), each["other"].to_numpy(np.int64))
    for name, values in (("id", pair), ("one", each["one"].to_numpy()), ("other", each["other"].to_numpy())):
        column = whole[name].to_numpy(copy=True)
        column[there] = values
        whole[name] = column
    moved = of.copy()
    moved[rows] = met.merge(each, on=["chat", "one", "other"], how="left")["place"].to_numpy(np.int64)
    return whole, moved


def _paired(ids: np.ndarray, one: Ints, other: Ints) -> Sequence[str]:
    return [f"{ids[a]}{BETWEEN}{ids[b]}" for a, b in zip(one.tolist(), other.tolist(), strict=True)]

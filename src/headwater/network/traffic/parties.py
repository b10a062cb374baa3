"""Who wrote each message to whom, on every device: what the exports say, with their gaps filled and their errors set right."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from headwater.network.frames import NONE, Ints
from headwater.network.traffic.accounts import DEVICE, NUMBERS, Roster
from headwater.network.traffic.columns import Columns

Marks = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Parties:
    """For each row of the lake's messages: sender, receiver (accounts; NONE in groups), and the text place of its group."""

    sender: Ints
    receiver: Ints
    room: Ints  # place in the texts of ``chat``; NONE where two talk
    own: Ints  # the account of the device's owner
    peer: Ints  # whom the device talks to; NONE in groups

    def renamed(self, place: Ints) -> Parties:
        """The same where each account has got another place."""
        places = np.append(place, NONE)
        return Parties(places[self.sender], places[self.receiver], self.room, places[self.own], places[self.peer])


def parties(messages: Columns, contacts: Columns, accounts: Roster) -> Parties:
    """Tell sender and receiver of every row."""
    sender, receiver, chat = (accounts.of(messages.texts[name]) for name in ("sender", "receiver", "chat"))
    outgoing, group = messages.values["outgoing"], messages.values["group"] == 1
    own = _own(messages, contacts, accounts, (sender, receiver, chat))
    known = np.append(~starting(accounts, DEVICE), False)
    own = np.where((outgoing == 1) & known[sender] & (group | (sender != chat)), sender, own)
    own = np.where((outgoing == 0) & ~group & known[receiver] & (receiver != chat), receiver, own)
    stood_in = np.append(starting(accounts, DEVICE), False)
    sender = np.where(stood_in[sender], own, sender)
    out = (outgoing == 1) | ((outgoing == NONE) & (sender == own) & (sender >= 0))
    came = ~out & ((outgoing == 0) | (sender >= 0))
    peer = np.where(chat == own, NONE, chat)
    peer = np.where((peer < 0) & ~group, np.where(out, receiver, sender), peer)
    wrote = np.where(out, own, np.where(group | (sender >= 0) & (sender != own), sender, np.where(came, peer, NONE)))
    got = np.where(group, NONE, np.where(out, peer, own))
    room = np.where(group, messages.texts["chat"].codes, NONE).astype(np.int64)
    return Parties(wrote, got, room, own, np.where(group, NONE, peer))


def _own(messages: Columns, contacts: Columns, accounts: Roster, said: tuple[Ints, Ints, Ints]) -> Ints:
    """The account of the owner in each file: the one that its own rows name, the one that it says is its own, the owner's most used."""
    sender, receiver, chat = said
    source, holder = messages.texts["source"], messages.texts["owner"]
    outgoing, group = messages.values["outgoing"], messages.values["group"] == 1
    known = np.append(~starting(accounts, DEVICE), False)
    wrote = (outgoing == 1) & known[sender] & (group | (sender != chat))
    got = (outgoing == 0) & known[receiver] & ~group & (receiver != chat)
    named = pd.concat([_counted(source.codes, sender, wrote), _counted(source.codes, receiver, got)])
    by_source = _foremost(named, len(source.texts))
    told = contacts.texts["kind"].codes == contacts.texts["kind"].texts.get_indexer(["self"])[0]
    places = np.append(source.texts.get_indexer(contacts.texts["source"].texts), NONE)[contacts.texts["source"].codes]
    alias = accounts.of(contacts.texts["alias"])
    declared = _foremost(_counted(places, alias, told & (places >= 0) & (alias >= 0)), len(source.texts))
    by_source = np.where(by_source >= 0, by_source, declared)
    by_source = np.where(by_source >= 0, by_source, _everywhere(messages, said))
    usual = _usual(accounts, holder.texts)
    found = np.append(by_source, NONE)[source.codes]
    return np.where(found >= 0, found, np.append(usual, NONE)[holder.codes])


def _everywhere(messages: Columns, said: tuple[Ints, Ints, Ints]) -> Ints:
    """The account of the owner where an export does not tell which rows are his: the one that is in most of the device's talks."""
    sender, receiver, chat = said
    source, holder = messages.texts["source"], messages.texts["owner"]
    rows = np.flatnonzero((messages.values["outgoing"] == NONE) & (messages.values["group"] != 1) & (holder.codes >= 0))
    both = np.concatenate([sender[rows], receiver[rows]])
    talk = np.where(chat[rows] >= 0, chat[rows], -2 - source.codes[rows].astype(np.int64))
    seen = pd.DataFrame({"key": np.tile(holder.codes[rows], 2), "account": both, "talk": np.tile(talk, 2)})
    counted = seen[(both >= 0)].drop_duplicates().groupby(["key", "account"], as_index=False).size()
    counted["second"] = counted.groupby("key")["size"].transform(
        lambda sizes: sizes.nlargest(2).iloc[-1] if len(sizes) > 1 else 0
    )
    best = _foremost(counted[(counted["size"] > counted["second"]) & (counted["size"] > 1)], len(holder.texts))
    of_source = np.full(len(source.texts), NONE, dtype=np.int64)
    of_source[source.codes[rows]] = best[holder.codes[rows]]
    return of_source


def _usual(accounts: Roster, holders: pd.Index) -> Ints:
    """The chat account that each holder uses most, or the stand-in for the holder's account."""
    numbers, stands_in = starting(accounts, *NUMBERS), starting(accounts, DEVICE)
    chats = accounts.own[~numbers[accounts.own["account"].to_numpy(np.int64)]]
    chats = chats.assign(last=stands_in[chats["account"].to_numpy(np.int64)]).sort_values("last", kind="stable")
    first = chats.drop_duplicates("holder").set_index("holder")["account"]
    stand_in = accounts.ids.get_indexer(pd.Index([f"{DEVICE}{holder}" for holder in holders], dtype=object))
    usual = first.reindex(holders).to_numpy(float, na_value=np.nan)
    return np.asarray(np.where(np.isnan(usual), stand_in, np.nan_to_num(usual, nan=NONE)), np.int64)


def starting(accounts: Roster, *heads: str) -> Marks:
    """Which accounts have an id that begins so."""
    return np.asarray(accounts.ids.str.startswith(heads), bool) if len(accounts) else np.zeros(0, bool)


def _counted(key: np.ndarray, account: Ints, rows: Marks) -> pd.DataFrame:
    frame = pd.DataFrame({"key": key[rows], "account": account[rows]})
    return frame.groupby(["key", "account"], as_index=False).size()


def _foremost(counted: pd.DataFrame, count: int) -> Ints:
    """For each key the account that is named most."""
    found = np.full(count, NONE, dtype=np.int64)
    summed = counted.groupby(["key", "account"], as_index=False)["size"].sum()
    best = summed.sort_values(["key", "size", "account"], ascending=[True, False, True]).drop_duplicates("key")
    found[best["key"].to_numpy(np.int64)] = best["account"].to_numpy(np.int64)
    return found

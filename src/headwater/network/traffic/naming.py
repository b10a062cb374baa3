"""Accounts for whom a device knows by a name alone: found by the address book, or by the messages that others' devices show too."""

from __future__ import annotations

import numpy as np
import pandas as pd

from headwater.network.frames import NONE, Ints
from headwater.network.traffic.accounts import DEVICE, NAMED, NUMBERS, Roster
from headwater.network.traffic.columns import Columns
from headwater.network.traffic.contents import Words

FEWEST = 3
"""Messages that must be shared before a name is held to be an account by them."""
SURE = 0.8
"""The part of a name's shared messages that must be of one account."""


def real_accounts(messages: Columns, contacts: Columns, accounts: Roster, sender: Ints, said: Words) -> Ints:
    """For each account the one that it is really: itself, unless it is a name and one account fits."""
    named = np.asarray(accounts.ids.str.startswith((NAMED, DEVICE))) if len(accounts) else np.zeros(0, bool)
    found = np.arange(len(accounts))
    if not named.any():
        return found
    booked = _by_book(messages, contacts, accounts, named)
    shared = _by_messages(messages, accounts, sender, said, named)
    in_room = _by_room(messages, sender, named)
    at_home = _by_home(accounts, named)
    for told in (at_home, in_room, booked, shared):  # what is shared says most
        found = np.where(told >= 0, told, found)
    return found


def _by_messages(messages: Columns, accounts: Roster, sender: Ints, said: Words, named: np.ndarray) -> Ints:
    """The account whose messages say the same: only what is said once by the name and once by an account.

    A device's holder passes on what others write to him, word for word: his accounts are nobody else's there.
    """
    found = np.full(len(named), NONE, dtype=np.int64)
    rows = np.flatnonzero(sender >= 0)
    frame = pd.DataFrame({"said": said[rows], "sender": sender[rows]}).drop_duplicates()
    frame["name"] = named[frame["sender"]]
    each = frame.groupby(["said", "name"])["sender"].agg(["first", "size"])
    once = each[each["size"] == 1]["first"].unstack("name")
    if set(once.columns) != {False, True}:
        return found
    pairs = once.dropna().astype(np.int64).rename(columns={True: "name", False: "account"})
    counted = pairs.groupby(["name", "account"], as_index=False).size()
    counted = counted[~_passed_on(messages, accounts, sender, counted)].copy()
    counted["all"] = counted.groupby("name")["size"].transform("sum")
    good = counted[(counted["size"] >= FEWEST) & (counted["size"] >= SURE * counted["all"])]
    found[good["name"].to_numpy(np.int64)] = good["account"].to_numpy(np.int64)
    return found


def _passed_on(messages: Columns, accounts: Roster, sender: Ints, pairs: pd.DataFrame) -> np.ndarray:
    """Whether the account of a pair is one of the holder on whose device somebody else has the name."""
    owner = messages.texts["owner"]
    seen, first = np.unique(sender, return_index=True)
    device = pd.Series(np.append(owner.texts.to_numpy(object), "")[owner.codes[first]], seen)
    mine = accounts.own
    home = mine.drop_duplicates("account").set_index("account")["holder"]
    theirs = device.reindex(pairs["name"]).to_numpy(object)
    same = home.reindex(pairs["account"]).to_numpy(object) == theirs
    itself = home.reindex(pairs["name"]).to_numpy(object) == theirs
    return np.asarray(same & ~itself, dtype=bool)


def _by_book(messages: Columns, contacts: Columns, accounts: Roster, named: np.ndarray) -> Ints:
    """The only account of the same name in the device's own address book."""
    found = np.full(len(named), NONE, dtype=np.int64)
    known = _known_names(messages, contacts, accounts)
    names, real = known[named[known["account"]]], known[~named[known["account"]]]
    fits = names.merge(real, on=["holder", "name"], suffixes=("", "_real"))[
        ["account", "account_real"]
    ].drop_duplicates()
    only = fits[~fits.duplicated("account", keep=False)]
    found[only["account"].to_numpy(np.int64)] = only["account_real"].to_numpy(np.int64)
    return found


def _by_room(messages: Columns, sender: Ints, named: np.ndarray) -> Ints:
    """The only account that goes by the name in a group of the same title on another device."""
    found = np.full(len(named), NONE, dtype=np.int64)
    rows = np.flatnonzero((messages.values["group"] == 1) & (sender >= 0))
    frame = pd.DataFrame(
        {
            "title": messages.texts["chat_name"].codes[rows],
            "name": messages.texts["sender_name"].codes[rows],
            "account": sender[rows],
        }
    )
    frame = frame[(frame["title"] >= 0) & (frame["name"] >= 0)].drop_duplicates()
    real = named[frame["account"]]
    fits = (
        frame[real]
        .merge(frame[~real], on=["title", "name"], suffixes=("", "_real"))[["account", "account_real"]]
        .drop_duplicates()
    )
    only = fits[~fits.duplicated("account", keep=False)]
    found[only["account"].to_numpy(np.int64)] = only["account_real"].to_numpy(np.int64)
    return found


def _known_names(messages: Columns, contacts: Columns, accounts: Roster) -> pd.DataFrame:
    """What each device calls whom."""
    pairs = [(messages, "sender", "sender_name"), (messages, "chat", "chat_name"), (contacts, "alias", "name")]
    found = []
    for table, who, name in pairs:
        owner, names, account = table.texts["owner"], table.texts[name], accounts.of(table.texts[who])
        there = (account >= 0) & (names.codes >= 0) & (owner.codes >= 0)
        frame = pd.DataFrame({"holder": owner.codes[there], "account": account[there], "name": names.codes[there]})
        frame = frame.drop_duplicates(ignore_index=True)
        found.append(frame.assign(holder=owner.texts[frame["holder"]], name=names.texts[frame["name"]]))
    return pd.concat(found, ignore_index=True).drop_duplicates()


def _by_home(accounts: Roster, named: np.ndarray) -> Ints:
    """The only chat account of a holder, for his own name."""
    found = np.full(len(named), NONE, dtype=np.int64)
    own = accounts.own
    numbers = np.asarray(accounts.ids.str.startswith(NUMBERS))
    places = own["account"].to_numpy(np.int64)
    chats = own[~named[places] & ~numbers[places]]
    single = chats[~chats.duplicated("holder", keep=False)].set_index("holder")["account"]
    for holder, account in own[named[places]][["holder", "account"]].itertuples(index=False):
        if holder in single.index:
            found[int(account)] = int(single[holder])
    for holder in single.index:
        place = accounts.ids.get_indexer(pd.Index([f"{DEVICE}{holder}"], dtype=object))[0]
        found[place] = int(single[holder])
    return found

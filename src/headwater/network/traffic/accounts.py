"""Which accounts there are, and whose device each is at home on.

An id is what the exports write (``wxid_…``, ``user123``), or begins with what it stands for: ``phone:``, ``card:``, ``wallet:`` and
``qq:`` before a token, ``name:`` before a token for whom one device knows by a name alone, ``masked:`` before a mask that a bill
prints, ``device:`` before a token for the owner of a device whose own account an export does not tell.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from headwater.network.frames import NONE, Ints
from headwater.network.traffic.columns import Coded, Columns

NAMED, DEVICE, MASKED = "name:", "device:", "masked:"
NUMBERS = ("phone:", "card:", "wallet:", "masked:")
"""What ids begin with that are no chat accounts."""
_SYSTEMS = {
    NAMED: "name",
    DEVICE: "name",
    MASKED: "mask",
    "phone:": "phone",
    "card:": "bank",
    "wallet:": "wallet",
    "qq:": "qq",
    "tg:": "telegram",
    "telegram:": "telegram",
    "user": "telegram",
    "whatsapp:": "whatsapp",
}


@dataclass(frozen=True, slots=True, eq=False)
class Roster:
    """Every account id, in the order of ids, and which holders have it as their own (most used first)."""

    ids: pd.Index
    own: pd.DataFrame  # holder, account, uses; the most used of a holder first

    def __len__(self) -> int:
        return len(self.ids)

    def of(self, column: Coded) -> Ints:
        """The accounts of a column of ids; NONE where it is null."""
        places = self.ids.get_indexer(column.texts) if len(column.texts) else np.zeros(0, np.int64)
        return np.append(places, NONE).astype(np.int64)[column.codes]

    def without(self, real: Ints) -> tuple[Roster, Ints]:
        """The roster without ids that are really others, and the new place of each id of this one."""
        stays = real == np.arange(len(self))
        place = (np.cumsum(stays) - 1)[_ends(real)]
        own = self.own.assign(account=place[self.own["account"].to_numpy(np.int64)])
        own = own.groupby(["holder", "account"], as_index=False)["uses"].sum()
        own = own.sort_values(["holder", "uses", "account"], ascending=[True, False, True], ignore_index=True)
        return Roster(self.ids[stays], own), place

    def owners(self) -> list[str]:
        """For each account the holder on whose device it is at home, empty for others."""
        found = [""] * len(self)
        best = self.own.sort_values(["account", "uses", "holder"], ascending=[True, False, True])
        for account, holder in best.drop_duplicates("account")[["account", "holder"]].itertuples(index=False):
            found[int(account)] = str(holder)
        return found


def _ends(real: Ints) -> Ints:
    """Where names lead in the end: an account that is itself."""
    for _ in range(8):
        real = real[real]
    return np.where(real[real] == real, real, np.arange(len(real)))


def system_of(account: str) -> str:
    """What an id is an account of."""
    return next((system for head, system in _SYSTEMS.items() if account.startswith(head)), "wechat")


def roster(messages: Columns, payments: Columns, contacts: Columns) -> Roster:
    """Gather every account that messages, bills and address books name."""
    ids = pd.Index(sorted({*_ids(messages, payments, contacts)}), dtype=object)
    bare = Roster(ids, pd.DataFrame({"holder": [], "account": [], "uses": []}))
    used = [
        _pairs(messages, bare.of(messages.texts["sender"]), _written(messages)),
        _pairs(messages, bare.of(messages.texts["receiver"]), _received(messages)),
        _pairs(contacts, bare.of(contacts.texts["alias"]), _is(contacts.texts["kind"], "self")),
        _pairs(contacts, bare.of(contacts.texts["alias"]), _devices(contacts)),
        _pairs(payments, bare.of(payments.texts["account"]), np.ones(payments.count, bool)),
    ]
    whole = pd.concat(used, ignore_index=True).groupby(["holder", "account"], as_index=False)["uses"].sum()
    whole = whole.sort_values(["holder", "uses", "account"], ascending=[True, False, True], ignore_index=True)
    return Roster(ids, whole)


def _ids(messages: Columns, payments: Columns, contacts: Columns) -> Iterator[str]:
    rooms = np.unique(messages.texts["chat"].codes[messages.values["group"] == 1])
    chats = messages.texts["chat"].texts
    yield from chats.delete(rooms[rooms >= 0])
    for table, names in ((messages, ("sender", "receiver")), (payments, ("account", "payer", "payee"))):
        for name in names:
            yield from table.texts[name].texts
    yield from contacts.texts["alias"].texts
    for table in (messages, payments, contacts):
        yield from (f"{DEVICE}{holder}" for holder in table.texts["owner"].texts)


def _written(messages: Columns) -> np.ndarray:
    """Rows whose sender is the owner: exports that name the other side as sender of the owner's own rows are not believed."""
    sender, chat = same_texts(messages.texts["sender"], messages.texts["chat"])
    return np.asarray((messages.values["outgoing"] == 1) & ((sender != chat) | (messages.values["group"] == 1)))


def _received(messages: Columns) -> np.ndarray:
    receiver, chat = same_texts(messages.texts["receiver"], messages.texts["chat"])
    return np.asarray((messages.values["outgoing"] == 0) & (messages.values["group"] != 1) & (receiver != chat))


def _devices(contacts: Columns) -> np.ndarray:
    """Facts of the owners of devices: whom they were found with."""
    alias = contacts.texts["alias"]
    starts = (
        np.append(np.asarray(alias.texts.str.startswith(DEVICE), bool), False)
        if len(alias.texts)
        else np.zeros(1, bool)
    )
    return np.asarray(starts[alias.codes])


def _is(column: Coded, *texts: str) -> np.ndarray:
    return np.isin(column.codes, column.texts.get_indexer(pd.Index(texts, dtype=object)))


def _pairs(table: Columns, accounts: Ints, rows: np.ndarray) -> pd.DataFrame:
    owner = table.texts["owner"]
    rows = rows & (accounts >= 0) & (owner.codes >= 0)
    frame = pd.DataFrame({"holder": owner.codes[rows], "account": accounts[rows]})
    counted = frame.groupby(["holder", "account"], as_index=False).size()
    return pd.DataFrame(
        {"holder": owner.texts[counted["holder"]], "account": counted["account"], "uses": counted["size"]}
    )


def same_texts(one: Coded, other: Coded) -> tuple[np.ndarray, np.ndarray]:
    """Two columns coded by one list of texts, so that equal texts have equal codes; nulls differ from everything."""
    texts = pd.Index(sorted({*one.texts, *other.texts}), dtype=object)
    coded = [np.append(texts.get_indexer(c.texts), -k)[c.codes] for k, c in enumerate((one, other), 1)]
    return coded[0], coded[1]

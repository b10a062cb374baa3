"""Conversations: two accounts, or a group, whichever devices show them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from headwater.network.frames import NONE, Ints
from headwater.network.traffic.accounts import Roster
from headwater.network.traffic.columns import Columns
from headwater.network.traffic.parties import Parties

BETWEEN = "|"
"""What stands between the accounts in the id of a conversation of two."""


def chats(messages: Columns, accounts: Roster, sides: Parties) -> tuple[pd.DataFrame, Ints]:
    """The frame ``chats``, and the chat of each row of the lake's messages."""
    both = (sides.sender >= 0) & (sides.receiver >= 0)
    own, other = np.where(both, sides.sender, sides.own), np.where(both, sides.receiver, sides.peer)
    room = sides.room
    one = np.where(room >= 0, NONE, np.minimum(own, other))
    two = np.where(room >= 0, NONE, np.maximum(own, other))
    size = len(accounts) + 1
    key = np.where(room >= 0, size * size + room, (one + 1) * size + two + 1)
    keys, first, chat = np.unique(key, return_index=True, return_inverse=True)
    names = messages.texts["chat_name"]
    called = np.append(names.texts.to_numpy(object), "")[names.codes[first]]
    group = room[first] >= 0
    ids = np.append(accounts.ids.to_numpy(object), "")
    rooms = np.append(messages.texts["chat"].texts.to_numpy(object), "")
    pair = ids[one[first]] + BETWEEN + ids[two[first]] if len(keys) else np.array([], object)
    frame = pd.DataFrame(
        {
            "id": np.where(group, rooms[room[first]], pair),
            "name": called,
            "group": group,
            "one": one[first],
            "other": two[first],
        }
    )
    order = frame.sort_values(["group", "id"], kind="stable").index.to_numpy()
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return frame.take(order).reset_index(drop=True), place[chat.reshape(-1)]

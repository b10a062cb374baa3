"""Messages chat by chat: who follows whom, bursts of one sender, identifiers that the other side said before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from headwater.network.acts.shapes import Bools, Ints

MINUTE = 60_000_000
DAY = 1440 * MINUTE
_BURST = 3 * MINUTE
_REMEMBERED = 10 * DAY
NONE = -1


@dataclass(frozen=True, slots=True, eq=False)
class Talk:
    """Messages sorted by chat and time; all columns are in that order, ``row`` is the message's place in the traffic."""

    row: Ints
    chat: Ints
    time: Ints
    sender: Ints
    burst: Ints
    """Number of the burst: messages of one sender, three minutes between them at most and nobody else's in between."""

    @classmethod
    def of(cls, messages: pd.DataFrame, row: Ints | None = None) -> Talk:
        """Sort messages, which are sorted by time, by chat; or take ``row``, which are sorted so."""
        chat = messages["chat"].to_numpy(dtype=np.int32)
        row = np.argsort(chat, kind="stable").astype(np.int32) if row is None else row
        chat = chat[row]
        time = messages["time"].to_numpy(dtype=np.int64)[row]
        sender = messages["sender"].to_numpy(dtype=np.int32)[row]
        begins = np.ones(len(row), dtype=np.bool_)
        begins[1:] = (chat[1:] != chat[:-1]) | (sender[1:] != sender[:-1]) | (np.diff(time) > _BURST)
        return cls(row, chat, time, sender, np.cumsum(begins, dtype=np.int32))

    def next_of(self, chosen: Bools, group: Ints) -> Ints:
        """For each message the next chosen one at or after it in the same group; NONE where there is none.

        Groups are numbers of which equal ones stand together.
        """
        size = len(chosen)
        found = np.where(chosen, np.arange(size, dtype=np.int32), np.int32(size))
        found = np.minimum.accumulate(found[::-1])[::-1]
        return _same(np.where(found < size, found, NONE), group)

    def last_of(self, chosen: Bools, group: Ints) -> Ints:
        """For each message the last chosen one before it in the same group; NONE where there is none."""
        found = np.full(len(chosen), NONE, dtype=np.int32)
        found[1:] = np.where(chosen, np.arange(len(chosen), dtype=np.int32), np.int32(NONE))[:-1]
        return _same(np.maximum.accumulate(found) if len(found) else found, group)


def _same(found: Ints, group: Ints) -> Ints:
    """Let go of what was found in another group."""
    kept: Ints = np.where(group[found] == group, found, np.int32(NONE)).astype(np.int32) if len(found) else found
    return kept


def heard(talk: Talk, named: pd.DataFrame, unusable: Bools, count: int) -> Ints:
    """Give for each row of ``named`` the message (place in the talk) in which the other side of its chat named the same first.

    NONE where it did not.
    ``count``: messages of the traffic.
    """
    echoes = np.full(len(named), NONE, dtype=np.int32)
    place = np.full(count, NONE, dtype=np.int32)
    place[talk.row] = np.arange(len(talk.row), dtype=np.int32)
    at = place[named["message"].to_numpy(dtype=np.int64)]
    kept = np.flatnonzero(~unusable & (at >= 0))
    at, token = at[kept], pd.factorize(named["token"].to_numpy()[kept])[0]
    order = np.lexsort((at, token, talk.chat[at]))
    at, token, kept = at[order], token[order], kept[order]
    same = np.zeros(len(at), dtype=np.bool_)
    same[1:] = (
        (token[1:] == token[:-1])
        & (talk.chat[at[1:]] == talk.chat[at[:-1]])
        & (talk.time[at[1:]] - talk.time[at[:-1]] <= _REMEMBERED)
    )
    # who was the first in an unbroken row of mentions: an answer to an answer still echoes the request
    first = np.maximum.accumulate(np.where(same, 0, np.arange(len(at)))) if len(at) else at
    others = same & (talk.sender[at[first]] != talk.sender[at])
    echoes[kept[others]] = at[first][others]
    return echoes

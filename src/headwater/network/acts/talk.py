"""Messages chat by chat: who follows whom, bursts of one sender, identifiers that the other side said before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
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
    """Number of the burst: messages of one sender with no more than three minutes between them and nobody else's in between."""

    @classmethod
    def of(cls, messages: pd.DataFrame) -> Talk:
        """Sort messages, which are sorted by time, by chat."""
        chat = messages["chat"].to_numpy(dtype=np.int64)
        row = np.argsort(chat, kind="stable")
        chat = chat[row]
        time = messages["time"].to_numpy(dtype=np.int64)[row]
        sender = messages["sender"].to_numpy(dtype=np.int64)[row]
        begins = np.ones(len(row), dtype=np.bool_)
        begins[1:] = (chat[1:] != chat[:-1]) | (sender[1:] != sender[:-1]) | (np.diff(time) > _BURST)
        return cls(row, chat, time, sender, np.cumsum(begins))

    def next_of(self, places: Ints, group: Ints) -> Ints:
        """For each message the next of ``places`` at or after it in the same group (ascending numbers); NONE where there is none."""
        at = np.searchsorted(places, np.arange(len(group)))
        found = np.append(places, NONE)[at]
        return np.where((found >= 0) & (group[found] == group), found, NONE)

    def last_of(self, places: Ints, group: Ints) -> Ints:
        """For each message the last of ``places`` before it in the same group; NONE where there is none."""
        at = np.searchsorted(places, np.arange(len(group))) - 1
        found = np.where(at >= 0, np.append(places, NONE)[at], NONE)
        return np.where((found >= 0) & (group[found] == group), found, NONE)


def echoes(talk: Talk, named: pd.DataFrame, unusable: npt.NDArray[np.bool_]) -> tuple[Bools, Bools]:
    """Tell of each message (in the talk's order) whether it names what the other side named before, and what was named by itself before."""
    place = np.empty(len(talk.row), dtype=np.int64)
    place[talk.row] = np.arange(len(talk.row))
    kept = ~unusable
    at = place[named["message"].to_numpy(dtype=np.int64)[kept]]
    token = pd.factorize(named["token"].to_numpy()[kept])[0].astype(np.int64)
    order = np.lexsort((at, token, talk.chat[at]))
    at, token = at[order], token[order]
    same = np.zeros(len(at), dtype=np.bool_)
    same[1:] = (
        (token[1:] == token[:-1])
        & (talk.chat[at[1:]] == talk.chat[at[:-1]])
        & (talk.time[at[1:]] - talk.time[at[:-1]] <= _REMEMBERED)
    )
    # who was the first in an unbroken row of mentions: an answer to an answer still echoes the request
    first = np.maximum.accumulate(np.where(same, 0, np.arange(len(at))))
    other = same & (talk.sender[at[first]] != talk.sender[at])
    own = same & (talk.sender[at[first]] == talk.sender[at])
    heard, said = np.zeros(len(place), dtype=np.bool_), np.zeros(len(place), dtype=np.bool_)
    heard[at[other]] = True
    said[at[own]] = True
    return heard, said

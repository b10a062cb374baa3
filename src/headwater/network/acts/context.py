"""Every message beside its neighbours: which request lacks its item or its key, and where the missing half stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from headwater.network.acts.shapes import Bools, Ints, Shapes
from headwater.network.acts.talk import MINUTE, NONE, Talk, heard

TEXTS = ("text", "quote", "forwarded", "card")
MONEY = ("transfer", "packet")
VOICE = ("voice",)
SHOWN = ("image", "file", "video")
"""Kinds that can carry a list of people or an answer."""
_RECENT = 10 * MINUTE
LOOSE = 3
BARE = 1
"""Signs that no word of the trade accounts for: as many as a loose request has, and one to be taken for a key or an item alone."""
_FORM, _FAILED = 2.5, 2.0
"""Bits that an answer and a failure must have by themselves to be looked at as such."""
_UNUSABLE = ("address", "number~", "ip_address", "coordinates")


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What is known of messages before any word is read, in the order of the talk.

    ``heard``: it names what the other side named first; ``new``: how many identifiers it names beside that;
    ``quoted_at``: which message it quotes. ``echoes``: of each identifier, whether the other side named it first; ``echo_at`` and
    ``echo_of``: the messages that name such ones, and those in which they were named first.
    """

    talk: Talk
    text: Bools
    money: Bools
    shown: Bools
    voice: Bools
    group: Bools
    heard: Bools
    new: Ints
    quoted_at: Ints
    echoes: Bools
    echo_of: Ints
    echo_at: Ints
    raw: Ints
    """Category of the shape."""

    @classmethod
    def of(cls, messages: pd.DataFrame, named: pd.DataFrame, talk: Talk) -> Self:
        """Look at messages whose shapes are categories."""
        kind = messages["kind"].astype("category").cat
        kinds = np.array([*kind.categories, ""], dtype=object)
        code = kind.codes.to_numpy()[talk.row]
        text, money, shown, voice = (np.isin(kinds, each)[code] for each in (TEXTS, MONEY, SHOWN, VOICE))
        what = named["kind"].astype("category").cat
        unusable = np.isin(np.array([*what.categories, ""], dtype=object), _UNUSABLE)[what.codes.to_numpy()]
        raw = messages["shape"].cat.codes.to_numpy(dtype=np.int32)[talk.row]
        first = heard(talk, named, unusable, len(messages))
        echoes = first >= 0
        at = named["message"].to_numpy(dtype=np.int64)
        told = np.bincount(at[echoes], minlength=len(messages))[talk.row]
        new = np.bincount(at[~echoes], minlength=len(messages))[talk.row].astype(np.int32)
        place = np.full(len(messages), NONE, dtype=np.int32)
        place[talk.row] = np.arange(len(talk.row), dtype=np.int32)
        quoted = _quoted(messages, talk, raw)
        group = messages["receiver"].to_numpy(dtype=np.int64)[talk.row] < 0
        return cls(
            talk, text, money, shown, voice, group, told > 0, new, quoted, echoes, first[echoes], place[at[echoes]], raw
        )


@dataclass(frozen=True, slots=True, eq=False)
class Context:
    """Messages in the order of the talk, with what their shapes say and where their other halves stand.

    ``item_at``: for a bare key the message (place in the talk) with its item. ``key_at``: for an item alone the message
    with its key; ``picture_at``: or the picture that shows it. NONE where there is none.
    """

    ground: Ground
    shapes: Shapes
    shape: Ints
    form: Bools
    failure: Bools
    bare_key: Bools
    keyed: Bools
    item: Bools
    item_at: Ints
    key_at: Ints
    picture_at: Ints

    @classmethod
    def of(cls, ground: Ground, shapes: Shapes) -> Self:
        """Look at messages beside their neighbours."""
        talk, text = ground.talk, ground.text
        shape = shapes.of_raw[ground.raw]
        marks = _Marks(shapes)
        keyed, form, failure, item, bare = (
            text & mark[shape] for mark in (marks.keyed, marks.form, marks.failure, marks.item, marks.bare)
        )
        form &= keyed | ~ground.group  # in a group nobody answers without a name
        bare &= ~failure
        item_at = np.where(bare, _either(talk, item), NONE)
        key_at = np.where(item, _key_of_item(talk, bare, keyed & ~form & ~failure), NONE)
        picture_at = np.where(item & (key_at < 0), _either(talk, ground.shown), NONE)
        return cls(ground, shapes, shape, form, failure, bare, keyed, item, item_at, key_at, picture_at)

    @property
    def talk(self) -> Talk:
        """The order of the messages."""
        return self.ground.talk


class _Marks:
    """What shapes can be a half of."""

    def __init__(self, shapes: Shapes) -> None:
        c = shapes
        self.keyed = c.flags(lambda x: x.keyed)
        self.form = c.flags(lambda x: bool(x.answered) and x.result >= _FORM)
        self.failure = c.flags(lambda x: bool(x.failed) and x.failure >= _FAILED and (x.keyed or not x.items))
        busy = c.flags(lambda x: any(x.said.get(k, 0.0) > 0 for k in _BUSY))
        said_less = c.flags(lambda x: x.unknown <= BARE and x.said.get("ordinary", 0.0) >= 0)
        self.bare = self.keyed & said_less & ~busy & ~self.form & c.flags(lambda x: x.items == 0 and bool(x.asked))
        self.item = c.flags(lambda x: x.plain) & said_less & ~busy & ~self.form & c.flags(lambda x: x.items > 0)


_BUSY = ("failure", "advert", "escrow", "refund", "pay", "handover", "trade", "urge", "pay_request", "result")


def _either(talk: Talk, chosen: Bools) -> Ints:
    """The next of the chosen messages in the same burst, or else the last before."""
    following = talk.next_of(chosen, talk.burst)
    return np.where(following >= 0, following, talk.last_of(chosen, talk.burst))


def _key_of_item(talk: Talk, bare: Bools, keyed: Bools) -> Ints:
    """The bare key of the burst, or else the last key that the same sender named within minutes."""
    found = _either(talk, bare)
    last = talk.last_of(keyed, talk.chat)
    near = (last >= 0) & (talk.sender[last] == talk.sender) & (talk.time - talk.time[last] <= _RECENT)
    return np.where(found >= 0, found, np.where(near, last, NONE))


def _quoted(messages: pd.DataFrame, talk: Talk, raw: Ints) -> Ints:
    """For a message that quotes another the last one before it with the quoted shape."""
    out = np.full(len(talk.row), NONE, dtype=np.int32)
    quoted = messages["quoted"].astype("category").cat
    wanted = messages["shape"].cat.categories.get_indexer(quoted.categories)
    wanted = np.append(wanted, NONE)[quoted.codes.to_numpy()][talk.row].astype(np.int64)
    asking = np.flatnonzero(wanted >= 0)
    if not len(asking):
        return out
    width, size = np.int64(raw.max(initial=0) + 2), np.int64(len(raw))
    mine = np.flatnonzero(np.isin(raw, wanted[asking]))
    keys = np.sort((talk.chat[mine] * width + raw[mine]) * size + mine)
    at = np.searchsorted(keys, (talk.chat[asking] * width + wanted[asking]) * size + asking) - 1
    found = np.where(at >= 0, keys[at] % size, NONE)
    fits = (found >= 0) & (talk.chat[found] == talk.chat[asking]) & (raw[found] == wanted[asking])
    out[asking[fits]] = found[fits]
    return out

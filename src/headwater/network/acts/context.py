"""Every message beside its neighbours: which request lacks its item or its key, and where the missing half stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from headwater.network.acts.shapes import Bools, Floats, Ints, Shapes
from headwater.network.acts.talk import MINUTE, NONE, Talk, echoes
from headwater.network.acts.ties import NUMBER

TEXTS = ("text", "quote", "forwarded", "card")
MONEY = ("transfer", "packet")
MEDIA = ("image", "file", "voice", "video")
SHOWN = ("image", "file", "video")
"""Kinds that can carry a list of people or an answer."""
_RECENT = 10 * MINUTE
_LOOSE = 3
_BARE = 1
"""Signs that no word of the trade accounts for: as many as a loose request has, and one to be taken for a key or an item alone."""
_FORM = 3.0
_UNUSABLE = ("address", "number~", "ip_address", "coordinates")


@dataclass(frozen=True, slots=True, eq=False)
class Context:
    """Messages in the order of the talk, with what their shapes say and where their other halves stand.

    ``item_at``: for a bare key the message (place in the talk) with its item. ``key_at``: for an item alone the message with
    its key; ``picture_at``: or the picture that shows it. NONE where there is none.
    """

    talk: Talk
    shapes: Shapes
    shape: Ints
    text: Bools
    money: Bools
    shown: Bools
    voice: Bools
    heard: Bools
    said: Bools
    form: Bools
    failure: Bools
    bare_key: Bools
    keyed: Bools
    item: Bools
    item_at: Ints
    key_at: Ints
    picture_at: Ints
    quoted_at: Ints

    @classmethod
    def of(cls, messages: pd.DataFrame, named: pd.DataFrame, shapes: Shapes, talk: Talk) -> Self:
        """Look at messages beside their neighbours."""
        kind = messages["kind"].astype(object).to_numpy()[talk.row]
        text = np.isin(kind, TEXTS)
        shape = shape_codes(messages["shape"], shapes)[talk.row]
        unusable = np.isin(named["kind"].astype(object).to_numpy(), _UNUSABLE)
        heard, said = echoes(talk, named, unusable)
        quoted_at = _quoted(messages, talk)
        marks = _Marks(shapes)
        keyed, form = text & marks.keyed[shape], text & marks.form[shape]
        failure = text & marks.failure[shape]
        item = text & marks.item[shape]
        bare = text & marks.bare[shape] & ~failure
        shown = np.isin(kind, SHOWN)
        group = talk.burst
        item_at = _either(talk, np.flatnonzero(item), group, bare)
        key_at = np.where(item, _key_of_item(talk, bare, keyed & ~form & ~failure, group), NONE)
        picture_at = np.where(item & (key_at < 0), _either(talk, np.flatnonzero(shown), group, item), NONE)
        return cls(
            talk, shapes, shape, text, np.isin(kind, MONEY), shown, kind == "voice", heard, said, form, failure, bare,
            keyed, item, item_at, key_at, picture_at, quoted_at,
        )  # fmt: skip

    def events(self) -> Ints:
        """What happens in each message, as a number of :data:`ties.NUMBER`."""
        c = self.shapes
        ordinary = self._on(c.said("ordinary")) < 0
        unknown = self._on(c.floats(lambda x: x.unknown))
        order, strong = self._on(c.floats(lambda x: x.order)), self._flag(c.flags(lambda x: x.strong))
        sure = self._on(c.floats(lambda x: x.sure_items)) > 0
        items = self._on(c.floats(lambda x: x.items)) > 0
        candidate = self._flag(c.flags(lambda x: bool(x.candidate)))
        complete = self.keyed & items & ~self.form & ~ordinary
        halves = (self.bare_key & (self.item_at >= 0)) | (self.item & (self.key_at >= 0))
        rules = [
            ("money", self.money),
            ("media", self.shown | self.voice),
            ("plain", ~self.text),
            ("address_heard", self.form & self.heard & ~self._flag(c.flags(lambda x: x.fields > 0)) & ~ordinary),
            ("answer_heard", self.form & self.heard & ~ordinary),
            ("failure_keyed", self.failure & self.keyed),
            ("request", (complete & sure & strong & (unknown <= _BARE)) | halves),
            ("answer_full", self.form & self.keyed & self._flag(c.flags(lambda x: x.fields > 1)) & ~ordinary),
            ("answer_keyed", self.form & self.keyed & ~ordinary),
            ("loose_request", complete & strong & (unknown <= np.where(sure, _LOOSE, _BARE)) & (order > 0)),
            ("answer_bare", self.form & ~ordinary & (unknown <= 2 * _LOOSE)),
            ("ordinary", ordinary),
            ("echo", self.keyed & self.heard),
            ("bare_key", self.bare_key & strong),
            ("key_and_word", self.keyed & candidate & strong),
            ("other_key", self.keyed),
            ("failure", self.failure),
            ("item", self.item & sure),
            ("account", self._over("pay_request", 2)),
            ("advert", self._over("advert", 3)),
            ("escrow", self._over("escrow", 4)),
            ("refund", self._over("refund", 3)),
            ("urge", self._over("urge", 2)),
            ("paid", self._over("pay", 2)),
            ("number", self._on(c.floats(lambda x: x.numbers)) == 1),
        ]
        numbers = [np.int64(NUMBER[name]) for name, _ in rules]
        return np.select([on for _, on in rules], numbers, np.int64(NUMBER["plain"])).astype(np.int64)

    def _on(self, of_shape: Floats) -> Floats:
        return of_shape[self.shape]

    def _flag(self, of_shape: Bools) -> Bools:
        return of_shape[self.shape]

    def _over(self, says: str, bits: float) -> Bools:
        c = self.shapes
        return self.text & (c.floats(lambda x: x.said.get(says, 0.0) - x.unknown / 2) >= bits - 1)[self.shape]


class _Marks:
    """What shapes can be a half of."""

    def __init__(self, shapes: Shapes) -> None:
        c = shapes
        self.keyed = c.flags(lambda x: x.keyed)
        self.form = c.flags(lambda x: bool(x.answered) and x.result >= _FORM)
        self.failure = c.flags(lambda x: x.failure >= 2.0 and not x.items)
        busy = c.flags(lambda x: any(x.said.get(k, 0.0) > 0 for k in _BUSY))
        said_less = c.flags(lambda x: x.unknown <= _BARE and x.said.get("ordinary", 0.0) >= 0)
        self.bare = self.keyed & said_less & ~busy & ~self.form & c.flags(lambda x: x.items == 0 and bool(x.asked))
        self.item = c.flags(lambda x: x.plain) & said_less & ~busy & ~self.form & c.flags(lambda x: x.items > 0)


_BUSY = ("failure", "advert", "escrow", "refund", "pay", "handover", "trade", "urge", "pay_request", "result")


def shape_codes(shape: pd.Series, shapes: Shapes) -> Ints:
    """The folded shape of each value of a categorical column."""
    codes: Ints = shapes.of_raw[shape.cat.codes.to_numpy(dtype=np.int64)]
    return codes


def _either(talk: Talk, places: Ints, group: Ints, wanted: Bools) -> Ints:
    """The next of some messages in the same burst, or else the last before."""
    following, leading = talk.next_of(places, group), talk.last_of(places, group)
    return np.where(wanted, np.where(following >= 0, following, leading), NONE)


def _key_of_item(talk: Talk, bare: Bools, keyed: Bools, group: Ints) -> Ints:
    """The bare key of the burst, or else the last key that the same sender named within minutes."""
    found = _either(talk, np.flatnonzero(bare), group, np.ones(len(bare), dtype=np.bool_))
    speaker = np.flatnonzero(keyed)
    last = talk.last_of(speaker, talk.chat)
    near = (last >= 0) & (talk.sender[last] == talk.sender) & (talk.time - talk.time[last] <= _RECENT)
    return np.where(found >= 0, found, np.where(near, last, NONE))


def _quoted(messages: pd.DataFrame, talk: Talk) -> Ints:
    """For a message that quotes another the last one before it with the quoted shape."""
    quoted = messages["quoted"]
    out = np.full(len(talk.row), NONE, dtype=np.int64)
    if not quoted.notna().any():
        return out
    raw = pd.Categorical(messages["shape"]).codes.astype(np.int64)[talk.row]
    wanted = pd.Index(pd.Categorical(messages["shape"]).categories).get_indexer(quoted.astype(object))[talk.row]
    width = raw.max() + 2
    where = np.argsort(talk.chat * width + raw, kind="stable")
    keys = (talk.chat * width + raw)[where] * np.int64(len(where)) + where
    asking = np.flatnonzero(wanted >= 0)
    at = np.searchsorted(keys, (talk.chat[asking] * width + wanted[asking]) * np.int64(len(where)) + asking) - 1
    found = np.where(at >= 0, where[at], NONE)
    fits = (found >= 0) & (talk.chat[found] == talk.chat[asking]) & (raw[found] == wanted[asking])
    out[asking[fits]] = found[fits]
    return out

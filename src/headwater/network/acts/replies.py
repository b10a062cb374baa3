"""Answers that no word gives away: the side that was asked names whom it was asked for, and tells something of him."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from headwater.network.acts.context import Context
from headwater.network.acts.shapes import Bools, Floats, Ints
from headwater.network.acts.talk import DAY, NONE

_OPEN = 4 * DAY
_SIDE = 1.5
"""Bits of its part in the chat from which a side is taken for the one that answers."""
_MOST_TOLD = 4.0
_WORD = 2
"""Signs that must stand beside an item (if it is one of daily life: or a new identifier), lest it is asked for and not told."""
_TALKED_OF = (
    "pay",
    "pay_request",
    "account",
    "refund",
    "advert",
    "escrow",
    "handover",
    "sale",
    "urge",
    "ask_price",
    "failure",
)
"""What is said of somebody's name that is no answer about him."""


@dataclass(frozen=True, slots=True, eq=False)
class Replies:
    """Bits of each message for being such an answer; ``open``: it names only whom the other side did not name."""

    bits: Floats
    open: Bools


def tells(context: Context) -> Bools:
    """Messages that could be an answer by what they lack: no question, no request, no money, no form of their own."""
    plain = context.shapes.flags(
        lambda c: (
            (c.keyed or c.placed)
            and not c.asking
            and not any(c.said.get(k, 0.0) > 0 for k in _TALKED_OF)
            and c.said.get("ordinary", 0.0) >= 0
            and (c.items == 0 or c.said.get("request", 0.0) <= 0)
        )
    )[context.shape]
    return context.ground.text & plain & ~context.form & ~context.failure


def echoing(context: Context) -> Bools:
    """Messages that could be an answer, name whom the other side named first, and add something."""
    shapes = context.shapes
    sure = shapes.flags(lambda c: c.sure_items > 0 and c.unknown < _WORD)[context.shape]
    daily = shapes.flags(lambda c: c.items > 0 and c.unknown < _WORD)[context.shape]
    adds: Bools = (_told(context) >= 1) & ~sure & ~(daily & (context.ground.new == 0))
    return tells(context) & context.ground.heard & adds


def _told(context: Context) -> Floats:
    adds = context.shapes.floats(lambda c: c.adds)[context.shape]
    told: Floats = np.minimum(adds + 2 * context.ground.new, _MOST_TOLD).astype(np.float32)
    return told


def replies(context: Context, weight: Floats, parts: Floats, asks: Bools) -> Replies:
    """Weigh messages as answers that no word gives away. ``parts``: bits by which the sender is the one who asks."""
    told, selling = tells(context), parts <= -_SIDE
    none = context.shapes.flags(lambda c: c.items == 0)[context.shape]
    heard = echoing(context) | (told & context.ground.heard & selling & none)
    fresh = told & none & ~context.ground.heard & selling & (_told(context) >= 2) & _fits(context, asks)
    bits = weight - 0.7 * parts + _told(context)
    return Replies(np.where(heard, bits - _HEARD, np.where(fresh, bits - _FRESH, -np.inf)), fresh)


def _fits(context: Context, asks: Bools) -> Bools:
    """Tell of each message whether it could answer what the other side asked for last, days ago at most.

    It tells of other things than those that were asked by.
    """
    talk, shapes = context.talk, context.shapes
    asked = other_side(context, asks)
    waiting = (asked >= 0) & (talk.time - talk.time[asked] <= _OPEN)
    kinds = np.array([c.kinds for c in shapes.contents], dtype=np.int64)[context.shape]
    adds = shapes.floats(lambda c: c.adds)[context.shape]
    fits: Bools = waiting & (((kinds & ~kinds[asked]) > 0) | (adds >= 2))
    return fits


_HEARD, _FRESH = 2.0, 4.0
"""Bits that an answer must have which names whom the other side named, and one which does not."""


def other_side(context: Context, chosen: Bools) -> Ints:
    """For each message the last chosen one before it in its chat that another than its sender wrote; NONE elsewhere."""
    talk = context.talk
    last = talk.last_of(chosen, talk.chat)
    # of a row of chosen messages of one sender the one before its first is another's
    places = np.flatnonzero(chosen)
    if not len(places):
        return last
    same = np.zeros(len(places), dtype=np.bool_)
    same[1:] = (talk.chat[places[1:]] == talk.chat[places[:-1]]) & (talk.sender[places[1:]] == talk.sender[places[:-1]])
    first = np.maximum.accumulate(np.where(same, 0, np.arange(len(places))))
    begins = first - 1
    before = np.where((begins >= 0) & (talk.chat[places[begins]] == talk.chat[places]), places[begins], NONE)
    back = np.full(len(chosen), NONE, dtype=np.int64)
    back[places] = before
    own = (last >= 0) & (talk.sender[last] == talk.sender)
    return np.where(own, back[last], last)

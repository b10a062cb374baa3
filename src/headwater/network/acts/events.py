"""What happens in each message, before it is known which chats are of the trade."""

from __future__ import annotations

import numpy as np

from headwater.network.acts.context import BARE, LOOSE, Context
from headwater.network.acts.replies import echoing
from headwater.network.acts.shapes import Bools, Floats, Ints
from headwater.network.acts.ties import NUMBER

_USUAL, _FEW, _MOST = 3, 3, 0.5
"""Messages in which an unknown word must stand beside a key to be taken for an item, pieces that such a message has at most,
and share of what a chat says of people first that makes it a word of that chat."""


def events(context: Context) -> Ints:
    """What happens in each message, as a number of :data:`ties.NUMBER`."""
    c = context.shapes
    ordinary = _on(context, c.said("ordinary")) < 0
    unknown = _on(context, c.floats(lambda x: x.unknown))
    order, strong = _on(context, c.floats(lambda x: x.order)), _flag(context, c.flags(lambda x: x.strong))
    sure = _on(context, c.floats(lambda x: x.sure_items)) > 0
    items = _on(context, c.floats(lambda x: x.items)) > 0
    candidate = _flag(context, c.flags(lambda x: bool(x.candidate)))
    complete = context.keyed & items & ~context.form & ~ordinary
    stray = _on(context, c.floats(lambda x: x.stray))
    certain = context.item & sure & (stray == 0)
    halves = (context.bare_key & (context.item_at >= 0)) | (context.item & (context.key_at >= 0))
    whole = complete & sure & strong & (unknown + stray <= BARE)
    surely = (context.bare_key & (context.item_at >= 0) & certain[context.item_at]) | (
        certain & (context.key_at >= 0) & (context.bare_key | whole)[context.key_at]
    )
    pure = whole | surely
    asked = _asked(context, pure | halves)
    daily = complete & strong & (unknown + np.where(sure, 0, stray) <= BARE)
    by_word = _asked(context, daily | (context.keyed & candidate & strong & ~ordinary & _usual(context)))
    replied = echoing(context)
    between = ~context.ground.group  # in groups many speak, and of each other
    rules = [
        ("money", context.ground.money),
        ("media", context.ground.shown | context.ground.voice),
        ("plain", ~context.ground.text),
        (
            "address_heard",
            context.form & context.ground.heard & ~_flag(context, c.flags(lambda x: x.fields > 0)) & ~ordinary,
        ),
        ("answer_heard", context.form & asked & ~ordinary),
        ("answer_word", context.form & by_word & ~ordinary),
        ("failure_keyed", context.failure & (asked | by_word)),
        ("request", pure),
        ("answer_full", context.form & context.keyed & _flag(context, c.flags(lambda x: x.fields > 1)) & ~ordinary),
        ("answer_keyed", context.form & context.keyed & ~ordinary),
        ("loose_request", halves | (complete & strong & (unknown <= np.where(sure, LOOSE, BARE)) & (order > 0))),
        ("answer_bare", context.form & ~ordinary & (unknown <= 2 * LOOSE)),
        ("ordinary_key", ordinary & context.keyed & between),
        ("ordinary", ordinary),
        ("offer", _over(context, "advert", 3) & sure & ~between),
        ("advert", _over(context, "advert", 3)),
        ("escrow", _over(context, "escrow", 4)),
        ("told_whose", replied & (asked | by_word) & _flag(context, c.flags(lambda x: bool(x.shown)))),
        ("told_heard", replied & (asked | by_word)),
        ("echo", context.keyed & context.ground.heard & between),
        ("bare_key", context.bare_key & strong),
        ("key_and_word", context.keyed & candidate & strong),
        ("other_key", context.keyed & between),
        ("failure", context.failure),
        ("item", context.item & sure),
        ("account", _over(context, "pay_request", 2)),
        ("refund", _over(context, "refund", 3)),
        ("urge", _over(context, "urge", 2)),
        ("paid", _over(context, "pay", 2)),
        ("number", _on(context, c.floats(lambda x: x.numbers)) == 1),
    ]
    numbers = [np.int8(NUMBER[name]) for name, _ in rules]
    return np.select([on for _, on in rules], numbers, np.int8(NUMBER["plain"]))


def _usual(context: Context) -> Bools:
    """Messages in which an unknown word stands beside a key as it, or one that sounds alike, does in several.

    These are of several chats, sound like an item, or are most of what a chat says of people first.
    """
    contents, chat = context.shapes.contents, context.talk.chat
    words, code = np.unique([c.sounds or c.candidate for c in contents], return_inverse=True)
    bare = context.shapes.flags(lambda c: len(c.candidate) > 1 and c.words <= _FEW and not (c.stray or c.placed))
    first = context.ground.text & context.keyed & ~context.ground.heard
    said = first & bare[context.shape] & ~context.form & ~context.failure
    at = np.flatnonzero(said)
    used = code[context.shape[at]]
    often = (np.bincount(used, minlength=len(words)) >= _USUAL)[used]
    pairs = np.unique(np.stack([used, chat[at]]), axis=1)[0]
    wide = (np.bincount(pairs, minlength=len(words)) > 1)[used]
    alike = np.array([bool(c.sounds) for c in contents], dtype=np.bool_)[context.shape[at]]
    size = int(chat.max(initial=0)) + 1
    most = np.bincount(chat[at[often]], minlength=size) >= _MOST * np.bincount(chat[first], minlength=size)
    usual: Bools = np.zeros(len(chat), dtype=np.bool_)
    usual[at] = often & (wide | alike | most[chat[at]])
    return usual


def _asked(context: Context, requests: Bools) -> Bools:
    """Messages that name whom the other side named first in a request."""
    told = np.zeros(len(context.shape), dtype=np.bool_)
    ground = context.ground
    told[ground.echo_at[requests[ground.echo_of]]] = True
    return told


def _on(context: Context, of_shape: Floats) -> Floats:
    return of_shape[context.shape]


def _flag(context: Context, of_shape: Bools) -> Bools:
    return of_shape[context.shape]


def _over(context: Context, says: str, bits: float) -> Bools:
    c = context.shapes
    return context.ground.text & (c.floats(lambda x: x.said.get(says, 0.0) - x.unknown / 2) >= bits - 1)[context.shape]

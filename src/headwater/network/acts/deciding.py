"""What each message does: what it says by itself, weighed with its neighbours, its sender's part and the chat's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from headwater.network.acts.context import Context
from headwater.network.acts.replies import replies
from headwater.network.acts.shapes import Bools, Floats, Ints
from headwater.network.acts.talk import DAY, MINUTE
from headwater.network.acts.ties import clipped

_THRESHOLD = 6.0
"""Bits that content, tie and part must have together."""
_HEARD = 4.0
_PART = 3.0
_PARTNER = 4.0
_OPEN = 4 * DAY
_PRICE = 60 * MINUTE
_NOTE = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class Decided:
    """Bits of each message (in the talk's order) for being an act, above 0 where it is one; see :class:`Acts`."""

    order: Floats
    result: Floats
    failure: Floats
    reply: Floats
    """An answer that no word gives away."""
    fresh: Bools
    """Such an answer that names only whom the other side did not name."""
    media: Floats
    """A picture or file that answers."""
    parts: Floats
    """Bits by which the sender is the buyer of the chat."""


def decide(context: Context, tie: Floats) -> Decided:
    """Weigh every message as an order, an answer or a failure."""
    c, shape = context.shapes, context.shape
    weight = clipped(tie)[context.talk.chat]
    order, result, failure = (
        c.floats(of)[shape] + weight - _THRESHOLD for of in (lambda x: x.order, lambda x: x.result, lambda x: x.failure)
    )
    parts = buyers(context, weight > 0)
    candidate = c.flags(lambda x: bool(x.candidate) and x.said.get("ordinary", 0.0) >= 0)[shape]
    forgiven = c.floats(lambda x: min(x.unknown, 4) if x.candidate else 0)[shape]
    order += np.where(candidate & context.keyed & (weight > _PART), forgiven, 0.0)
    order += np.where(context.item_at >= 0, _PARTNER, 0.0) + np.where(context.key_at >= 0, _PARTNER, 0.0)
    order += np.where(context.picture_at >= 0, _PARTNER / 2, 0.0)
    order += 0.7 * parts - np.where(context.ground.heard & context.keyed, _HEARD, 0.0)
    result += np.where(context.ground.heard, _HEARD, 0.0) - 0.5 * parts
    failure += np.where(context.ground.heard & context.keyed, _HEARD / 2, 0.0) - 0.7 * parts
    named = c.flags(lambda x: x.keyed and (x.strong or x.items > 0 or bool(x.candidate)))[shape]
    elsewhere = c.flags(lambda x: x.payable or (x.items == 0 and any(x.said.get(k, 0.0) > 0 for k in _NO_ORDER)))[shape]
    asks = (
        context.ground.text
        & ~elsewhere
        & (
            (context.keyed & (named | (context.item_at >= 0)))
            | (context.key_at >= 0)
            | (context.picture_at >= 0)
            | _quotes_items(context)
        )
    )
    order = np.where(asks & ~context.failure, order, -np.inf)
    result = np.where(context.form, result, -np.inf)
    failure = np.where(context.failure, failure, -np.inf)
    told = replies(context, weight, parts, order > 0)
    order, result, failure, reply = (np.where(weight > 0, b, -np.inf) for b in (order, result, failure, told.bits))
    best = np.maximum(np.maximum(order, reply), np.maximum(result, failure))
    order, result, failure, reply = (np.where(b >= best, b, -np.inf) for b in (order, result, failure, reply))
    media = _media(context, weight, parts, order > 0, (result > 0) | (failure > 0) | (reply > 0))
    return Decided(order, result, failure, reply, told.open, media, parts)


_NO_ORDER = ("handover", "pay", "advert", "escrow", "refund", "account", "sale", "urge")


def buyers(context: Context, trade: Bools) -> Floats:
    """Bits by which the sender of each message is the one who asks in its chat, from all that both sides wrote there."""
    talk = context.talk
    asks = trade & ((context.bare_key & ~context.ground.heard) | _requests(context))
    answers = trade & (context.form | context.failure)
    side = np.where(talk.sender == _first_sender(context), 0, 1)
    chats = int(talk.chat.max()) + 1 if len(talk.chat) else 0
    count = [
        np.bincount(talk.chat, weights=(asks & (side == s)).astype(float) + (answers & (side != s)), minlength=chats)
        for s in (0, 1)
    ]
    bits = np.log2((count[0] + 0.5) / (count[1] + 0.5))[talk.chat]
    return np.clip(np.where(side == 0, bits, -bits), -_PART, _PART)


def _first_sender(context: Context) -> Ints:
    """Who wrote the first message of each message's chat."""
    talk = context.talk
    begins = np.ones(len(talk.chat), dtype=np.bool_)
    begins[1:] = talk.chat[1:] != talk.chat[:-1]
    return talk.sender[np.maximum.accumulate(np.where(begins, np.arange(len(begins)), 0))]


def _requests(context: Context) -> Bools:
    ordered = context.shapes.flags(lambda x: x.keyed and x.items > 0 and x.order > 4)[context.shape]
    return (context.ground.text & ordered & ~context.form) | (context.item & (context.key_at >= 0))


def _quotes_items(context: Context) -> Bools:
    items = context.shapes.flags(lambda x: x.items > 0 and not x.keyed)[context.shape]
    return context.ground.text & items & (context.ground.quoted_at >= 0)


def _media(context: Context, weight: Floats, parts: Floats, order: Bools, answer: Bools) -> Floats:
    """Bits by which a picture or file answers an order that is open on the other side."""
    talk = context.talk
    asked = talk.last_of(order, talk.chat)
    told = talk.last_of(answer, talk.chat)
    waiting = (asked >= 0) & (talk.sender[asked] != talk.sender) & (talk.time - talk.time[asked] <= _OPEN)
    spent = (told > asked) & (told >= 0)
    bits = weight - _NOTE - 0.7 * parts - np.where(spent, _NOTE, 0.0)
    used = np.zeros(len(bits), dtype=np.bool_)
    used[context.picture_at[order & (context.picture_at >= 0)]] = True
    return np.where(context.ground.shown & waiting & ~used & (weight > 0), bits, -np.inf)


def notes(context: Context, tie: Floats, decided: Decided) -> dict[str, Floats]:
    """Bits of every message for the acts that are no edge of the market by themselves."""
    c, shape, talk = context.shapes, context.shape, context.talk
    weight = clipped(tie)[talk.chat]
    unknown = c.floats(lambda x: x.unknown)[shape]
    main = (decided.order > 0) | (decided.result > 0) | (decided.failure > 0) | (decided.reply > 0)
    free = context.ground.text & ~main
    said = {name: c.said(says)[shape] for name, says in _SAYS.items()}
    base = weight - _NOTE - unknown / 2 + np.minimum(c.said("ordinary")[shape], 0.0)
    out = {name: np.where(free & (bits > 0), bits + base, -np.inf) for name, bits in said.items()}
    account = context.ground.text & context.keyed & ~main & (said["account"] > 0)
    out["pay_request"] = np.where(account, said["account"] + base, out["pay_request"])
    out["urge"] = np.where(
        context.ground.text & (context.ground.quoted_at >= 0) & ~main & c.flags(lambda x: x.plain)[shape],
        base + _NOTE,
        out["urge"],
    )
    out["ask_price"] = np.where(context.ground.text & (said["ask_price"] > 0), said["ask_price"] + base, -np.inf)
    out["quote"] = _quotes(context, decided, base, main)
    out["advert"] = np.where(free & (said["advert"] >= 3), said["advert"] + np.maximum(base, -_NOTE), -np.inf)
    out["escrow"] = np.where(context.ground.text & (said["escrow"] >= 8), said["escrow"] - unknown / 4, -np.inf)
    del out["account"]
    for loud, quiet in _LOUDER:
        out[quiet] = np.where(out[loud] > 0, -np.inf, out[quiet])
    return out


_SAYS = {
    "ask_price": "ask_price",
    "agree": "agree",
    "pay_request": "pay_request",
    "pay_notice": "pay",
    "refund_notice": "refund",
    "urge": "urge",
    "advert": "advert",
    "handover": "handover",
    "sale": "sale",
    "answer_note": "result",
    "escrow": "escrow",
    "account": "account",
}
_LOUDER = (
    ("refund_notice", "pay_notice"),
    ("refund_notice", "pay_request"),
    ("escrow", "pay_notice"),
    ("escrow", "pay_request"),
    ("escrow", "advert"),
    ("advert", "sale"),
    ("pay_request", "pay_notice"),
    ("urge", "answer_note"),
    ("pay_notice", "agree"),
    ("refund_notice", "agree"),
    ("handover", "pay_request"),
)


def _quotes(context: Context, decided: Decided, base: Floats, main: Bools) -> Floats:
    """A sum alone, soon after a request or a question of the other side."""
    c, shape, talk = context.shapes, context.shape, context.talk
    one = c.flags(
        lambda x: x.numbers == 1 and x.unknown <= 2 and not x.keyed and not any(x.said.get(k) for k in _NO_QUOTE)
    )
    asks = (decided.order > 0) | (context.ground.text & (c.said("ask_price")[shape] > 0))
    last = talk.last_of(asks, talk.chat)
    soon = (last >= 0) & (talk.sender[last] != talk.sender) & (talk.time - talk.time[last] <= _PRICE)
    bits = base + _NOTE - 0.5 * decided.parts
    return np.where(context.ground.text & one[shape] & soon & ~main, bits, -np.inf)


_NO_QUOTE = ("pay", "refund", "pay_request", "escrow", "failure", "urge", "advert")

"""Whether the two sides of a chat trade with each other, told from all that they say: naive Bayes, learned over the case."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from headwater.network.acts.shapes import Floats, Ints

PRIOR = -6.0
"""Bits for a chat being one of the trade before anything was said in it."""
EVENTS: Mapping[str, float] = MappingProxyType(
    {
        "request": 4.0,
        "loose_request": 1.5,
        "bare_key": 1.0,
        "item": 2.5,
        "key_and_word": 0.5,
        "answer_heard": 6.0,
        "answer_keyed": 2.0,
        "answer_bare": 2.5,
        "failure_keyed": 3.5,
        "failure": 1.0,
        "echo": 1.5,
        "account": 2.0,
        "paid": 0.5,
        "urge": 1.0,
        "refund": 1.0,
        "advert": 1.0,
        "escrow": 0.0,
        "number": 0.2,
        "money": 0.1,
        "media": 0.0,
        "ordinary": -0.7,
        "other_key": -0.7,
        "plain": -0.05,
    }
)
"""What can happen in a chat, with the bits by which one such message speaks for trade before the case has taught better."""
NAMES = tuple(EVENTS)
NUMBER: Mapping[str, int] = MappingProxyType({name: n for n, name in enumerate(NAMES)})
_ROUNDS = 4
_HELD = 400.0
"""Messages of each kind of chat that the starting figures count as."""
_FREE = 3.0
_BOUND = 7.0
_NEVER_FOR = ("ordinary", "other_key", "plain", "media", "money", "number", "paid")
_NEEDED = (
    "request",
    "bare_key",
    "item",
    "answer_heard",
    "failure_keyed",
    "key_and_word",
    "answer_bare",
    "answer_keyed",
)


def ties(chat: Ints, event: Ints, chats: int) -> Floats:
    """Give the bits by which each chat is one of the trade, from the events of all messages."""
    counts = np.bincount(chat * len(NAMES) + event, minlength=chats * len(NAMES)).reshape(chats, -1).astype(np.float64)
    start = np.array([EVENTS[name] for name in NAMES])
    damped = _damped(counts)
    bits = start.copy()
    weight = PRIOR + damped @ bits
    base = (counts.sum(axis=0) + 1.0) / (counts.sum() + len(NAMES))
    for _ in range(_ROUNDS):
        share = 1.0 / (1.0 + np.exp2(-np.clip(weight, -60, 60)))
        inside, outside = share @ counts, (1.0 - share) @ counts
        # the starting figures as so many messages that were seen before, shared out as the case's own messages are
        with_prior = (inside + _HELD * base * np.exp2(start / 2)) / (inside.sum() + _HELD)
        without = (outside + _HELD * base * np.exp2(-start / 2)) / (outside.sum() + _HELD)
        learned = np.log2(with_prior / without)
        bits = np.clip(learned, start - 2.0, start + 2.0)
        never = [NUMBER[name] for name in _NEVER_FOR]
        bits[never] = np.minimum(bits[never], 0.5)
        weight = PRIOR + damped @ bits
    needed = counts[:, [NUMBER[name] for name in _NEEDED]].sum(axis=1) > 0
    told: Floats = np.where(needed, weight, np.minimum(weight, PRIOR))
    return told


def _damped(counts: Floats) -> Floats:
    """Counts in which the fourth of a kind and those after it say less: messages of one chat are no independent witnesses."""
    return np.where(counts <= _FREE, counts, _FREE + 2.0 * np.log2(np.maximum(counts, _FREE) / _FREE))


def clipped(bits: Floats) -> Floats:
    """Bits of a tie as far as they may speak for or against a single message."""
    return np.clip(bits, -_BOUND - 1, _BOUND)

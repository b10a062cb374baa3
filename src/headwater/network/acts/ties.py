"""Whether the two sides of a chat trade with each other, told from all that they say: naive Bayes, learned over the case."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from headwater.network.acts.shapes import Floats, Ints

PRIOR = -6.0
"""Bits for a chat being one of the trade before anything was said in it."""
EVENTS: Mapping[str, float] = MappingProxyType(
    {
        "request": 4.0,
        "loose_request": 1.0,
        "bare_key": 0.5,
        "item": 1.0,
        "key_and_word": 0.0,
        "answer_heard": 6.0,
        "answer_word": 3.0,
        "answer_full": 2.5,
        "address_heard": 1.0,
        "answer_keyed": 2.0,
        "answer_bare": 2.5,
        "failure_keyed": 3.5,
        "failure": 1.0,
        "told_whose": 3.0,
        "told_heard": 2.0,
        "echo": -1.0,
        "account": 2.0,
        "paid": 0.5,
        "urge": 1.0,
        "refund": 1.0,
        "offer": 2.0,
        "advert": 1.0,
        "escrow": 0.0,
        "number": 0.2,
        "money": 0.1,
        "media": 0.0,
        "ordinary": -0.7,
        "ordinary_key": -2.0,
        "other_key": -2.0,
        "plain": -0.05,
    }
)
"""What can happen in a chat, with the bits by which one such message speaks for trade before the case has taught better."""
NAMES = tuple(EVENTS)
NUMBER: Mapping[str, int] = MappingProxyType({name: n for n, name in enumerate(NAMES)})
_ROUNDS = 4
_HELD = 400.0
"""Messages of each kind of chat that the starting figures count as."""
_LEARNED, _HARDLY_LEARNED, _LESS = 2.0, 0.0, 0.5
"""Bits by which the case may change a starting figure; and raise that of what is said elsewhere too: for a single seller of a case
may say most of it, and others in their shops say the same."""
_FREE, _FREE_NAMING = 3.0, 6.0
_BOUND = 7.0
_TELLING = ("request", "answer_heard", "answer_word", "failure_keyed", "told_whose", "told_heard", "offer")
"""What is hardly said outside of the trade; without one of these a chat is none."""
_FOLLOW = (
    "loose_request", "bare_key", "key_and_word", "item", "answer_keyed", "answer_bare", "address_heard", "failure",
    "answer_full", "account", "refund", "urge", "paid", "money", "media", "number",
)  # fmt: skip
"""What speaks for trade only as often as what is telling was said."""
_PER_REQUEST = 2.0
_NAMING = (
    "request", "loose_request", "bare_key", "key_and_word", "answer_heard", "answer_word", "answer_full", "answer_keyed",
    "address_heard", "failure_keyed", "told_whose", "told_heard", "echo", "other_key", "ordinary_key",
)  # fmt: skip
"""What is said of somebody. Of these the mean counts: a business asks and tells of people too, but seldom as the trade does."""
_NOT_FOR = ("ordinary", "ordinary_key", "other_key", "plain", "echo")
_HARDLY_FOR = ("media", "money", "number", "paid", "key_and_word", "urge", "bare_key")
_MOST_HARDLY = 0.5


def ties(chat: Ints, event: Ints, chats: int) -> npt.NDArray[np.float64]:
    """Give the bits by which each chat is one of the trade, from the events of all messages."""
    counts = (
        np.bincount(chat.astype(np.int64) * len(NAMES) + event, minlength=chats * len(NAMES))
        .reshape(chats, len(NAMES))
        .astype(np.float64)
    )
    start = np.array([EVENTS[name] for name in NAMES])
    most = np.full(len(NAMES), np.inf)
    most[_places(_FOLLOW)] = start[_places(_FOLLOW)] + _HARDLY_LEARNED
    least = start - _LEARNED
    least[_places(_FOLLOW)] += _LEARNED - _LESS
    most[_places(_NOT_FOR)] = 0.0
    most[_places(_HARDLY_FOR)] = _MOST_HARDLY
    asked = counts[:, _places(_TELLING)].sum(axis=1)
    damped: Floats = counts.copy()
    follow = _places(_FOLLOW)
    damped[:, follow] = np.minimum(damped[:, follow], _PER_REQUEST * asked[:, None])
    damped = _damped(damped)
    weight = PRIOR + damped @ start
    base = (counts.sum(axis=0) + 1.0) / (counts.sum() + len(NAMES))
    for _ in range(_ROUNDS):
        share = 1.0 / (1.0 + np.exp2(-np.clip(weight, -60, 60)))
        inside, outside = share @ counts, (1.0 - share) @ counts
        # the starting figures as so many messages that were seen before, shared out as the case's own messages are
        with_prior = (inside + _HELD * base * np.exp2(start / 2)) / (inside.sum() + _HELD)
        without = (outside + _HELD * base * np.exp2(-start / 2)) / (outside.sum() + _HELD)
        bits = np.minimum(np.clip(np.log2(with_prior / without), least, start + _LEARNED), most)
        weight = PRIOR + damped @ bits
    told: npt.NDArray[np.float64] = np.where(asked > 0, weight, np.minimum(weight, 0.0))
    return told


def _places(names: tuple[str, ...]) -> list[int]:
    return [NUMBER[name] for name in names]


def _damped(counts: Floats) -> Floats:
    """Counts in which the fourth of a kind and those after it say less: messages of one chat are no independent witnesses.

    What is said of somebody is taken together, so that the mean of it stays.
    """
    made: Floats = np.where(counts <= _FREE, counts, _FREE + 2.0 * np.log2(np.maximum(counts, _FREE) / _FREE))
    naming = _places(_NAMING)
    whole = counts[:, naming].sum(axis=1)
    less = np.where(
        whole <= _FREE_NAMING, whole, _FREE_NAMING * (1 + np.log2(np.maximum(whole, _FREE_NAMING) / _FREE_NAMING))
    )
    made[:, naming] = counts[:, naming] * (less / np.maximum(whole, 1.0))[:, None]
    return made


def clipped(bits: Floats) -> Floats:
    """Bits of a tie as far as they may speak for or against a single message."""
    return np.clip(bits, -_BOUND - 1, _BOUND)

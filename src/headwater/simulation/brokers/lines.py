"""A line of a chat, before anybody has exported it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

TEXT, IMAGE, VOICE, EMOJI, FILE, QUOTE, RECORD = "text", "image", "voice", "emoji", "file", "quote", "record"
TRANSFER, ACCEPTED, RETURNED, PACKET, SYSTEM = "transfer", "accepted", "returned", "packet", "system"
MONEY = frozenset({TRANSFER, ACCEPTED, RETURNED, PACKET})


class Line(NamedTuple):
    """One message: ``who`` counts the parties of the chat.

    ``ref`` is the order number of a payment, the name of a file, or the text that is quoted. ``hops`` are the places of
    the hops whose key the text shows, negative (-1 - place) where it answers; ``payment`` is the place in the trade's
    ledger, ``LIFE`` for money of ordinary life, else ``NO_PAYMENT``.
    ``told`` are people and those of their aliases that the text names.
    """

    time: int
    who: int
    kind: str
    text: str
    amount: float = 0.0
    ref: str = ""
    payment: int = -1
    hops: tuple[int, ...] = ()
    told: tuple[tuple[int, str], ...] = ()


NO_PAYMENT = -1
LIFE = -2


def in_order(lines: Iterable[Line]) -> list[Line]:
    """The lines by time; equal times keep their order."""
    return sorted(lines, key=lambda line: line.time)

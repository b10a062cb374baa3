"""What a page of the market was made upon: which answer, and how many words on who is who there were.

Numbers of people (``N00003``) are the answer's: of the next one they may be somebody else's. So whoever says something sends
along what he looked at, and is told what became another since.
"""

from __future__ import annotations

from collections.abc import Sized
from dataclasses import dataclass

from headwater.console.desk.desk import Desk

PATTERN = r"^\d{1,9}\.[0-9a-f]{16}$"
"""How it stands in forms and in REST."""


@dataclass(frozen=True, slots=True)
class Upon:
    """An answer by the beginning of its digest, and how many words on who is who had been said."""

    said: int
    answer: str

    def __str__(self) -> str:
        return f"{self.said}.{self.answer}"


def upon(desk: Desk, said: Sized) -> Upon:
    """What a page is made upon now.

    >>> str(Upon(3, "0123456789abcdef"))
    '3.0123456789abcdef'
    """
    return Upon(len(said), desk.version[:16])


def read(text: str) -> Upon:
    """What :data:`PATTERN` fits, as a page gave it.

    >>> read("3.0123456789abcdef").said
    3
    """
    said, _, answer = text.partition(".")
    return Upon(int(said), answer)

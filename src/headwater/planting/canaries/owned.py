"""Contacts that the organisation owns: what decoys may be reached by, and nothing else.

A pattern such as ``1380000{0000-0499}`` stands for all its numbers. A pool gives each contact once: some for decoys,
some to be kept back and never planted, which show how often strangers call or write anyway.
"""

from __future__ import annotations

import base64
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from headwater.model.errors import SettingsError

_RANGE = re.compile(r"\{([0-9]+)-([0-9]+)\}")
ALIAS_BYTES = 15
"""120 bits, the system's own random ones unless a seed was given: an alias cannot be guessed."""


def dice(seed: int | None, use: str) -> random.Random:
    """The system's own random numbers, which nobody can work out from those he has seen; or, for trials, those of a seed.

    ``use`` keeps the numbers of one use apart from those of another.
    """
    return random.SystemRandom() if seed is None else random.Random(f"{use} {seed}")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A text with ranges of numbers in braces: the texts between them, and each range with its width."""

    texts: tuple[str, ...] = field(repr=False)
    ranges: tuple[tuple[int, int, int], ...] = field(repr=False)

    @property
    def size(self) -> int:
        """How many values it stands for."""
        return int(np.prod([last - first + 1 for first, last, _ in self.ranges], dtype=object)) if self.ranges else 1

    def value(self, place: int) -> str:
        """The value at a place, counted from 0."""
        parts = [self.texts[-1]]
        for text, (first, last, width) in zip(reversed(self.texts[:-1]), reversed(self.ranges), strict=True):
            place, offset = divmod(place, last - first + 1)
            parts += [f"{first + offset:0{width}d}", text]
        return "".join(reversed(parts))


def pattern(text: str, place: str) -> Pattern:
    """Read a pattern; ``place`` is the block of the settings, for errors.

    :raises SettingsError: where a range runs backwards or a brace is left over
    """
    ranges = [(int(a), int(b), len(a) if len(a) == len(b) else 0) for a, b in _RANGE.findall(text)]
    texts = tuple(_RANGE.sub("\0", text).split("\0"))
    if any(first > last for first, last, _ in ranges) or any("{" in t or "}" in t for t in texts):
        raise SettingsError("a range is written {FIRST-LAST}, both numbers, the lower one first", place)
    return Pattern(texts, tuple(ranges))


class Pool:
    """All contacts of one kind that the organisation owns; each is given once, in a random order."""

    def __init__(self, patterns: Sequence[str], rng: random.Random, place: str) -> None:
        self._patterns = [pattern(text, place) for text in patterns]
        self._ends = np.cumsum([p.size for p in self._patterns], dtype=np.int64)
        self._rng = rng
        self._given: set[str] = set()

    @property
    def size(self) -> int:
        """How many there are in all."""
        return int(self._ends[-1]) if len(self._ends) else 0

    def take(self, count: int) -> list[str]:
        """Give so many that were not given before; fewer where there are no more."""
        left: list[str] = []
        for place in self._places(count):
            which = int(np.searchsorted(self._ends, place, side="right"))
            before = int(self._ends[which - 1]) if which else 0
            value = self._patterns[which].value(place - before)
            if value not in self._given:
                self._given.add(value)
                left.append(value)
            if len(left) == count:
                break
        return left

    def _places(self, count: int) -> list[int]:
        wanted = 2 * (count + len(self._given)) + 100
        return self._rng.sample(range(self.size), min(self.size, wanted))


def alias(domain: str, rng: random.Random) -> str:
    """Give an address at the organisation's own mail domain that nobody can guess."""
    return f"{base64.b32encode(rng.randbytes(ALIAS_BYTES)).decode().lower()}@{domain}"

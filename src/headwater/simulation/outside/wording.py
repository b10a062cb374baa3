"""The words of what is found outside: file names, headers, complaints, notes."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import numpy as np

_WORDS: dict[str, Any] = json.loads((files("headwater.simulation") / "outside" / "wording.json").read_text("utf-8"))


def of_trade(part: str, trade: str) -> list[str]:
    """The words of a part for a trade: its own where there are some, the general ones otherwise."""
    words: dict[str, list[str]] = _WORDS[part]
    return words.get(trade, words[""])


def one(rng: np.random.Generator, part: str, key: str | None = None) -> str:
    """One of the words of a part."""
    words: list[str] = _WORDS[part] if key is None else _WORDS[part][key]
    return words[int(rng.integers(len(words)))]


def traditional() -> dict[int, str]:
    """Simplified characters of names and their traditional forms, as :meth:`str.translate` wants them."""
    pairs: str = _WORDS["traditional"]
    return {ord(simple): full for simple, full in zip(pairs[::2], pairs[1::2], strict=True)}

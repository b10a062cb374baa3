"""Text as the search sees it: trigrams, with a mark behind every Chinese character so that two of them can be sought."""

from __future__ import annotations

import re
from typing import Any

MARK = "\x1f"
_IDEOGRAPH = re.compile(r"([㐀-鿿豈-﫿\U00020000-\U0003ffff])")
SHORTEST = 3


def spread(text: str) -> str:
    """The text as it is indexed.

    >>> spread("客户 list") == "客\\x1f户\\x1f list"
    True
    """
    return _IDEOGRAPH.sub(rf"\1{MARK}", text.replace(MARK, " "))


def sought(typed: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """What is asked of the index, the words of it, and words too short for it (one Chinese character, two letters).

    >>> sought('u10 客户 a')
    ('"u10" "客\\x1f户\\x1f"', ('u10', '客户'), ('a',))
    """
    words = tuple(dict.fromkeys(typed.replace("\x00", " ").split()))
    long = tuple(w for w in words if len(spread(w)) >= SHORTEST)
    asked = " ".join('"' + spread(w).replace('"', '""') + '"' for w in long)
    return asked, long, tuple(w for w in words if w not in long)


def texts(value: Any, skip: frozenset[str] = frozenset()) -> list[str]:
    """Every text of a value of JSON, as deep as it lies, but what stands under some keys."""
    found: list[str] = []
    _gather(value, skip, found)
    return found


def _gather(value: Any, skip: frozenset[str], found: list[str]) -> None:
    if isinstance(value, str):
        found.append(value)
    elif isinstance(value, dict):
        for name, part in value.items():
            if name not in skip:
                _gather(part, skip, found)
    elif isinstance(value, list):
        for part in value:
            _gather(part, skip, found)


def excerpt(value: Any, words: tuple[str, ...], width: int = 160) -> str:
    """The first text that has one of the words, cut around it; empty where none has."""
    folded = [w.casefold() for w in words]
    for text in texts(value):
        low = text.casefold()
        at = min((low.find(w) for w in folded if w in low), default=-1)
        if at >= 0:
            start = max(0, at - width // 3)
            cut = text[start : start + width]
            return f"{'…' if start else ''}{cut}{'…' if start + width < len(text) else ''}"
    return ""

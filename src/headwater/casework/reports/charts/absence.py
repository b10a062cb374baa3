"""Where the words of an absence stand: in its bar, beside it, or before it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

ROW = 18.0  # height of one absence
NARROW, WIDE = 5.9, 11.2  # pixels of a Latin and of a Chinese character at the size of a note
LONGEST = 60


@dataclass(frozen=True, slots=True)
class Note:
    """Words in the drawing; ``ends`` where they end at ``x`` instead of beginning there."""

    x: float
    y: float
    text: str
    ends: bool


def note(text: str, x: float, y: float, width: float, left: float, right: float) -> Note:
    """Place the words of a bar where there is room for them."""
    shown = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    need, base = _length(shown) + 8, round(y + ROW - 8, 2)
    if need <= width or (x + width + need > right and x - need < left):
        return Note(round(x + 4, 2), base, shown, False)
    if x + width + need <= right:
        return Note(round(x + width + 5, 2), base, shown, False)
    return Note(round(x - 5, 2), base, shown, True)


def _length(text: str) -> float:
    return sum(WIDE if unicodedata.east_asian_width(c) in "WF" else NARROW for c in text)

"""Where a name or an address stands in a text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A name or an address in a text: its kind, its place, and how sure that is (0 to 1); never its words."""

    kind: str
    start: int
    end: int
    confidence: float

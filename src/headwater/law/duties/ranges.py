"""A count that is known from below and from above."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Range:
    """At least ``low``, at most ``high``; ``high`` is ``None`` where nothing bounds it.

    >>> Range(480, 520).reaches(500, strictly=False) is None
    True
    >>> Range(500, 520).reaches(500, strictly=False), Range(0, 500).reaches(500, strictly=True)
    (True, False)
    """

    low: int = 0
    high: int | None = None

    def __post_init__(self) -> None:
        if self.low < 0 or (self.high is not None and self.high < self.low):
            raise ValueError("a range goes from a low count, zero or more, to a high one")

    def reaches(self, figure: int, strictly: bool) -> bool | None:
        """Whether the count is at or above a figure (above it, ``strictly``); ``None`` where low and high disagree."""
        bar = figure + 1 if strictly else figure
        if self.low >= bar:
            return True
        return False if self.high is not None and self.high < bar else None

    def exact(self) -> bool:
        """Whether low and high are the same."""
        return self.low == self.high

    def said(self) -> str:
        """``480–520``, ``500``, ``480+``."""
        if self.high is None:
            return f"{self.low:,}+"
        return f"{self.low:,}" if self.exact() else f"{self.low:,}–{self.high:,}"


UNKNOWN = Range()

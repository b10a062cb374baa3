"""What is known of somebody's act: counted by a machine, or said by people. What is left out is not known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType

from headwater.law.counts import Counts


class Known(StrEnum):
    """What is known of a fact. ``DISPUTED``: something speaks for it, and nobody has established it."""

    YES = "yes"
    NO = "no"
    DISPUTED = "disputed"


@dataclass(frozen=True, slots=True)
class Span:
    """A number, low and high."""

    low: Fraction = Fraction(0)
    high: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.high:
            raise ValueError("a figure must not be below zero, nor the low above the high one")

    @property
    def some(self) -> bool:
        """Whether there is anything at all, at the most."""
        return self.high > 0


NONE_COUNTED = Counts()
NOTHING: Mapping[str, Known] = MappingProxyType({})
NOWHERE: Mapping[str, Mapping[str, Span]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of one suspect.

    ``counts`` are items and gains; ``sold`` those of the items that were sold or provided, ``None`` where that is all of
    them; ``profit`` is what a buyer made of what he bought, ``None`` where nobody knows. ``known`` are facts that only people
    can know, by the names under which the rule set asks for them: one that is left out is an open question, never guessed.
    ``beside`` are figures for neighbouring offences, by their table and fact. ``unsure`` are categories among the items
    whose group is open, ``unverified`` those whose group no lawyer has confirmed. ``since`` is the day of the first act.
    """

    counts: Counts = NONE_COUNTED
    sold: Counts | None = None
    profit: Span | None = None
    known: Mapping[str, Known] = field(default_factory=lambda: NOTHING)
    beside: Mapping[str, Mapping[str, Span]] = field(default_factory=lambda: NOWHERE)
    unsure: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()
    suspect: str | None = None
    since: date | None = None

    def __post_init__(self) -> None:
        if self.sold is None:
            return
        for side in ("low", "high"):
            part, whole = getattr(self.sold, side)(), getattr(self.counts, side)()
            if any(part.of(g) > whole.of(g) for g in ("n3", "n4", "n5")):
                raise ValueError("more is said to be sold than there is")

    def get(self, fact: str) -> Known | None:
        """What is known of a fact; ``None`` where nothing is."""
        return self.known.get(fact)

    def with_known(self, **more: Known) -> Facts:
        """The same facts with more known."""
        return replace(self, known=MappingProxyType({**self.known, **more}))

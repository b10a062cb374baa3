"""Evidence: sentences with their weight in bits and the lines that they rest on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from headwater.model.words import Text


@dataclass(frozen=True, slots=True, order=True)
class Citation:
    """A line of an input file: path below the case folder and 1-based line number."""

    source: str
    line: int


@dataclass(frozen=True, slots=True)
class Statement:
    """One piece of evidence: a sentence, its weight in bits (negative speaks for the accused), what it rests on.

    ``kind`` says what sort of piece it is, where a taker of a leak is accused (docs/result.md lists them); else empty.
    """

    text: Text
    bits: float
    evidence: tuple[Citation, ...] = ()
    kind: str = ""


@dataclass(frozen=True, slots=True)
class PersonOdds:
    """How likely it is that this person acted, with the reasons."""

    employee: str
    probability: float
    bits: float
    statements: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """A point of a time line: when, on which lane (reading, files, sending, logons, absence), what, how many."""

    time: datetime
    lane: str
    text: Text
    count: int = 1


@dataclass(frozen=True, slots=True)
class Finding:
    """What one detector found about one account, device or person.

    ``bits`` is the sum of the statements' weights. ``people`` ranks who is thought to have acted, most likely first;
    ``fact`` marks a finding that rests on a rule being broken, not on rarity. ``subjects`` is how many distinct
    people's records the finding is about; ``details`` hold what joins it to others, as its local ``days``.
    """

    detector: str
    key: str  # what tells this finding from another of the same detector: stable between runs
    title: Text
    severity: str  # low, medium, high, critical
    accounts: tuple[str, ...]
    people: tuple[PersonOdds, ...]
    devices: tuple[str, ...]
    starts: datetime
    ends: datetime
    subjects: int
    statements: tuple[Statement, ...]
    p_value: float | None = None
    fact: bool = False
    clears: tuple[Text, ...] = ()
    moments: tuple[Moment, ...] = ()
    techniques: tuple[str, ...] = ()
    details: Mapping[str, object] = field(default_factory=dict)

    @property
    def bits(self) -> float:
        """Total weight in bits."""
        return sum(s.bits for s in self.statements)

    @property
    def evidence(self) -> tuple[Citation, ...]:
        """Every cited line once, in order."""
        return tuple(sorted({c for s in self.statements for c in s.evidence}))

    @property
    def employees(self) -> tuple[str, ...]:
        """The people thought to have acted, most likely first."""
        return tuple(p.employee for p in self.people)

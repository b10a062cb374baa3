"""An incident: findings that tell one story about the same people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from headwater.model.evidence import Finding, Moment, PersonOdds, Statement
from headwater.model.words import Text


@dataclass(frozen=True, slots=True)
class Incident:
    """Findings joined by account and person; ``bits`` is the prior plus what each family of evidence adds."""

    rank: int
    title: Text
    accounts: tuple[str, ...]
    people: tuple[PersonOdds, ...]
    devices: tuple[str, ...]
    findings: tuple[Finding, ...]
    statements: tuple[Statement, ...]
    bits: float
    starts: datetime
    ends: datetime
    subjects: int
    story: tuple[Text, ...]
    timeline: tuple[Moment, ...]
    clears: tuple[Text, ...]
    against: tuple[Text, ...]
    channel: tuple[tuple[str, int, int], ...]  # host, bytes, posts

    @property
    def employees(self) -> tuple[str, ...]:
        """The people thought to have acted, most likely first."""
        return tuple(p.employee for p in self.people if p.probability > 0.5 and p.employee != "?")

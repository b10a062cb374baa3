"""An alert: a story that is worth somebody's minutes, with the evening on which it was first raised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from headwater.model.evidence import PersonOdds, Statement
from headwater.model.words import Text

Lane = Literal["fact", "day", "slow", "look-up"]
"""Which budget an alert is taken from: facts have none; single days, sums of weeks, look-ups without a reason."""
LANES: tuple[Lane, ...] = ("fact", "day", "slow", "look-up")


@dataclass(frozen=True, slots=True)
class Alert:
    """A story as it stood on an evening.

    ``raised`` is the evening on which it was first seen, ``released`` the one on which the budget let it through
    (``None``: ranked below the line), ``updated`` the last one that added to it. ``about`` is whom it is about
    (``account:…``, ``person:…``), however weak the story is: ``people`` bear the doubt whether anything happened.
    ``said_bits`` are its bits when it was last said, ``said_names`` the people whom it has named so far, and ``told`` is
    false while somebody has still to be told.
    """

    id: str
    raised: date
    released: date | None
    updated: date
    lane: Lane
    title: Text
    accounts: tuple[str, ...]
    people: tuple[PersonOdds, ...]
    detectors: tuple[str, ...]
    bits: float
    starts: date
    ends: date
    subjects: int
    statements: tuple[Statement, ...]
    clears: tuple[Text, ...]
    about: tuple[str, ...]
    said_bits: float = 0.0
    said_names: tuple[str, ...] = ()
    told: bool = True

    @property
    def employees(self) -> tuple[str, ...]:
        """The people thought to have acted, most likely first."""
        return tuple(p.employee for p in self.people if p.probability > 0.5 and p.employee != "?")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person said about an alert: ``explained`` holds for these subjects and detectors, until a day.

    An explanation is no threshold: it forgives what it names, for as long as it says, and is counted in the report.
    """

    alert: str
    said: Literal["confirmed", "explained", "unsure"]
    by: str
    on: date
    because: str
    until: date | None
    subjects: tuple[str, ...]  # as ``Alert.about``
    detectors: tuple[str, ...]

    def covers(self, subjects: frozenset[str], detectors: frozenset[str], ends: date) -> bool:
        """Whether a story is forgiven: nobody else is in it, nothing else was found, and it ended in time."""
        if self.said != "explained" or (self.until is not None and ends > self.until):
            return False
        return bool(subjects) and subjects <= set(self.subjects) and detectors <= set(self.detectors)

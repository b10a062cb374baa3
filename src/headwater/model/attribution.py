"""What attribution says: whose rows a leak holds, and which readings explain them beyond chance."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from headwater.model.evidence import PersonOdds, Statement
from headwater.model.words import Text


@dataclass(frozen=True, slots=True)
class Taker:
    """An account (with a window of days) whose reading explains rows of a leak, or which what was planted in it names.

    ``probability`` is that of the account; ``people`` says who sat there. ``alike`` names accounts that explain the
    same rows as well: then the probability is shared and nobody among them is told apart. ``without`` is the what-if:
    for each statement the probability that remains when it is left out, ``None`` where it weighs nothing.
    """

    account: str
    people: tuple[PersonOdds, ...]
    devices: tuple[str, ...]
    starts: date
    ends: date
    rows_explained: int
    share: float
    probability: float
    bits: float
    statements: tuple[Statement, ...]
    alike: tuple[str, ...] = ()
    without: tuple[float | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Leak:
    """One leaked file, or all that was seized from one holder, against the reading histories of one data set.

    ``ours``, ``perhaps`` and ``not_ours`` are counts of its rows; only those that are ours are laid to anybody.
    """

    leak: str
    dataset: str | None
    rows: int
    persons: int
    ours: int
    not_ours: int
    takers: tuple[Taker, ...] = ()
    unexplained: int = 0
    not_before: date | None = None
    not_after: date | None = None
    notes: tuple[Text, ...] = ()
    perhaps: int = 0


@dataclass(frozen=True, slots=True)
class Suspect:
    """An account that read complainants' records before they complained, more than chance would have it."""

    account: str
    complaints: int
    expected: float
    p_value: float
    people: tuple[PersonOdds, ...] = ()


@dataclass(frozen=True, slots=True)
class Complaints:
    """How many complaints were received, how many are of our people, and which accounts they have in common."""

    received: int = 0
    ours: int = 0
    common: tuple[Suspect, ...] = ()


@dataclass(frozen=True, slots=True)
class Attribution:
    """All leaks, all holders, and the complaints."""

    leaks: tuple[Leak, ...] = ()
    complaints: Complaints = field(default_factory=Complaints)

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
    for each statement the probability that remains when it is left out, ``None`` where it weighs nothing. ``starts`` and
    ``ends`` are ``None`` where no reading of it is known, and what was planted alone names it.
    """

    account: str
    people: tuple[PersonOdds, ...]
    devices: tuple[str, ...]
    starts: date | None
    ends: date | None
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
    """An account to which complaints lead: it had read who complained, more than chance would have it.

    ``complaints`` people complained whom it had read between ``starts`` and ``ends``; ``expected`` of as many drawn at random.
    ``p_value`` is of asking once. ``share`` (``share_low`` to ``share_high``: nine tenths) of all people who complained are
    thought to go back to it; ``silent`` people whom it read then have not complained, ``to_come`` of them are expected to
    (``None``: nothing is known of that). ``delay``: half of those who complain do so within so many days. ``alike`` names
    accounts that explain the same as well: then the probability is shared.
    """

    account: str
    complaints: int
    expected: float
    p_value: float
    people: tuple[PersonOdds, ...] = ()
    starts: date | None = None
    ends: date | None = None
    bits: float = 0.0
    probability: float = 0.0
    share: float = 0.0
    share_low: float = 0.0
    share_high: float = 0.0
    silent: int = 0
    to_come: float | None = None
    delay: int = 0
    statements: tuple[Statement, ...] = ()
    alike: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Complaints:
    """How many complaints were received, how many are of our people, and which accounts they have in common.

    ``verdict``: ``source`` (they go back to one, or several), ``place`` (they come from one place more than places
    differ), ``chance`` (no more in common than chance has), ``few`` (too few to tell: also where more would
    decide), or empty where nothing was asked. ``p_value`` is of asking once; ``p_always`` holds however often it is
    asked. ``by_chance`` (nine tenths between ``chance_low`` and ``chance_high``) of the ``persons`` who complained
    are thought to have no source here; ``None`` where no source is known.
    """

    received: int = 0
    ours: int = 0
    common: tuple[Suspect, ...] = ()
    persons: int = 0
    verdict: str = ""
    p_value: float | None = None
    p_always: float | None = None
    by_chance: float | None = None
    chance_low: float | None = None
    chance_high: float | None = None
    statements: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class Attribution:
    """All leaks, all holders, and the complaints."""

    leaks: tuple[Leak, ...] = ()
    complaints: Complaints = field(default_factory=Complaints)

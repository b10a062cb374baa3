"""The parts of a made house as columns: people, accounts, places, clients, absences, and what a doing leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from headwater.simulation.events import Column, Events, Whole

FOREVER = 100_000  # a day that never comes
KINDS = ("access", "queries", "web", "logons", "files", "mail")
"""The kinds of events that a house's machines write down."""


@dataclass(frozen=True, slots=True)
class Staff:
    """Everybody with a part in the house, by index; days are numbers of the calendar (negative: before the first).

    Those with ``outside`` are partners who are on no roster. ``role``, ``team`` and ``branch`` hold from ``moved`` on;
    before that day the ``…_before`` do (equal for who never moved). ``account`` and ``place`` are indices of one's
    account and one's desk.
    """

    employee: Column
    name: Column
    role: Whole
    team: Whole
    branch: Whole
    role_before: Whole
    team_before: Whole
    branch_before: Whole
    moved: Whole
    manager: Whole  # -1 for none
    grade: Column
    hired: Whole
    left: Whole  # last day of work
    resigned: Whole  # day of notice
    account: Whole
    place: Whole
    pace: NDArray[np.float64]  # heavy-tailed share of ordinary work
    outside: NDArray[np.bool_]
    manager_before: Whole
    heir: Whole  # the colleague who looks after one's clients when one is not, or no longer, at this work

    def __len__(self) -> int:
        return len(self.employee)

    def role_on(self, day: int) -> Whole:
        """Everybody's role on a day."""
        return np.where(self.moved <= day, self.role, self.role_before)

    def team_on(self, day: int) -> Whole:
        """Everybody's team on a day."""
        return np.where(self.moved <= day, self.team, self.team_before)

    def branch_on(self, day: int) -> Whole:
        """Everybody's branch on a day."""
        return np.where(self.moved <= day, self.branch, self.branch_before)


@dataclass(frozen=True, slots=True)
class Accounts:
    """All accounts by index: the name, the true owner (index of the staff, -1 for none), kind, system, dates (days)."""

    name: Column
    owner: Whole
    kind: Column  # person, shared, service
    system: Column
    created: Whole
    disabled: Whole  # FOREVER while it works
    team: Whole  # the team that shares it (-1: none does)
    place: Whole  # the host that a service account works from (-1: none of its own)

    def __len__(self) -> int:
        return len(self.name)

    def called(self, name: str) -> int:
        """The index of an account."""
        return int(np.flatnonzero(self.name == name)[0])


@dataclass(frozen=True, slots=True)
class Places:
    """Machines and remote addresses by index: the device's name (empty when none of ours) and the address.

    ``kind``: ``desk``, ``server``, ``outside`` (a partner's), ``elsewhere`` (homes, hotels, exits: nobody's so far).
    """

    device: Column
    ip: Column
    kind: Column

    def __len__(self) -> int:
        return len(self.ip)


@dataclass(frozen=True, slots=True)
class Absence:
    """A stretch of days, both ends included, on which somebody is away."""

    person: int
    first: int
    last: int
    kind: str


@dataclass(frozen=True, slots=True)
class Day:
    """Who is at work on one day: one row each, by person. Hours are local and may be fractions (over 24: next day)."""

    number: int
    person: Whole
    comes: NDArray[np.float64]
    goes: NDArray[np.float64]
    place: Whole  # where this person sits that day: mostly the own desk
    account: Whole  # with which account this person works that day: mostly the own one

    def __len__(self) -> int:
        return len(self.person)


@dataclass(frozen=True, slots=True)
class Relations:
    """Business reasons as columns: person, client (ordinal), kind, first and last day (FOREVER: open)."""

    person: Whole
    client: Whole
    kind: Column
    first: Whole
    last: Whole

    def __len__(self) -> int:
        return len(self.person)


@dataclass(frozen=True, slots=True)
class Ticket:
    """Work that was authorised beforehand. ``who`` is an employee id or an account; days, both ends included."""

    who: str
    purpose: str
    approved_by: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Doing:
    """A theft, or an innocent doing that looks like one, as it happened.

    ``people`` are indices of the staff (empty: a stranger), ``accounts`` and ``places`` indices of what was used.
    ``traces`` maps a kind of event to its events over the whole span. ``taken`` are clients by ordinal and
    ``taken_at`` the UTC milliseconds of each taking, in the order of taking; ``taker`` is who took each (index of the
    staff, -1 for a stranger). ``kept`` is the share of the taken that is still with the takers, 0 for none.
    ``papers``: an innocent doing that a ticket or a table explains. ``relations`` are business reasons that the doing
    itself puts on record.
    """

    id: str
    kind: str
    strength: str
    people: tuple[int, ...]
    accounts: tuple[int, ...]
    places: tuple[int, ...] = ()
    concert: str | None = None
    way_out: str = "none"
    destination: str = ""
    traces: Mapping[str, Events] = field(default_factory=dict)
    taken: Whole = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    taken_at: Whole = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    taker: Whole = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    kept: float = 0.0
    tickets: tuple[Ticket, ...] = ()
    papers: bool = False
    span: tuple[int, int] = (0, 0)  # first and last day
    relations: tuple[Relations, ...] = ()

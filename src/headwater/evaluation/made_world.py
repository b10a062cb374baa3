"""What really happened in a made world: the nouns of ``truth.json``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo

from headwater.evaluation.network_truth import Network


@dataclass(frozen=True, slots=True)
class House:
    """How large the world is. ``None`` where the truth does not say: what needs it is then not measured."""

    staff: int | None = None
    first: date | None = None
    last: date | None = None

    @property
    def days(self) -> int | None:
        """Days from the first to the last, both counted."""
        return (self.last - self.first).days + 1 if self.first and self.last else None


@dataclass(frozen=True, slots=True)
class Doing:
    """One way of taking, as it was done. ``starts`` and ``ends`` are ``None`` where an older truth does not date it."""

    id: str
    kind: str
    strength: str
    employees: tuple[str, ...]
    accounts: tuple[str, ...]
    owners: tuple[str, ...]
    starts: datetime | None
    ends: datetime | None
    subjects: int
    by_day: tuple[tuple[date, int], ...] = ()
    concert: str | None = None

    @property
    def stranger(self) -> bool:
        """Whether nobody of the house acted."""
        return not self.employees


@dataclass(frozen=True, slots=True)
class Benign:
    """Innocent work that looks like a taking."""

    kind: str
    accounts: tuple[str, ...]
    employees: tuple[str, ...]
    starts: datetime | None
    ends: datetime | None


@dataclass(frozen=True, slots=True)
class TrueTaker:
    """Who brought how many rows of a leak: any of ``accounts`` names him rightly."""

    accounts: tuple[str, ...]
    employees: tuple[str, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class TrueLeak:
    """A leaked file. ``file`` is empty in older truths: the only leak of the answer is then meant."""

    file: str
    origin: str
    rows: int
    ours: int
    not_ours: int
    takers: tuple[TrueTaker, ...]


@dataclass(frozen=True, slots=True)
class TrueComplaints:
    """What people complained of, and the accounts that the stolen part goes back to."""

    received: int
    accounts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Truth:
    """All that is known of a made world."""

    world: str
    seed: int
    case: str
    zone: tzinfo = UTC
    house: House = House()
    doings: tuple[Doing, ...] = ()
    benign: tuple[Benign, ...] = ()
    leaks: tuple[TrueLeak, ...] = ()
    holdings: Mapping[str, int] = field(default_factory=dict)
    complaints: TrueComplaints | None = None
    network: Network | None = None

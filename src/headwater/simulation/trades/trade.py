"""What a trade is: the kind of house a world is made of, as plain data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from headwater.simulation.events import Column

SourceKind = Literal["own", "team", "branch", "caller", "case", "recent", "any"]
Shift = Literal["office", "late", "rota", "night", "always"]
Strength = Literal["strong", "medium", "weak", "faint"]
WayOut = Literal["shop-chat", "web-mail", "cloud-disk", "usb", "print", "mail", "phone", "none"]
CrimeKind = Literal[
    "bulk",
    "slow-drip",
    "lookup-for-hire",
    "leaver",
    "borrowed-account",
    "rented-account",
    "scraping",
    "hijacked-account",
    "database-administrator",
    "screen-photos",
    "snooping",
]
STRENGTHS: tuple[Strength, ...] = ("strong", "medium", "weak", "faint")


@dataclass(frozen=True, slots=True)
class Source:
    """Why a record is opened in ordinary work.

    ``own``: of one's own book. ``team``: of a colleague's in the same team, above all of somebody who is away.
    ``branch``: any of one's branch. ``caller``: whoever calls or comes, the often-seen more often. ``case``: an open
    case of one's own that is looked at again for some days. ``recent``: a record that is new these days (a parcel, an
    order). ``any``: whoever, for no reason that repeats. ``relation`` is the kind that the business tables record for
    it (empty: none is), ``recorded`` the share of such accesses that do get recorded.
    """

    kind: SourceKind
    share: float
    relation: str = ""
    recorded: float = 1.0


@dataclass(frozen=True, slots=True)
class Right:
    """What a role may do to the data set: lookup, search, export, sql or ``*``; rows a day, or None for no limit."""

    action: str
    rows_per_day: int | None = None


@dataclass(frozen=True, slots=True)
class Role:
    """A kind of work. Rates are means of the median person, of a full working day.

    ``share``: of the staff. ``lookups``: records opened. ``searches``: searches for each record opened. ``exports``:
    lists drawn from the application in a month. ``queries``: statements in the database. ``book``: has clients of
    one's own. ``outside``: a business partner with an account and no place on the roster. ``shared_desks``: share of
    these people who take turns at one machine. ``edits``: share of look-ups followed by a change to the record.
    """

    name: str
    department: str
    share: float
    lookups: float
    sources: tuple[Source, ...]
    rights: tuple[Right, ...]
    searches: float = 0.2
    exports: float = 0.0
    queries: float = 0.0
    edits: float = 0.1
    shift: Shift = "office"
    book: bool = False
    outside: bool = False
    shared_desks: float = 0.0


@dataclass(frozen=True, slots=True)
class Extra:
    """A column of the data set beside the personal ones: its header, and how ``count`` values are drawn."""

    header: str
    draw: Callable[[np.random.Generator, int], Column]


@dataclass(frozen=True, slots=True)
class Service:
    """A service account: what it does, and when. ``at`` is the local hour, ``every`` the days between two runs."""

    name: str
    purpose: Literal["backup", "batch", "campaign", "partner", "report"]
    at: float = 2.0
    every: int = 1
    share: float = 1.0  # of the data set that one run reads
    title: str = ""


@dataclass(frozen=True, slots=True)
class Crime:
    """A way of taking that a world is asked to hold. ``begins`` and ``ends`` are shares of the span."""

    kind: CrimeKind
    strength: Strength = "medium"
    people: int = 1  # how many act together
    way_out: WayOut | None = None  # None: the usual one of the trade
    begins: float = 0.35
    ends: float = 0.95


@dataclass(frozen=True, slots=True)
class Trade:
    """A kind of house: what it keeps of whom, who works there, how they work, and which thefts such houses have seen.

    ``headers`` gives the data set's own names of name, id_number, phone and address. ``lifetime``: days that a record
    stays in work, as a parcel does (None: for good). ``month_end``: how much busier the last three working days of a
    month are. ``sources``: where the facts come from, one citation each.
    """

    name: str
    title: str
    organisation: str
    dataset: str
    table: str
    key: str
    key_prefix: str
    headers: tuple[str, str, str, str]
    extras: tuple[Extra, ...]
    branches: tuple[str, ...]
    roles: tuple[Role, ...]
    services: tuple[Service, ...]
    sites: tuple[str, ...]
    chat: str
    mail: str
    disk: str
    record_path: str
    search_path: str
    export_path: str
    crimes: tuple[Crime, ...]
    story: str
    sources: tuple[str, ...]
    clients_per_head: int = 150
    team_size: int = 8
    popularity: float = 1.1  # sigma of the log-normal weight with which a record is dealt with
    lifetime: int | None = None
    month_end: float = 1.3
    account_prefix: str = "u"
    employee_prefix: str = "E"
    device_prefix: str = "PC-"

    def role(self, name: str) -> int:
        """The place of a role."""
        return next(n for n, role in enumerate(self.roles) if role.name == name)

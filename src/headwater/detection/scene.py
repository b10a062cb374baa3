"""What detectors look at: the organisation, and what was read, by sitting and by day.

Each part is worked out when it is first asked for and kept: several detectors need the same. Frames are small next to
the events: one row per sitting or per account and day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd

from headwater.detection import reads
from headwater.detection.evening import BEGINS, CutEngine, as_known
from headwater.detection.organisation import organisation
from headwater.detection.profiles import (
    actors,
    anchors,
    business,
    drawing,
    kin,
    leave,
    ownership,
    presence,
    reasons,
    seats,
    singles,
    uploads,
)
from headwater.detection.profiles.conduct import Conduct, conduct
from headwater.detection.profiles.paths import AGAIN
from headwater.detection.profiles.staff import TABLES
from headwater.detection.profiles.volume import Volume, volume
from headwater.model.organisation import Organisation
from headwater.model.settings import Settings
from headwater.store.engine import Engine
from headwater.store.lake import Lake

ALERTS_PER_10000 = 5.0
"""The promise: how many alerts a day a house of 10,000 staff is willing to look at."""
ALPHA = ALERTS_PER_10000 / 10_000
"""The share of ordinary person-days that may be called unusual."""
DAILY, SLOW, LOOKUP = 0.6 * ALPHA, 0.2 * ALPHA, 0.2 * ALPHA
"""What single days, sums of days and look-ups without a reason may have of it, per person and day."""


@dataclass(frozen=True)
class Scene:
    """The lake of one case, seen through one engine."""

    engine: Engine
    lake: Lake
    settings: Settings
    until: date | None = None
    """The evening up to which the lake is seen; ``None``: all of it, in hindsight."""
    whole: Scene | None = field(default=None, repr=False, compare=False)
    """The scene of which this is an evening: what does not depend on the evening is worked out there, once."""

    def at(self, evening: date) -> Scene:
        """The same lake as it was known on an evening."""
        return Scene(CutEngine(self.engine, evening), self.lake, self.settings, evening, self)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone of the case: hours and days in sentences are local."""
        return ZoneInfo(self.settings.timezone)

    @cached_property
    def listed(self) -> Organisation:
        """The organisation's tables as they are."""
        whole = self.whole.listed if self.whole else organisation(self.lake)
        return as_known(whole, self.until) if self.until else whole

    @cached_property
    def owners(self) -> dict[str, str]:
        """Accounts that the account list gives to the wrong person, or to none: account to habitual user."""
        sittings = self.seats.seated(self._bare_sittings, self.listed)
        if not self.has("relations"):
            return {}
        explained = actors.explained(self.engine, self.listed, sittings)
        made = ownership.corrections(self.listed, sittings, explained)
        rest = [a for a in ownership.doubtful(self.listed, sittings, explained) if a not in made]
        whose = business.whose(self.engine, rest).to_pandas() if rest else pd.DataFrame()
        settled = ownership.at_home(self.listed, sittings, explained) | set(made.values())
        made = {**(ownership.by_business(self.listed, whose, settled) if len(whose) else {}), **made}
        halves = ownership.halves(self.listed, made)
        theirs = business.whose(self.engine, sorted(halves)).to_pandas() if halves else pd.DataFrame()
        return {**made, **ownership.swapped(self.listed, sittings, theirs, halves)}

    @cached_property
    def org(self) -> Organisation:
        """The organisation, with accounts given to the people who habitually use them for their own business."""
        return ownership.corrected(self.listed, self.owners)

    @cached_property
    def seats(self) -> seats.Seats:
        """Which device an address was, and who sits where."""
        return seats.seats(self.engine, self.listed)

    @cached_property
    def sittings(self) -> pd.DataFrame:
        """One row per sitting, in order of time, with its seat, the account's owner and the seat's resident."""
        return self.seats.seated(self._bare_sittings, self.org)

    @cached_property
    def _bare_sittings(self) -> pd.DataFrame:
        frame = self.engine.arrow(reads.by_sitting(self.engine)).to_pandas()
        frame = frame[frame["account"].notna()]
        return frame.sort_values(["first", "account", "place", "sitting"], ignore_index=True)

    @cached_property
    def declared(self) -> pd.DataFrame:
        """Per sitting and person (the owner, the resident of the seat): records read, and how many his business explains."""
        return actors.explained(self.engine, self.org, self.sittings, (AGAIN,))

    @cached_property
    def explained(self) -> pd.DataFrame:
        """As ``declared``, with the further reasons that the house has adopted."""
        more = self.settings.reasons
        return actors.explained(self.engine, self.org, self.sittings, (AGAIN, *more)) if more else self.declared

    @cached_property
    def reasons(self) -> reasons.Reasons | None:
        """What the owners' business leaves over, of all accounts and days; ``None`` where nothing was opened."""
        return reasons.reasons(self.org, self.sittings, self.explained)

    @cached_property
    def looked_up(self) -> pd.DataFrame:
        """Single people searched for and opened without a reason: account, day, dataset, subject, ordinal."""
        known = self.reasons
        if known is None:
            return pd.DataFrame()
        return singles.looked_up(self.engine, self.org, known, self.settings.reasons)

    def seldom_looked_up(self, well_known: int) -> singles.Singles | None:
        """Those of them whom few others look up; ``None`` where there are none."""
        if well_known not in self._singles:
            known = self.reasons
            self._singles[well_known] = singles.singles(self.looked_up, known, well_known) if known else None
        return self._singles[well_known]

    @cached_property
    def _singles(self) -> dict[int, singles.Singles | None]:
        """What is known of :meth:`seldom_looked_up` so far."""
        return {}

    def close_to(self, well_known: int) -> kin.Kin | None:
        """What readers have in common with the people whom they looked up without a reason."""
        if well_known not in self._kin:
            found = self.seldom_looked_up(well_known)
            self._kin[well_known] = kin.kin(self.engine, self.org, found) if found else None
        return self._kin[well_known]

    @cached_property
    def _kin(self) -> dict[int, kin.Kin | None]:
        """What is known of :meth:`close_to` so far."""
        return {}

    @cached_property
    def who(self) -> actors.Who:
        """Who sat there: for every sitting, the odds of each person."""
        return actors.who(self.org, self.sittings, self.declared, self.presence, self.leave, self.volume)

    @cached_property
    def leave(self) -> leave.Leave:
        """Sittings on days of the owner's recorded leave."""
        return leave.leave(self.org, self.sittings)

    @cached_property
    def presence(self) -> presence.Presence:
        """Who left traces at the desks where somebody else's account was used."""
        foreign = actors.foreign(self.org, self.sittings, self.leave)
        return presence.presence(self.engine, self.org, self.seats, self.sittings, foreign)

    @cached_property
    def days(self) -> pd.DataFrame:
        """One row per account and local day."""
        return reads.by_day(self.engine).sort_by([("account", "ascending"), ("day", "ascending")]).to_pandas()

    @cached_property
    def volume(self) -> Volume:
        """How much each account read on each day, against expectation."""
        return volume(self.days, self.org)

    @cached_property
    def conduct(self) -> Conduct | None:
        """How unusual each person's days are, over everything that is logged; ``None`` where nothing is."""
        return conduct(self.engine, self.org, self.seats, tuple(t for t in TABLES if self.has(t)))

    def related(self, dataset: str, employee: str) -> npt.NDArray[np.int64]:
        """The records with which a person has any relation, by their ordinals."""
        rows = self.engine.table("relations")
        rows = rows.filter((rows.dataset == dataset) & (rows.employee == employee) & rows.ordinal.notnull())
        found = self.engine.arrow(rows.select("ordinal").distinct())
        return np.asarray(found["ordinal"].to_numpy(), np.int64)

    def statement_ends(self, dataset: str, account: str) -> npt.NDArray[np.int64]:
        """The first and last records of every set that an account's statements returned."""
        access, returned = self.engine.table("access"), self.engine.table("returned")
        asked = access.filter((access.account == account) & (access.dataset == dataset) & access.returned.notnull())
        sets = returned.semi_join(asked, "returned").group_by("returned")
        found = self.engine.arrow(sets.agg(low=returned.ordinal.min(), high=returned.ordinal.max()))
        return np.unique(np.concatenate([found[c].to_numpy() for c in ("low", "high")]).astype(np.int64))

    def has(self, table: str) -> bool:
        """Whether anything was read into a table of the lake; of an evening, whether anything of it was there by then."""
        if self.until is None:
            return bool(self.lake.files(table))
        if table in BEGINS:
            begun = self.lake.earliest(table, BEGINS[table])
            return begun is not None and begun <= self.until
        return self.lake.holds(table, self.until)

    @cached_property
    def anchors(self) -> pd.DataFrame:
        """Sittings that something else would make worse, with the person thought to have acted."""
        drawn = self.drawn(drawing.PAGE, drawing.HABIT)
        return anchors.anchors(
            self.sittings, self.who, self.volume, self.explained, drawn.odd() if drawn else frozenset()
        )

    def drawn(self, page: int, habit: int) -> drawing.Drawing | None:
        """How unusual each day's lists are; ``None`` where none was drawn."""
        if (page, habit) not in self._drawings:
            made = drawing.drawing(self.engine, self.org, self.days, page, habit)
            self._drawings[page, habit] = made
        return self._drawings[page, habit]

    @cached_property
    def _drawings(self) -> dict[tuple[int, int], drawing.Drawing | None]:
        """What is known of :meth:`drawn` so far."""
        return {}

    @cached_property
    def active_days(self) -> dict[str, frozenset[date]]:
        """On which days each person was at work: read with an own account, or sent something."""
        days: dict[str, set[date]] = defaultdict(set)
        for frame, column in ((self.sittings, "owner"), (self.uploads.by_day, "person")):
            for person, day in zip(frame[column], frame["day"], strict=True):
                if person:
                    days[person].add(day)
        return {person: frozenset(found) for person, found in days.items()}

    @cached_property
    def uploads(self) -> uploads.Uploads:
        """How much each person sends out of the house."""
        return uploads.uploads(self.engine, self.org, self.seats)

    @cached_property
    def datasets(self) -> tuple[str, ...]:
        """The protected data sets that somebody read, in order."""
        read = self.engine.table("access").select("dataset").distinct()
        return tuple(sorted(d for d in self.engine.arrow(read)["dataset"].to_pylist() if d))

    def distinct(self, account: str, days: Iterable[date], seats: Iterable[str] | None = None) -> int:
        """How many distinct people's records an account read on these days (at these places), named rows only."""
        read = reads.records(self.engine)
        read = read.filter((read.account == account) & read.day.isin(sorted(set(days))) & read.exact)
        if seats is not None:
            read = read.filter(read.place.isin(sorted(set(seats))))
        return int(self.engine.arrow(read.agg(n=read.subject.nunique()))["n"][0].as_py())

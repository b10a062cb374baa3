"""The clocks of duties: what people said of a case (when it was known, which places, which facts), and what follows now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from headwater.casework.duties.clocks import Watched, as_entries, watch
from headwater.casework.duties.gathered import home
from headwater.casework.duties.part import duties_part
from headwater.casework.duties.told import Told, parse
from headwater.console.desk.glimpse import for_duties
from headwater.console.here import InCase
from headwater.law.duties.facts import vocabulary
from headwater.law.duties.reading import known_places
from headwater.model.errors import CaseError
from headwater.store.casebook import settings

NAME = "duties"
"""The setting of a case in which this is kept."""
YES, NO = "yes", "no"
EARLIEST = 1970
"""Nobody knew of a leak before this year; a slip of the keys would otherwise be kept, and no clock can show it."""


@dataclass(frozen=True, slots=True)
class Said:
    """What people said of a case. ``facts``: yes or no by fact; ``version``: of the setting, 0 where nothing was said yet."""

    known: datetime | None = None
    places: tuple[str, ...] = ()
    facts: Mapping[str, bool] = field(default_factory=dict)
    version: int = 0
    by: str = ""
    at: datetime | None = None

    def value(self) -> dict[str, Any]:
        """The same as JSON values."""
        known = self.known.isoformat() if self.known else None
        return {"known": known, "places": list(self.places), "facts": dict(self.facts)}

    def told(self) -> Told:
        """The same as a file of facts would say it."""
        return parse(dict(self.facts))


def said(here: InCase) -> Said:
    """What was said of the case so far."""
    with here.reading() as tx:
        found = settings.get(tx, here.case, NAME)
    if found is None:
        return Said()
    told = found.value
    known = datetime.fromisoformat(told["known"]) if told.get("known") else None
    return Said(
        known, tuple(told.get("places") or ()), dict(told.get("facts") or {}), found.version, found.by, found.at
    )


def read(known: str, places: Sequence[str], facts: Sequence[str], zone: ZoneInfo) -> Said:
    """What somebody typed.

    :param known: a time; one without a zone is of the case's
    :param facts: ``NAME=yes`` or ``NAME=no``; others are unknown
    :raises CaseError: for what is no time, no place or no fact
    """
    for name in places:
        if name not in known_places():
            raise CaseError(f"no duties of {name!r} are known; there are {', '.join(known_places())}")
    made: dict[str, bool] = {}
    for each in facts:
        name, _, value = each.partition("=")
        if not each or not value:
            continue
        asked = vocabulary().get(name)
        if asked is None or asked.kind != "flag" or value not in (YES, NO):
            raise CaseError("a fact is written NAME=yes or NAME=no, and is one that a rule asks for")
        made[name] = value == YES
    return Said(moment(known, zone) if known.strip() else None, tuple(dict.fromkeys(places)), made)


def moment(text: str, zone: ZoneInfo) -> datetime:
    """A time that was typed; without a zone it is of the case's.

    :raises CaseError: where it is no time
    """
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise CaseError("a time is written 2026-11-20T09:00, or with its zone 2026-11-20T09:00+08:00") from error
    if found.year < EARLIEST:
        raise CaseError(f"it cannot have been known before {EARLIEST}")
    return found if found.tzinfo else found.replace(tzinfo=zone)


def zone(here: InCase) -> ZoneInfo:
    """The zone of the case."""
    try:
        return ZoneInfo(str((here.desk.part("case") or {}).get("timezone")))
    except (ZoneInfoNotFoundError, ValueError, KeyError):
        return ZoneInfo("UTC")


def running(here: InCase, told: Said) -> Watched | None:
    """The duties with their clocks as of now; ``None`` where nobody said when it was known, or no place has duties.

    A server's clock that was set back since shows the moment at which it was said: the page must stay there to be mended.
    """
    result = for_duties(here.desk)
    if told.known is None or not (told.places or home(str((result["case"] or {}).get("jurisdiction") or ""))):
        return None
    now = max(here.now.astimezone(UTC).replace(microsecond=0), told.known)
    return watch(result, told.told(), told.places, told.known, now)


def weighed(here: InCase, told: Said) -> Mapping[str, Any]:
    """The duties by what the answer shows and people said, in the reader's language: with clocks where any run."""
    watched = running(here, told)
    if watched is not None:
        return as_entries(watched, here.lang)
    result = for_duties(here.desk)
    return duties_part(result, here.lang, result["duties"]["together"], told.told(), told.places)

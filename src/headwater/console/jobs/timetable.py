"""When the evenings of a case are looked at by themselves: daily at a time of the case's zone. Reckoning alone; no clock is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from headwater.console.jobs.chosen import chosen_of
from headwater.model.errors import CaseError
from headwater.store.casebook.settings import Setting

FURTHEST = timedelta(days=400)
"""So far back it is told what was missed."""
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Daily:
    """A case's timetable: the time of day, in which zone, and since when it stands."""

    clock: str
    zone: tzinfo
    since: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """The newest moment that has come, and those before it for which nothing was begun, the oldest first."""

    moment: datetime
    missed: tuple[datetime, ...]


def clock_of(text: str) -> str:
    """A time of day as somebody types it; empty for none.

    :raises CaseError: where it is none

    >>> clock_of(" 22:00 "), clock_of("")
    ('22:00', '')
    """
    told = text.strip()
    if told and not _CLOCK.fullmatch(told):
        raise CaseError("a time of day is written as 22:00, from 00:00 to 23:59")
    return told


def standing(versions: Sequence[Setting], zone: tzinfo) -> Daily | None:
    """The timetable that the versions of a case's settings leave, the oldest first; ``None`` where there is none.

    It stands since somebody chose this time: what came before was nobody's wish.
    """
    clock, since = "", datetime.min.replace(tzinfo=UTC)
    for one in versions:
        told = chosen_of(one.value).watch_at
        if told != clock:
            clock, since = told, one.at
    return Daily(clock, zone, since) if clock else None


def due(daily: Daily, last: datetime | None, now: datetime) -> Due | None:
    """What is to be begun at a moment; ``last`` is the newest one for which something was begun."""
    start = max(daily.since, now - FURTHEST, *([last] if last else []))
    found = list(_moments(daily, start, now))
    return Due(found[-1], tuple(found[:-1])) if found else None


def following(daily: Daily, now: datetime) -> datetime:
    """The next moment after now."""
    return next(_moments(daily, now, now + timedelta(days=3)))


def _moments(daily: Daily, after: datetime, until: datetime) -> Iterator[datetime]:
    """Moments behind one and up to another. A time that a day does not have, where clocks are put forward, is an hour later."""
    day = after.astimezone(daily.zone).date() - timedelta(days=1)
    while day <= until.astimezone(daily.zone).date():
        moment = _on(daily, day)
        if after < moment <= until:
            yield moment
        day += timedelta(days=1)


def _on(daily: Daily, day: date) -> datetime:
    hour, minute = map(int, daily.clock.split(":"))
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=daily.zone).astimezone(UTC)

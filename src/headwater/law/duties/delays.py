"""Time limits of the law, and the moment at which one ends.

Counting is strict on purpose, so that what is shown is never later than the law's own end: hours run from the very moment, through
nights, week-ends and changes of the clock; days end with the last second of the last day by the place's own clock, and no
limit is moved to the next working day. The first day is not counted unless the rule says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

ISO = re.compile(r"P(?:(?P<days>\d{1,4})D)?(?:T(?:(?P<hours>\d{1,4})H)?(?:(?P<minutes>\d{1,4})M)?)?")
LAST = time(23, 59, 59)

Start = Literal["moment", "year end"]


@dataclass(frozen=True, slots=True)
class Delay:
    """How long there is: ``PT72H``, ``P30D``.

    ``start`` is the moment itself or the end of its calendar year. ``first_day``: the day of the moment is day one. ``binding`` is false
    for a guide that the law does not prescribe.
    """

    iso: str
    start: Start = "moment"
    first_day: bool = False
    binding: bool = True

    def __post_init__(self) -> None:
        days, clock = parts(self.iso)
        if days and clock:
            raise ValueError(f"{self.iso}: either days or hours, not both")
        if self.start == "year end" and not days:
            raise ValueError(f"{self.iso}: from the end of a year days are counted")

    def ends(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The last moment at which telling is still in time, by the clock of that zone."""
        if moment.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        days, clock = parts(self.iso)
        if not days:
            return (moment.astimezone(UTC) + clock).astimezone(zone)
        day = moment.astimezone(zone).date()
        if self.start == "year end":
            day = date(day.year, 12, 31)
        counted = days - 1 if self.first_day else days
        return datetime.combine(day + timedelta(days=counted), LAST, zone)


def parts(iso: str) -> tuple[int, timedelta]:
    """Days and hours of an ISO 8601 duration; years and months do not occur.

    >>> parts("P30D"), parts("PT4H")
    ((30, datetime.timedelta(0)), (0, datetime.timedelta(seconds=14400)))
    """
    found = ISO.fullmatch(iso)
    if not found or not any(found.groupdict().values()):
        raise ValueError(f"{iso!r} is no duration in days or hours")
    days, hours, minutes = (int(found[name] or 0) for name in ("days", "hours", "minutes"))
    return days, timedelta(hours=hours, minutes=minutes)

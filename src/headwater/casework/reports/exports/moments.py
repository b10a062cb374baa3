"""Times of a result as other formats write them: milliseconds since 1970, with their zone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from headwater.casework.reports.figures import parsed

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(value: Any, zone: str = "") -> datetime | None:
    """A time of the result; a day alone begins at midnight of the zone. ``None`` where there is none.

    >>> moment("2026-03-04", "Asia/Shanghai").isoformat(), moment("soon")
    ('2026-03-04T00:00:00+08:00', None)
    """
    found = parsed(value) if value else None
    return found.replace(tzinfo=_zone(zone)) if found is not None and found.tzinfo is None else found


def milliseconds(value: Any, zone: str = "") -> int | None:
    """Milliseconds since 1970, ``None`` where no time is told.

    >>> milliseconds("1970-01-01T08:00:01+08:00")
    1000
    """
    found = moment(value, zone)
    return None if found is None else (found - EPOCH) // (EPOCH.resolution * 1000)


def last(result: Mapping[str, Any]) -> datetime:
    """The last moment that findings, incidents, leaks or orders tell of: the same whenever it is asked.

    An export bears no time of its own making, so that the same result gives the same bytes.
    """
    zone = zone_of(result)
    return max(filter(None, (moment(v, zone) for v in _ends(result))), default=EPOCH)


def zone_of(result: Mapping[str, Any]) -> str:
    """The time zone of the case, empty where none is told."""
    return str((result.get("case") or {}).get("timezone") or "")


def _ends(result: Mapping[str, Any]) -> Iterator[Any]:
    for part in ("findings", "incidents"):
        yield from (entry.get("to") for entry in result.get(part) or ())
    for leak in result.get("attribution") or ():
        yield (leak.get("dated") or {}).get("not_before")
        yield from (taker.get("to") for taker in leak.get("takers") or ())
    network = result.get("network") or {}
    yield from (order.get("answered") or order.get("asked") for order in network.get("orders") or ())
    yield from (sale.get("time") for sale in network.get("sales") or ())


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")

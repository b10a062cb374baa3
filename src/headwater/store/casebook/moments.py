"""Times as the casebook writes them: ISO 8601 in UTC to the microsecond, so that their order as text is their order."""

from __future__ import annotations

from datetime import UTC, datetime

from headwater.model.errors import StoreError


def told(moment: datetime) -> str:
    """A time with zone as text.

    :raises StoreError: when it has no zone

    >>> told(datetime(2026, 3, 2, 8, tzinfo=UTC))
    '2026-03-02T08:00:00.000000+00:00'
    """
    if moment.tzinfo is None:
        raise StoreError("a time needs a zone")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def read(text: str) -> datetime:
    """The time that a text tells."""
    return datetime.fromisoformat(text)

"""Times as sources tell them, in one form: UTC to the second."""

from __future__ import annotations

from datetime import UTC, datetime


def moment(told: object) -> str | None:
    """A time in UTC; one without a zone is taken for UTC. ``None`` for what is no time.

    >>> moment("2026-03-01 08:00:00+08:00"), moment(0.5), moment("soon")
    ('2026-03-01T00:00:00Z', '1970-01-01T00:00:00Z', None)
    """
    try:
        if isinstance(told, int | float):
            found = datetime.fromtimestamp(int(told), UTC)
        elif isinstance(told, datetime):
            found = told
        else:
            found = datetime.fromisoformat(str(told))
        found = found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError, OSError):
        return None
    return found.isoformat().replace("+00:00", "Z")

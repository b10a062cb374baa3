"""The clocks of a case: from when to when each source speaks, in which zone, and which of them is off against another."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ibis import _

from headwater.casework.clocks import offsets
from headwater.detection.scene import Scene

TIMED = ("access", "logons", "web", "flows", "files", "mail", "messages", "payments")


def clocks(scene: Scene, timezone: str) -> dict[str, Any]:
    """Sources with their first and last time (UTC), and tables whose clock is off by minutes (positive: it is ahead).

    Costs one pass over the times of the lake. Offsets of phones against each other stand among the result's notes.
    """
    rows: list[dict[str, Any]] = []
    for table in TIMED:
        if scene.has(table):
            told = scene.engine.table(table).group_by("source")
            told = told.agg(events=_.count(), first=_.time.min(), last=_.time.max()).order_by("source")
            rows += [row | {"table": table} for row in scene.engine.arrow(told).to_pylist()]
    return {
        "zone": timezone,
        "sources": [
            {
                "source": row["source"],
                "table": row["table"],
                "events": row["events"],
                "first": _moment(row["first"]),
                "last": _moment(row["last"]),
            }
            for row in rows
        ],
        "offsets": [{"table": table, "minutes": minutes} for table, minutes in offsets(scene)],
    }


def _moment(time: datetime | None) -> str:
    if time is None:
        return ""
    return (time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)).isoformat()

"""The events of a case's answer for monitoring, made from its desk: pseudonyms stand where the answer names staff."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from headwater.casework.reports.exports.ocsf import lines
from headwater.casework.reports.exports.ocsf.event import Event
from headwater.console.desk.desk import Desk

AT_ONCE = 500


def events(desk: Desk) -> Iterator[Event]:
    """Every event of an answer, always in the same order: incidents, findings, then leaks, what was sent, sold, held."""
    read = desk.part("read")
    result = {
        "case": desk.part("case"),
        "answer": desk.part("answer"),
        "limits": desk.part("limits"),
        "read": {**(read if isinstance(read, dict) else {}), "files": list(Rows(desk, "files"))},
        "incidents": Rows(desk, "incidents"),
        "findings": Rows(desk, "findings"),
        "attribution": Rows(desk, "leaks"),
        "holdings": Rows(desk, "holdings"),
        "network": {"orders": Rows(desk, "orders"), "sales": list(Rows(desk, "sales"))},
    }
    yield from lines.events(result, desk.lang, lambda name: desk.one("findings", name))


@dataclass(frozen=True, slots=True)
class Rows:
    """All rows of a table of the desk, whole, as often as they are asked for; some hundreds are held at once."""

    desk: Desk
    table: str

    def __iter__(self) -> Iterator[dict[str, Any]]:
        after = None
        while True:
            found = self.desk.rows(self.table, after=after, limit=AT_ONCE, whole=True)
            yield from found.rows
            if found.next is None:
                return
            after = found.next

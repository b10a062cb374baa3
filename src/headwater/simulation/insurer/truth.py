"""What really happened in a made world: the answers, kept outside the case folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Truth:
    """The truth of a made case, in plain values.

    ``scenarios``: kind, accounts, users (employees), devices, days (dates of the taking), subjects (distinct people
    taken) and seen (those of them whose taking is still in the logs). ``leak``: file, rows, from_accounts, users,
    ours (rows) and not_ours (rows), or ``None``. ``seized_subjects``: distinct clients by holder. ``benign``: kind,
    accounts, users. ``events``: lines by log.
    """

    scenarios: tuple[dict[str, Any], ...]
    leak: dict[str, Any] | None
    seized_subjects: dict[str, int]
    complaints_source: tuple[str, ...]
    benign: tuple[dict[str, Any], ...]
    events: dict[str, int]

    def as_json(self) -> str:
        """The text of ``truth.json``."""
        record = {name: getattr(self, name) for name in self.__slots__}
        return json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True) + "\n"

    def write(self, path: Path) -> None:
        """Write ``truth.json``."""
        path.write_text(self.as_json(), encoding="utf-8")

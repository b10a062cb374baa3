"""Who looked at what of a case: one entry of the log for each address, person and quarter of an hour."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

AGAIN = timedelta(minutes=15)
MOST = 10_000
"""Looks that are remembered; one that is forgotten is written down once more."""


@dataclass
class Looks:
    """What was written down lately. Thread-safe; a restart forgets it, and looks are written down anew."""

    _last: OrderedDict[tuple[str, str], datetime] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def is_new(self, user: str, address: str, now: datetime) -> bool:
        """Whether this look is to be written down; from now on it was.

        >>> looks, noon = Looks(), datetime(2026, 1, 1, 12)
        >>> looks.is_new("U-1", "/cases/a", noon), looks.is_new("U-1", "/cases/a", noon + timedelta(minutes=5))
        (True, False)
        """
        with self._lock:
            last = self._last.get((user, address))
            if last is not None and now - last < AGAIN:
                return False
            self._last[user, address] = now
            self._last.move_to_end((user, address))
            while len(self._last) > MOST:
                self._last.popitem(last=False)
            return True

    def forget(self, user: str, address: str) -> None:
        """Take back that a look was written down, where it could not be."""
        with self._lock:
            self._last.pop((user, address), None)

"""Begins the look at new evenings by itself, where the settings of a case ask for it: once for each time, over restarts and beside
other servers.

For which moments something was begun stands in the jobs themselves, and in a file for when those are forgotten.
"""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path
from typing import Any

from headwater.console.house import House, Served
from headwater.console.jobs.chosen import chosen_of, for_jobs
from headwater.console.jobs.chosen_in_casebook import NAME
from headwater.console.jobs.keeping import read, write
from headwater.console.jobs.timetable import Due, due, standing
from headwater.console.jobs.told import zone_of
from headwater.console.regularly import Regularly
from headwater.model.errors import HeadwaterError, StoreError
from headwater.store.casebook import settings
from headwater.store.casebook.cases import CaseEntry
from headwater.store.casebook.settings import Setting

EVERY = 20.0
"""Seconds between two looks at the clock."""
FILE = "timetable.json"
KIND = "watch"
NOBODY = "-"
"""Stands where a user's id would."""
_log = logging.getLogger(__name__)


class Timekeeper(Regularly):
    """Looks at the clock for the cases of a house."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._file: Path = house.folder / FILE
        super().__init__("timetable", EVERY)

    def once(self, now: datetime) -> list[str]:
        """Begin what is due; gives the ids of jobs that were begun. What cannot be begun now is tried at the next look."""
        begun: list[str] = []
        for served in self.house.cases:
            if served.case_folder is None:
                continue
            try:
                begun += self._look(served, now)
            except (HeadwaterError, OSError, ValueError) as error:
                _log.warning("the timetable of a case cannot be kept now: %s", type(error).__name__)
        return begun

    def _look(self, served: Served, now: datetime) -> list[str]:
        with self.house.book.reading(now) as tx:
            entry = self.house.entry(tx, served)
            versions = settings.history(tx, entry, NAME) if entry else ()
        daily = standing(versions, zone_of(served.out).zone)
        found = due(daily, self._last(served), now) if daily else None
        return self._begin(served, entry, versions[-1], found, now) if entry and found else []

    def _begin(self, served: Served, entry: CaseEntry, setting: Setting, found: Due, now: datetime) -> list[str]:
        """Begin the look of a moment. The job comes first, then the note of it: a server that falls between begins none twice."""
        once = found.moment.isoformat()
        told = {
            "settings": for_jobs(chosen_of(setting.value)),
            "once": once,
            "missed": [moment.isoformat() for moment in found.missed],
        }
        known = {job.id for job in self.house.jobs.jobs(served.slug)}
        with self.house.book.transaction(now) as tx:
            job = self.house.jobs.start(KIND, served, NOBODY, told)
            if job.id not in known:
                tx.log(NOBODY, "job.begun", entry.id, None, {"job": job.id, "kind": KIND, "for": once})
        write(self._file, {**self._noted(), served.slug: once}, surely=True)
        return [job.id] if job.id not in known else []

    def _last(self, served: Served) -> datetime | None:
        """The newest moment for which something was begun."""
        told = [job.parameters.get("once") for job in self.house.jobs.jobs(served.slug) if job.kind == KIND]
        told.append(self._noted().get(served.slug))
        return max((datetime.fromisoformat(moment) for moment in told if moment), default=None)

    def _noted(self) -> dict[str, Any]:
        """What the file says; nothing where it is torn: jobs say it too, as long as they are kept."""
        try:
            return read(self._file) or {}
        except StoreError:
            return {}

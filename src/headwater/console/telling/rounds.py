"""The round that a server makes again and again: look for news, then send what is due. One thread; nothing of it is lost
when the server ends.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from hashlib import file_digest
from pathlib import Path

from headwater.casework import ledgers
from headwater.casework.reports.exports.ocsf.event import Event
from headwater.console.desk.opening import answer_in
from headwater.console.errors import BusyError
from headwater.console.house import House, Served
from headwater.console.jobs.told import zone_of
from headwater.console.regularly import Regularly
from headwater.console.telling import answers, booked, news
from headwater.console.telling.guarding import Reach
from headwater.console.telling.hooks import Message
from headwater.console.telling.outbox import Outbox
from headwater.console.telling.sending import Sender
from headwater.console.triage import raised
from headwater.console.triage.veils import veil_of
from headwater.investigation.answering import RESULT
from headwater.model.errors import HeadwaterError
from headwater.model.words import Lang

EVERY = 15.0
"""Seconds between two rounds."""
FILE = "outbox.sqlite"
Stamp = tuple[int, int, int]
_log = logging.getLogger(__name__)


class Rounds(Regularly):
    """Looks for news of a house's cases, and tells its hooks."""

    def __init__(self, house: House, allowed: Reach) -> None:
        self.house, self.outbox = house, Outbox(house.folder / FILE)
        self.allowed = allowed
        self._sender = Sender(self.outbox, allowed, self._events)
        self._seen: dict[tuple[str, str], Stamp] = {}
        self._digests: dict[Path, tuple[Stamp, str]] = {}
        super().__init__("telling", EVERY)

    def once(self, now: datetime) -> int:
        """One round; gives how many messages were tried."""
        with self.house.book.reading(now) as tx:
            hooks = booked.all_hooks(self.house, tx)
        self.look(self.house.cases, now)
        tried = self._sender.round(hooks, now)
        self.outbox.tidied(now)
        return tried

    def look(self, cases: Iterable[Served], now: datetime) -> None:
        """Enter what is new into the outbox. What cannot be read now is looked at again in the next round."""
        for served in cases:
            for kind, file, made in (
                ("alerts", served.workspace / ledgers.FOLDER / ledgers.SEALED, self._alerts),
                ("answer", served.out / RESULT, self._answer),
            ):
                stamp = _stamp(file)
                if stamp is None or self._seen.get((served.slug, kind)) == stamp:
                    continue
                try:
                    self.outbox.put(made(served, now))
                except (HeadwaterError, OSError) as error:
                    _log.warning("news of a case cannot be read yet: %s", type(error).__name__)
                else:
                    self._seen[served.slug, kind] = stamp

    def _alerts(self, served: Served, now: datetime) -> list[Message]:
        kept = raised.kept(served.workspace)
        if kept is None:
            return []
        file = served.workspace / ledgers.FOLDER / ledgers.SEALED
        veil = veil_of(served.workspace, file.stat().st_mtime)
        veiled = [veil.alert(alert) for alert in kept.ledger.released()]
        return news.of_alerts(served.slug, veiled, self.outbox.told_alerts(served.slug), now, zone_of(served.out).name)

    def _answer(self, served: Served, now: datetime) -> list[Message]:
        return [news.of_answer(served.slug, self._digest(served.out / RESULT), now)]

    def _events(self, case: str, version: str, lang: Lang) -> Iterable[Event] | None:
        """The events of an answer in a language.

        :raises BusyError: while what is shown is still made of an earlier answer
        """
        served = self.house.served(case)
        if served is None or self._digest(served.out / RESULT) != version:
            return None
        desk = self.house.desk(served, lang)
        if desk.version != self._digest(answer_in(served.out, lang)):
            raise BusyError("the answer is still being made ready for the console")
        return answers.events(desk)

    def _digest(self, file: Path) -> str:
        """The SHA-256 of an answer's file; empty where there is none."""
        stamp = _stamp(file)
        if stamp is None:
            return ""
        known = self._digests.get(file)
        if known is None or known[0] != stamp:
            with file.open("rb") as opened:
                known = self._digests[file] = stamp, file_digest(opened, "sha256").hexdigest()
        return known[1]


def _stamp(file: Path) -> Stamp | None:
    try:
        told = file.stat()
    except OSError:
        return None
    return told.st_mtime_ns, told.st_size, told.st_ino

"""What the server does again and again beside its pages, each in a thread of its own."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from datetime import UTC, datetime
from threading import Event, Thread

from headwater.model.failing import way

_log = logging.getLogger(__name__)


class Regularly(ABC):
    """Does something every so many seconds, until it is stopped."""

    def __init__(self, name: str, every: float) -> None:
        self._name, self._every = name, every
        self._end = Event()
        self._thread: Thread | None = None

    @abstractmethod
    def once(self, now: datetime) -> object:
        """Do it once. What is true means that there may be more of it: it is done again without a pause."""

    def start(self) -> None:
        """Begin, in a thread of its own."""
        self._thread = Thread(target=self._run, name=self._name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Do it no more; what is under way may end by itself, or be cut."""
        self._end.set()
        if self._thread is not None:
            self._thread.join(timeout=2)

    def _run(self) -> None:
        while not self._end.is_set():
            more: object = None
            try:
                more = self.once(datetime.now(UTC))
            except Exception as error:  # a time that fails must not be the last
                _log.error("%s failed once: %s", self._name, way(error))
            if not more:
                self._end.wait(self._every)

"""A few connections to a file that is only read, lent to threads one at a time."""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Full, LifoQueue

KEPT = 4


class Pool:
    """Connections to one desk. Closed with the pool, at the latest when nobody holds it any more."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._idle: LifoQueue[sqlite3.Connection] = LifoQueue(KEPT)
        self._end = weakref.finalize(self, _empty, self._idle)

    @contextmanager
    def lent(self) -> Iterator[sqlite3.Connection]:
        """A connection for one question."""
        try:
            db = self._idle.get_nowait()
        except Empty:
            db = _connected(self._file)
        try:
            yield db
        finally:
            self._back(db)

    def _back(self, db: sqlite3.Connection) -> None:
        """Keep a connection for the next one, where there is room; nobody waits for room."""
        try:
            if self._end.alive:
                self._idle.put_nowait(db)
                return
        except Full:
            pass
        db.close()

    def close(self) -> None:
        """Close what is idle; what is lent is closed when it comes back."""
        self._end()


def _connected(file: Path) -> sqlite3.Connection:
    # the file is never changed once it has its name, so nothing need be locked
    db = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
    db.execute("pragma query_only = on")
    db.execute("pragma mmap_size = 268435456")
    return db


def _empty(idle: LifoQueue[sqlite3.Connection]) -> None:
    while True:
        try:
            idle.get_nowait().close()
        except Empty:
            return

"""The market of a case that somebody looks at: from memory, from the file beside the read model, or from the answer's rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from headwater.casework.reports.records import records
from headwater.console.markets.building import market
from headwater.console.markets.kept import kept
from headwater.console.markets.market import Market

if TYPE_CHECKING:
    from headwater.console.desk.desk import Desk

OPEN = 8
"""So many markets stay in memory."""
AT_ONCE = 1000
FOLDER = "desk"
"""Below the workspace, beside the read model: building a newer one clears it."""
_open: dict[str, Market] = {}
_guard = Lock()
_locks: dict[str, Lock] = {}


def market_of(desk: Desk, workspace: Path) -> Market:
    """The market of a desk's answer; columns without people where it has none."""
    with _guard:
        lock = _locks.setdefault(desk.version, Lock())
    with lock:  # whoever asks for the same market waits until it is read; others need not
        found = _open.get(desk.version)
        if found is None:
            found = kept(workspace / FOLDER / f"{desk.version}.market.npz", lambda: _read(desk))
    with _guard:
        _open.pop(desk.version, None)
        _open[desk.version] = found  # the last in line is the last to go
        for old in list(_open)[:-OPEN]:
            del _open[old]
            _locks.pop(old, None)
    return found


def _read(desk: Desk) -> Market:
    return market(_rows(desk, "people"), _rows(desk, "flows"), _rows(desk, "orders"))


def _rows(desk: Desk, table: str) -> Iterator[Mapping[str, Any]]:
    after: str | None = None
    while True:
        found = desk.rows(table, after=after, limit=AT_ONCE, whole=True)
        yield from found.rows
        after = found.next
        if after is None:
            return


def tally_of(desk: Desk, name: str) -> Mapping[str, Any] | None:
    """What the law counts for a person of the market, where it counts anything."""
    return _tallies(desk).get(name)


@lru_cache(maxsize=OPEN)
def _tallies(desk: Desk) -> Mapping[str, Mapping[str, Any]]:
    return {str(entry.get("suspect")): entry for entry in records(desk.part("network.tally"))}

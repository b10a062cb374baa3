"""What a doing leaves behind: its events, what it took, and who it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from headwater.simulation.events import Events, Whole, events

KINDS = ("access", "queries", "web", "logons", "files")


@dataclass(frozen=True, slots=True)
class Relation:
    """Business reasons as columns: employee and client by index, the kind, first and last day (-1 for open)."""

    person: Whole
    client: Whole
    kind: str
    first: Whole
    last: Whole


@dataclass(frozen=True, slots=True)
class Doing:
    """A scenario, or an innocent doing, as it happened. ``traces`` maps a kind of event to its events.

    ``taken`` are clients by ordinal and ``taken_on`` the days of their taking, both in the order of taking;
    ``kept`` says which places of ``taken`` are still with whom.
    """

    kind: str
    accounts: tuple[str, ...]
    users: tuple[str, ...]
    devices: tuple[str, ...] = ()
    traces: Mapping[str, list[Events]] = field(default_factory=dict)
    taken: Whole = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    taken_on: Whole = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    kept: Mapping[int, Whole] = field(default_factory=dict)
    relations: tuple[Relation, ...] = ()


def access(count: int, **columns: object) -> Events:
    """Requests to the client system; ``client`` is an ordinal, -1 where the request names no single record."""
    base: dict[str, object] = {"status": 200, "client": -1, "rows": 1, "bytes": 1_200, "agent": 0, "doing": 0}
    return events(count, **(base | columns))


def queries(count: int, **columns: object) -> Events:
    """Statements of the database; ``first`` and ``last`` are the ordinals that a range or key spans, -1 for none."""
    base: dict[str, object] = {"command": "SELECT", "first": -1, "last": -1, "program": "DBeaver", "doing": 0}
    return events(count, **(base | columns))


def web(count: int, **columns: object) -> Events:
    """Requests to outside sites through the proxy."""
    base: dict[str, object] = {"status": 200, "bytes_out": 700, "bytes_in": 4_000, "took": 120, "doing": 0}
    return events(count, **(base | columns))


def logons(count: int, **columns: object) -> Events:
    """Windows log-ons: ``action`` is logon, logoff or failure, ``kind`` the number of the log-on type."""
    return events(count, **({"kind": 2, "doing": 0} | columns))


def files(count: int, **columns: object) -> Events:
    """File events of the machines: ``action`` is create, read, update or delete."""
    return events(count, **({"action": "create", "bytes": 20_000, "doing": 0} | columns))

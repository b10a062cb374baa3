"""The columns of each kind of event; whatever is not said takes the usual value.

Places, accounts and clients are indices, so that events stay small; text is made when a log is written.
"""

from __future__ import annotations

from headwater.simulation.events import Events, events


def access(count: int, **columns: object) -> Events:
    """Requests to the application: time, account, place, action (lookup, search, export, edit), client (-1: none).

    ``path`` is the text of a request that is not the trade's usual one for its action (empty: the usual one).
    """
    base: dict[str, object] = {
        "action": "lookup", "client": -1, "rows": 1, "status": 200, "bytes": 1_600, "agent": 0, "path": "", "doing": 0,
    }  # fmt: skip
    return events(count, **(base | columns))


def queries(count: int, **columns: object) -> Events:
    """Statements in the database: time, account, place, statement, rows; ``first`` and ``last`` are the ordinals that
    a key or range spans (-1: none)."""
    base: dict[str, object] = {"command": "SELECT", "rows": 0, "first": -1, "last": -1, "program": "psql", "doing": 0}
    return events(count, **(base | columns))


def web(count: int, **columns: object) -> Events:
    """Requests to outside sites through the proxy: time, account, place, host, path, method, bytes_out, bytes_in."""
    base: dict[str, object] = {
        "method": "GET", "path": "/", "status": 200, "bytes_out": 700, "bytes_in": 4_000, "took": 120, "doing": 0,
    }  # fmt: skip
    return events(count, **(base | columns))


def logons(count: int, **columns: object) -> Events:
    """Log-ons at machines: time, account, place (the machine), action (logon, logoff, failure), kind (Windows' type).

    ``origin`` is the place it came from when that is another one, as over the network (-1: the same).
    """
    base: dict[str, object] = {"action": "logon", "kind": 2, "origin": -1, "doing": 0}
    return events(count, **(base | columns))


def files(count: int, **columns: object) -> Events:
    """File events of the machines: time, account, place, path, action (create, read, update, delete), bytes."""
    return events(count, **({"action": "create", "bytes": 20_000, "doing": 0} | columns))


def mail(count: int, **columns: object) -> Events:
    """Envelopes of messages: time, account, sender, recipient, subject, attachments (how many), bytes."""
    return events(count, **({"subject": "", "attachments": 0, "bytes": 4_000, "doing": 0} | columns))

"""Checks an inventory against its contract, key by key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headwater.casework.reports.checks import check_schema, count, listed, maybe, moment, record, text
from headwater.casework.reports.scan_schema import ACCESS, STATUSES, TEXTS, one_of

SCHEMA = "headwater/inventory/1"

CHANGES = ("opened", "new", "grown", "new kinds", "more readers", "moved", "unread", "shrunk", "gone", "closed")

PLACES = ("share", "folder", "archive", "server", "schema")


def check(inventory: Mapping[str, Any]) -> tuple[str, ...]:
    """What is wrong with an inventory, one sentence per place; keys that the contract does not name are allowed."""
    return tuple(INVENTORY(inventory, "inventory"))


RANGE = record({"low": count, "high": count})
KIND = record({"kind": text, "category": text, "group": maybe(text), "found": count})

LOCATION = record(
    {
        **{"id": text, "path": text, "kind": one_of(*PLACES), "depth": count, "parent": maybe(text)},
        **{"holdings": count, "persons": RANGE, "kinds": listed(KIND), "group": maybe(text), "readers": TEXTS},
        **{"open": count, "modified": maybe(moment), "first_seen": maybe(moment), "unknown": count},
    }
)

HOLDING = record(
    {
        **{"id": text, "path": text, "location": text, "format": maybe(text), "status": one_of(*STATUSES)},
        **{"holder": maybe(text), "rows": count, "persons": count, "named": count, "bytes": count},
        **{"group": maybe(text), "weight": text, "kinds": listed(KIND), "access": maybe(ACCESS)},
        **{"tables": listed(record({"name": text, "rows": count, "persons": count, "kinds": TEXTS}))},
        **{"readers": maybe(TEXTS), "sha256": maybe(text), "modified": maybe(moment), "first_seen": moment},
    }
)

CHANGE = record(
    {
        **{"what": one_of(*CHANGES), "id": text, "path": text, "before": count, "after": count},
        **{"detail": TEXTS, "was": maybe(text)},
    }
)

TOTALS = record(
    {
        **{"files": count, "holdings": count, "persons": count, "named": count, "open": count},
        **{"persons_open": RANGE, "unknown": count},
    }
)

INVENTORY = record(
    {
        **{"schema": check_schema(SCHEMA), "version": text, "made": moment, "against": maybe(moment), "paths": TEXTS},
        **{"totals": TOTALS, "locations": listed(LOCATION), "holdings": listed(HOLDING)},
        "unknown": listed(record({"id": text, "path": text, "location": text, "reason": text}, {"code": text})),
        **{"changes": listed(CHANGE), "limits": TEXTS},
    }
)

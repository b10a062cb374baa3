"""An inventory as CSV tables that no spreadsheet program executes: locations, holdings, changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from headwater.casework.reports.csv import table

COLUMNS: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "locations": (
            *("id", "path", "kind", "holdings", "persons_low", "persons_high", "group", "kinds", "readers", "open"),
            *("unknown", "modified", "first_seen"),
        ),
        "holdings": (
            *("id", "path", "location", "format", "holder", "persons", "named", "rows", "bytes", "group", "weight"),
            *("kinds", "owner", "owner_group", "mode", "readers", "modified", "first_seen", "status"),
        ),
        "changes": ("what", "path", "before", "after", "detail", "id", "was"),
    }
)


def tables(inventory: Mapping[str, Any]) -> dict[str, bytes]:
    """The three tables by file name, in UTF-8 with a byte-order mark."""
    rows: Mapping[str, list[Mapping[str, Any]]] = {
        "locations": [_location(row) for row in inventory["locations"]],
        "holdings": [_holding(row) for row in inventory["holdings"]],
        "changes": list(inventory["changes"]),
    }
    return {f"{name}.csv": table(rows[name], columns) for name, columns in COLUMNS.items()}


def _location(row: Mapping[str, Any]) -> dict[str, Any]:
    persons = row["persons"]
    return {**row, "kinds": _kinds(row), "persons_low": persons["low"], "persons_high": persons["high"]}


def _holding(row: Mapping[str, Any]) -> dict[str, Any]:
    access = row["access"] or {}
    named = {"owner": access.get("owner"), "owner_group": access.get("group"), "mode": access.get("mode")}
    return {**row, **named, "kinds": _kinds(row)}


def _kinds(row: Mapping[str, Any]) -> list[str]:
    return [f"{k['kind']}: {k['found']}" for k in row["kinds"]]

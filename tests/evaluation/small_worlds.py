"""Truths and answers small enough to work out by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Json = dict[str, Any]

HOUSE: Json = {"staff": 1000, "from": "2026-03-01", "to": "2026-03-20", "days": 20, "timezone": "Asia/Shanghai"}


def doing(**changes: Any) -> Json:
    """Ten days of bulk reading by E1 through u1: a hundred people in all, ten each day."""
    usual: Json = {
        "id": "D1",
        "kind": "bulk",
        "strength": "strong",
        "concert": None,
        "employees": ["E1"],
        "accounts": ["u1"],
        "owners": ["E1"],
        "devices": [],
        "way_out": "none",
        "destination": "",
        "from": "2026-03-05T09:00:00+08:00",
        "to": "2026-03-14T17:00:00+08:00",
        "subjects": 100,
        "seen": 100,
        "by_day": [[f"2026-03-{day:02}", 10] for day in range(5, 15)],
    }
    return usual | changes


def truth(**changes: Any) -> Json:
    """A world with one doing and nothing else."""
    usual: Json = {
        "schema": "headwater/truth/1",
        "world": "insurer",
        "seed": 7,
        "case": "case",
        "house": HOUSE,
        "doings": [doing()],
        "benign": [],
        "leaks": [],
        "holdings": [],
        "complaints": {"received": 0, "from_theft": 0, "accounts": []},
        "network": None,
    }
    return usual | changes


def finding(first: str, last: str, bits: float, **changes: Any) -> Json:
    """A finding about u1 and E1; days as ``03-05``."""
    usual: Json = {
        "id": f"bulk-read:{first}:{bits}",
        "detector": "bulk-read",
        "accounts": ["u1"],
        "employees": ["E1"],
        "from": f"2026-{first}T10:00:00+08:00",
        "to": f"2026-{last}T16:00:00+08:00",
        "bits": bits,
    }
    return usual | changes


def result(*findings: Json, **changes: Any) -> Json:
    """An answer with these findings and nothing else."""
    usual: Json = {
        "schema": "headwater/result/1",
        "case": {"timezone": "Asia/Shanghai"},
        "findings": list(findings),
        "incidents": [],
        "attribution": [],
        "complaints": {"received": 0, "ours": 0, "common": []},
        "holdings": [],
        "network": {"people": [], "orders": [], "key_players": [], "flows": []},
    }
    return usual | changes


def written(folder: Path, name: str, value: Json) -> Path:
    """The file that holds this object."""
    path = folder / name
    path.write_text(json.dumps(value, ensure_ascii=False), "utf-8")
    return path

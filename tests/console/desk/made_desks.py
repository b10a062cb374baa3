"""Small desks, written as the builder writes them, of rows that a test gives."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from headwater.console.desk.desk import Desk
from headwater.console.desk.layout import TABLES
from headwater.console.desk.writing import Writer


def made_desk(file: Path, rows: Mapping[str, Iterable[Mapping[str, Any]]], **parts: Any) -> Desk:
    """A desk with rows by table, and parts."""
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        writer = Writer(db)
        for name, each in rows.items():
            writer.rows(TABLES[name], each)
        for name, value in parts.items():
            writer.part(name, value)
        writer.end(version="0" * 64, lang="en")
    return Desk(file, lambda pseudonym, sealed: sealed.decode())


def finding(n: int, **more: Any) -> dict[str, Any]:
    """A made finding, the ``n``-th of its kind."""
    return {
        "id": f"bulk-read:U-{n:010x}",
        "detector": ("bulk-read", "outflow", "slow-reading")[n % 3],
        "title": f"U-{n:010x} read {n} records",
        "severity": ("low", "medium", "high", "critical")[n % 4],
        "fact": n % 5 == 0,
        "accounts": [f"U-{n % 7:010x}"],
        "employees": [f"S-{n % 7:010x}"],
        "devices": [],
        "from": f"2026-03-{1 + n % 28:02d}T09:00:00+08:00",
        "to": f"2026-03-{1 + n % 28:02d}T10:00:00+08:00",
        "subjects": n * 37 % 101,
        "bits": None if n % 11 == 0 else float(n * 53 % 97),
        "p_value": None,
        "statements": [{"text": f"第 {n} 条：读取客户资料", "bits": 1.0, "evidence": [{"source": "a.log", "line": n}]}],
        "evidence": [{"source": "a.log", "line": n}],
        "clears": [],
        "techniques": [],
        **more,
    }

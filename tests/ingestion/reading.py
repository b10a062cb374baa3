"""Runs a parser over a text in pieces and puts together what it gave, with every line accounted for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import pyarrow as pa

from headwater.ingestion.parsing import RAW, Context, Lines, Parsed, Parser

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass
class Outcome:
    rows: dict[str, list[dict[str, object]]]
    rejected: list[int]
    passed: int

    def __getitem__(self, kind: str) -> list[dict[str, object]]:
        return self.rows.get(kind, [])

    def only(self, kind: str, *columns: str) -> list[tuple[object, ...]]:
        return [tuple(row[c] for c in columns) for row in self[kind]]


def put_together(parts: Sequence[Parsed]) -> Outcome:
    rows: dict[str, list[dict[str, object]]] = {}
    for part in parts:
        for kind, table in part.rows.items():
            assert table.schema == RAW[kind]
            rows.setdefault(kind, []).extend(table.to_pylist())
    rejected = [bad.line for part in parts for bad in part.rejected]
    assert all(part.passed >= 0 for part in parts)
    return Outcome(
        {kind: sorted(found, key=lambda r: r["line"]) for kind, found in rows.items()},
        sorted(rejected),
        sum(part.passed for part in parts),
    )


def read(parser: type[Parser], text: str | Sequence[str], *, size: int = 10_000) -> Outcome:
    """Read a text, ``size`` lines at a time; every line must be a row, rejected or passed."""
    lines = text.splitlines() if isinstance(text, str) else list(text)
    reader = parser(Context(SHANGHAI))
    parts = [reader.feed(Lines(i + 1, lines[i : i + size])) for i in range(0, len(lines), size)]
    parts.append(reader.finish())
    outcome = put_together(parts)
    given = sum(len(rows) for rows in outcome.rows.values()) + len(outcome.rejected) + outcome.passed
    assert given == len(lines)
    assert len(set(outcome.rejected)) == len(outcome.rejected)
    assert all(1 <= line <= len(lines) for line in outcome.rejected)
    return outcome


def local(text: str) -> datetime:
    """A moment written as clocks in Shanghai show it."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def empty(kind: str) -> pa.Table:
    return RAW[kind].empty_table()

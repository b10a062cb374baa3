"""Rows of the table of holdings, built a column at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa

from headwater.model.tables import SCHEMAS

SCHEMA = SCHEMAS["holdings"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was found: the file, the sheet in it, whose file it is, and in which role it lies there."""

    source: str
    sheet: str
    holder: str | None
    role: str


def holdings(
    place: Place,
    kind: str,
    lines: pa.Array,
    tokens: pa.Array | None,
    confidence: float | pa.Array,
    category: str,
    party: int = 0,
) -> pa.Table:
    """Give one row of the table of holdings for each line; ``tokens`` is ``None`` for what has no form of its own."""
    count = len(lines)
    weights = confidence if isinstance(confidence, pa.Array) else pa.repeat(pa.scalar(float(confidence)), count)
    columns = {
        "source": pa.repeat(pa.scalar(place.source), count),
        "sheet": pa.repeat(pa.scalar(place.sheet), count),
        "line": lines,
        "holder": pa.repeat(pa.scalar(place.holder, pa.string()), count),
        "role": pa.repeat(pa.scalar(place.role), count),
        "kind": pa.repeat(pa.scalar(kind), count),
        "category": pa.repeat(pa.scalar(category), count),
        "token": pa.nulls(count, pa.string()) if tokens is None else tokens,
        "confidence": weights,
        "party": pa.repeat(pa.scalar(party, pa.int8()), count),
    }
    return pa.table(columns, schema=SCHEMA)


def joined(parts: Iterable[pa.Table]) -> pa.Table:
    """Give one table, in the order of the lines; within a line in the order in which things were found."""
    table = pa.concat_tables([SCHEMA.empty_table(), *parts])
    if table.num_rows == 0:
        return table
    order = pa.array(range(table.num_rows), pa.int64())
    return table.append_column("found", order).sort_by([("line", "ascending"), ("found", "ascending")]).drop(["found"])

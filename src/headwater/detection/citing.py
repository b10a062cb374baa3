"""The lines that a finding rests on, taken from the lake when the finding is made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import ibis

from headwater.detection.scene import Scene
from headwater.model.evidence import Citation

LINES = 40
"""So many lines of one kind are cited; the largest first."""


def cited(
    scene: Scene,
    table: str,
    account: str | None,
    days: Sequence[date],
    *,
    largest: str | None = None,
    keep: Any = None,
    limit: int = LINES,
) -> tuple[Citation, ...]:
    """Lines of a table of the lake for an account on some days: the largest by a column, else the earliest."""
    rows = scene.engine.table(table)
    rows = rows.filter(rows.day.isin(sorted(set(days))))
    if account is not None:
        rows = rows.filter(rows.account == account)
    if keep is not None:
        rows = rows.filter(keep(rows))
    order = [ibis.desc(ibis.coalesce(rows[largest], 0))] if largest else []
    top = rows.order_by([*order, rows.time, rows.source, rows.line]).select("source", "line").limit(limit)
    frame = scene.engine.arrow(top).to_pylist()
    return tuple(sorted({Citation(r["source"], r["line"]) for r in frame}))

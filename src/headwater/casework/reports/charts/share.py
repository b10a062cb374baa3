"""A whole divided into parts: what of a leak is ours, and what of that is explained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

WIDTH = 100.0


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the bar, on a scale of 0 to 100."""

    kind: str
    rows: int
    x: float
    width: float


def leak_parts(leak: Mapping[str, Any]) -> tuple[Part, ...]:
    """Explained, unexplained, perhaps ours, not ours and, where the rows say so, not comparable: parts without rows are left out."""
    ours, not_ours = int(leak.get("ours") or 0), int(leak.get("not_ours") or 0)
    perhaps = int(leak.get("perhaps") or 0)
    unexplained = min(int(leak.get("unexplained") or 0), ours)
    rows = max(int(leak.get("rows") or 0), ours + perhaps + not_ours)
    amounts = {
        "explained": ours - unexplained,
        "unexplained": unexplained,
        "perhaps": perhaps,
        "not_ours": not_ours,
        "not_compared": rows - ours - perhaps - not_ours,
    }
    parts, x = [], 0.0
    for kind, amount in amounts.items():
        if amount:
            width = amount / rows * WIDTH
            parts.append(Part(kind, amount, x, width))
            x += width
    return tuple(parts)

"""Sums of money of a tally, kept to their last digit: a fen below a threshold must not be written as the threshold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headwater.casework.reports.json import Exact

MONEY = ("gains", "fine", "profit")
"""Parts of an entry that are sums of money, low and high."""


def exact_money(told: Mapping[str, Any]) -> dict[str, Any]:
    """An entry of a tally whose sums and ratios are written as they are, not to six digits."""
    kept = {key: _exact(told[key]) for key in MONEY if isinstance(told.get(key), Mapping)}
    for side in ("low", "high"):
        if isinstance(told.get(side), Mapping) and "ratio" in told[side]:
            kept[side] = {**told[side], "ratio": Exact(told[side]["ratio"])}
    return {**told, **kept}


def _exact(sums: Mapping[str, Any]) -> dict[str, Any]:
    return {side: Exact(value) for side, value in sums.items()}

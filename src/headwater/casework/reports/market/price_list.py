"""The price list: what each category cost at each tier, month by month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from headwater.casework.reports.market.people import amount
from headwater.casework.reports.records import records

MOST_MONTHS = 12
"""The latest months have a column each; how many more there are is said."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Orders of one month with the lowest, the middle and the highest price."""

    orders: int
    low: float
    median: float
    high: float


@dataclass(frozen=True, slots=True)
class Row:
    """A category at a tier; ``None`` of ``cells`` where nothing was sold in that month."""

    category: str
    tier: int | None
    orders: int
    low: float
    high: float
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class PriceList:
    """Rows by category and tier; ``earlier`` months have no column."""

    months: tuple[str, ...]
    rows: tuple[Row, ...]
    earlier: int


def price_list(network: Mapping[str, Any]) -> PriceList | None:
    """Lay out the prices; ``None`` where none is known."""
    entries = records(network.get("prices"))
    if not entries:
        return None
    every = sorted({str(e.get("month") or "") for e in entries})
    months = every[-MOST_MONTHS:]
    groups: dict[tuple[str, int], list[Mapping[str, Any]]] = {}
    for entry in entries:
        tier = entry.get("tier")
        key = (str(entry.get("category") or ""), tier if isinstance(tier, int) else -1)
        groups.setdefault(key, []).append(entry)
    rows = tuple(_row(category, tier, groups[category, tier], months) for category, tier in sorted(groups))
    return PriceList(tuple(months), rows, len(every) - len(months))


def _row(category: str, tier: int, entries: list[Mapping[str, Any]], months: list[str]) -> Row:
    by_month = {str(e.get("month") or ""): e for e in entries}
    return Row(
        category,
        None if tier < 0 else tier,
        int(sum(amount(e.get("orders")) for e in entries)),
        min(amount(e.get("low")) for e in entries),
        max(amount(e.get("high")) for e in entries),
        tuple(_cell(by_month.get(month)) for month in months),
    )


def _cell(entry: Mapping[str, Any] | None) -> Cell | None:
    if entry is None:
        return None
    low, median, high = (amount(entry.get(key)) for key in ("low", "median", "high"))
    return Cell(int(amount(entry.get("orders"))), low, median, high)

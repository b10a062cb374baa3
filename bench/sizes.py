"""How much data a run of the bench makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Size:
    """A made insurer, and how often each measurement is taken (the cheapest counts)."""

    staff: int
    clients: int
    days: int
    repeat: int


SIZES: Mapping[str, Size] = MappingProxyType(
    {
        "tiny": Size(staff=20, clients=800, days=14, repeat=1),  # for the tests: its ratios say nothing
        "small": Size(staff=40, clients=5_000, days=42, repeat=2),  # about 170,000 events
        "medium": Size(staff=80, clients=20_000, days=60, repeat=2),  # about 500,000
        "large": Size(staff=200, clients=60_000, days=190, repeat=1),  # about 4,000,000
    }
)

"""The grades of a market's people, the gravest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from headwater.casework.reports.market.people import amount
from headwater.casework.reports.records import records

_GRAVITY = {"serious": 1, "especially serious": 2}


def graded(network: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The entries of the market's tally: by the low grade, the high one, and what was received."""
    return sorted(records(network.get("tally")), key=lambda e: (-_grade(e, "low"), -_grade(e, "high"), -_gains(e)))


def gravity(entry: Mapping[str, Any] | None) -> tuple[int, int]:
    """How grave a person's low and high grades are; nothing where there is none."""
    return (_grade(entry, "low"), _grade(entry, "high")) if entry else (0, 0)


def _grade(entry: Mapping[str, Any], side: str) -> int:
    told = entry.get(side)
    return _GRAVITY.get(str(told.get("grade")), 0) if isinstance(told, Mapping) else 0


def _gains(entry: Mapping[str, Any]) -> float:
    told = entry.get("gains")
    return amount(told.get("high")) if isinstance(told, Mapping) else 0.0

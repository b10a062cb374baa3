"""Whom a method blames for a leak."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Blamed:
    """One account: the share of our leaked records that it read, and the probability claimed for its guilt."""

    account: str
    records: int
    share: float
    probability: float

"""Alerts of a case, as a program reads and judges them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Alert:
    """A released alert. Members of staff stand under pseudonyms. ``told`` is all of it, as the console gives it."""

    id: str
    sentence: str
    bits: float
    """The weight of its evidence after the prior; below 0 it is still more likely innocent."""
    raised: date
    released: date | None
    updated: date
    subjects: int
    """People whose records were read."""
    state: str
    """What people made of it; empty where nobody said anything."""
    seen: str
    """What stood when this was read: a verdict that somebody else overtook is refused by it."""
    told: Mapping[str, Any] = field(repr=False)


def alert(told: Mapping[str, Any]) -> Alert:
    """An alert from the card of a page."""
    released = told["released"]
    return Alert(
        str(told["id"]),
        str(told["sentence"]),
        float(told["bits"]),
        date.fromisoformat(told["raised"]),
        date.fromisoformat(released) if released else None,
        date.fromisoformat(told["updated"]),
        int(told["subjects"]),
        str(told["judged"]["state"]),
        str(told["judged"]["seen"]),
        told,
    )

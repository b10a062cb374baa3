"""Who has persons in common with whom: the pairs of a list as a square."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SHOWN = 20
"""Rows and columns of the square."""


@dataclass(frozen=True, slots=True)
class Cell:
    """How many persons two names have in common, and how strong that is beside the strongest pair (0 to 1)."""

    persons: int
    strength: float


@dataclass(frozen=True, slots=True)
class Square:
    """The names with most persons in common, and a row of cells for each; ``hidden`` names have no place in it."""

    names: tuple[str, ...]
    rows: tuple[tuple[Cell | None, ...], ...]
    hidden: int


def square(overlaps: Sequence[Mapping[str, Any]], among: Collection[str] | None = None) -> Square | None:
    """The pairs among some names (all names: ``None``) as a square; ``None`` where nothing is in common."""
    kept = [o for o in overlaps if o["persons"] and (among is None or (o["a"] in among and o["b"] in among))]
    weight: dict[str, int] = {}
    for pair in kept:
        for name in (pair["a"], pair["b"]):
            weight[name] = weight.get(name, 0) + int(pair["persons"])
    if not weight:
        return None
    names = tuple(sorted(sorted(weight, key=lambda n: (-weight[n], n))[:SHOWN]))
    found = {frozenset((o["a"], o["b"])): int(o["persons"]) for o in kept}
    most = max((found.get(frozenset((a, b)), 0) for a in names for b in names if a != b), default=0)
    rows = tuple(tuple(_cell(found.get(frozenset((a, b)), 0), most, a == b) for b in names) for a in names)
    return Square(names, rows, len(weight) - len(names))


def _cell(persons: int, most: int, same: bool) -> Cell | None:
    return None if same or not persons else Cell(persons, round((persons / most) ** 0.5, 3))

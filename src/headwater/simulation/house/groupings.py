"""Columns of the data set with few different values, by which people are counted and chosen: the branch and others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.simulation.events import Column, Whole
from headwater.simulation.house.house import House
from headwater.simulation.trades.trade import Extra

PART = 100_000
"""Clients whose extra columns are drawn at once."""
BRANCH = "branch"
_FEW = 14  # more different values than this and nobody groups by them


@dataclass(frozen=True, slots=True)
class Grouping:
    """A column: its header, its values, and for each value the ordinals of the clients who have it, in order."""

    header: str
    values: tuple[str, ...]
    clients: tuple[NDArray[np.int32], ...]

    def count(self, value: int, there: int) -> int:
        """How many of the first ``there`` clients have a value (its place)."""
        return int(np.searchsorted(self.clients[value], there))


def drawn(house: House, extra: Extra, part: int, count: int) -> Column:
    """The values of an extra column for the first ``count`` clients of a part of the data set."""
    return extra.draw(house.dice(f"extra {extra.header}", part), count)


def groupings(house: House) -> tuple[Grouping, ...]:
    """The columns with few values, the branch first; worked out once for a house."""
    if "groupings" not in house.kept:
        found = [_grouping(BRANCH, house.trade.branches, house.clients.branch)]
        for extra in house.trade.extras:
            values = sorted({str(value) for value in drawn(house, extra, 0, min(400, len(house.clients))).tolist()})
            if len(values) <= _FEW:
                found.append(_grouping(extra.header, tuple(values), _codes(house, extra, values)))
        house.kept["groupings"] = tuple(found)
    kept: tuple[Grouping, ...] = house.kept["groupings"]
    return kept


def _codes(house: House, extra: Extra, values: list[str]) -> Whole:
    place, size = {value: n for n, value in enumerate(values)}, len(house.clients)
    parts = [drawn(house, extra, n, min(PART, size - n * PART)) for n in range(-(-size // PART))]
    return np.array([place.get(value, -1) for part in parts for value in part.tolist()], dtype=np.int64)


def _grouping(header: str, values: tuple[str, ...], code: Whole) -> Grouping:
    return Grouping(header, values, tuple(np.flatnonzero(code == n).astype(np.int32) for n in range(len(values))))

"""Columns of made events: what every generator gives and every log writer takes."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Column = NDArray[Any]
Whole = NDArray[np.int64]

SECOND = 1_000
HOUR = 3_600 * SECOND
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True)
class Events:
    """Events of one kind as equally long columns; ``time`` is in UTC milliseconds.

    ``doing`` is 0 for ordinary life and the 1-based place of the scenario otherwise. It is never written to a log.
    """

    columns: Mapping[str, Column]

    def __len__(self) -> int:
        return len(self.columns["time"])

    def __getitem__(self, name: str) -> Column:
        return self.columns[name]

    def take(self, index: Column) -> Events:
        """The rows at these places, or where this mask is true."""
        return Events({name: column[index] for name, column in self.columns.items()})


def events(count: int, **columns: object) -> Events:
    """Events from columns; a single value is repeated ``count`` times, text is kept as objects."""
    return Events({name: _column(value, count) for name, value in columns.items()})


def in_order(parts: Iterable[Events]) -> Events:
    """All events of the parts, by time; equal times keep the order of the parts."""
    kept = [part for part in parts if len(part)]
    names = kept[0].columns
    whole = Events({name: np.concatenate([part[name] for part in kept]) for name in names})
    return whole.take(np.argsort(whole["time"], kind="stable"))


def dice(seed: int, part: str) -> np.random.Generator:
    """A random source of its own for each part of the world, so that a change in one leaves the others as they were."""
    return np.random.default_rng([seed, zlib.crc32(part.encode())])


def _column(value: object, count: int) -> Column:
    if isinstance(value, np.ndarray):
        return value
    if isinstance(value, list):
        return np.array(value, dtype=object)
    return np.full(count, value, dtype=object if isinstance(value, str) else np.int64)

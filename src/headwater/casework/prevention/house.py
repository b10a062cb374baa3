"""The house as a control meets it: everybody's reading, and who of them nothing is said against."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from headwater.casework.prevention.acts import cells, list_sizes
from headwater.detection.scene import Scene

NOBODYS = ("service", "shared")
"""Kinds of accounts behind which no single person stands."""
Mask = npt.NDArray[np.bool_]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Cost:
    """What a control takes from people whom nothing is said against: acts denied, on how many days, of how many people.

    Where it is an expectation (decoys), it is a fraction.
    """

    acts: float
    persons: float
    days: float


NOTHING = Cost(0, 0, 0)


@dataclass(frozen=True)
class House:
    """The scene of a case, and whom its incidents are about: what others lose by a control is counted without them."""

    scene: Scene
    suspects: frozenset[str] = frozenset()
    """People (or accounts, where the list gives no owner) that an incident or a leak is about."""
    taken: frozenset[tuple[str, date]] = field(default_factory=frozenset, repr=False)
    """Accounts and days of the acts that are replayed."""
    _kept: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def cells(self) -> pd.DataFrame:
        """All acts, by account, day, hour, place, data set and kind, with what the house's tables say of each."""
        frame = cells(self.scene)
        return frame.assign(innocent=self._innocent(frame))

    @cached_property
    def innocent(self) -> pd.DataFrame:
        """Those of people whom nothing is said against, and of service and shared accounts on days that no incident is about."""
        return self.cells[self.cells["innocent"]]

    @cached_property
    def lists(self) -> pd.DataFrame:
        """Lists that innocent people drew: account, day, dataset, rows, acts, person."""
        frame = list_sizes(self.scene)
        told = self.cells.drop_duplicates(["account", "day"])[["account", "day", "person", "innocent"]]
        frame = frame.merge(told, on=["account", "day"], how="left")
        return frame[frame["innocent"].fillna(False).astype(bool)]

    @cached_property
    def person_weeks(self) -> int:
        """In how many weeks each innocent person read anything, added up."""
        return len(self.innocent[["person", "week"]].drop_duplicates())

    def cost(self, denied: Mask) -> Cost:
        """What is denied to innocent people, by a mask over their cells."""
        lost = self.innocent[denied]
        days = lost[["person", "day"]].drop_duplicates()
        return Cost(int(lost["acts"].sum()), int(lost["person"].nunique()), len(days))

    def keep(self, name: str, make: Callable[[], T]) -> T:
        """What several cases ask of the same house, worked out once."""
        if name not in self._kept:
            self._kept[name] = make()
        found: T = self._kept[name]
        return found

    def _innocent(self, frame: pd.DataFrame) -> Mask:
        """An account that is nobody's own is used by others too: it counts but for the days of the case."""
        suspect = frame["person"].isin(self.suspects).to_numpy()
        several = frame["kind"].isin(NOBODYS).to_numpy()
        return np.where(several & suspect, ~self.of_case(frame), ~suspect)

    def of_case(self, frame: pd.DataFrame) -> Mask:
        """Rows of an account and day on which the case read anything."""
        if not self.taken or frame.empty:
            return np.zeros(len(frame), bool)
        pairs = pd.MultiIndex.from_frame(frame[["account", "day"]])
        return np.asarray(pairs.isin(sorted(self.taken)))

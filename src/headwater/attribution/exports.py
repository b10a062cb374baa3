"""What statements and exports gave at once, each as one candidate: who took a whole list took nothing else of that day.

A list that lies whole in a leak says far more than the day on which it was drawn, with all else that was read then. Lists
come from replayed statements. One that was drawn again stands once, with its first and last day.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from ibis import _

from headwater.attribution.compiled import compiled
from headwater.detection.reads import drawn_at_once
from headwater.store.engine import Engine

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

LEAST = 10
"""A statement that gave fewer records is no list."""


def _none() -> Ints:
    return np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class Exports:
    """Lists, and who drew which: list ``i`` holds the records from ``bounds[i]`` to the next, in order; of every drawing the
    ``account``, the ``number`` of the list, and the first and last day (of the histories)."""

    bounds: Ints = field(default_factory=lambda: np.zeros(1, np.int64))
    record: Ints = field(default_factory=_none)
    account: Ints = field(default_factory=_none)
    number: Ints = field(default_factory=_none)
    first: Ints = field(default_factory=_none)
    last: Ints = field(default_factory=_none)

    def __len__(self) -> int:
        """How many drawings there are."""
        return len(self.account)

    def records(self, drawing: int) -> Ints:
        """The records of the list that was drawn."""
        number = self.number[drawing]
        return np.asarray(self.record[self.bounds[number] : self.bounds[number + 1]])

    def by(self, account: int) -> Ints:
        """The drawings of an account."""
        return np.flatnonzero(self.account == account)

    def sums(self, values: Any) -> Floats:
        """Of every drawing the sum of a value of each record in its list."""
        told = np.zeros(len(self.bounds) - 1)
        _sums(self.bounds, self.record, values, told)
        return np.asarray(told[self.number])

    def without(self, account: int) -> Exports:
        """What others drew; accounts after it move up by one."""
        kept = self._drawings(self.account != account)
        return replace(kept, account=kept.account - (kept.account > account))

    def bare(self, records: Ints) -> Exports:
        """The same lists without some records."""
        keep = ~np.isin(self.record, records)
        if keep.all():
            return self
        reached = np.concatenate([[0], np.cumsum(keep)])
        return replace(self, bounds=reached[self.bounds], record=self.record[keep])

    def with_lists(self, account: int, day: int, lists: tuple[Ints, ...]) -> Exports:
        """The same, and lists that an account drew on a day."""
        ends = np.cumsum([len(one) for one in lists]).astype(np.int64) + len(self.record)
        more = np.arange(len(lists)) + len(self.bounds) - 1
        of = (np.full(len(lists), value, np.int64) for value in (account, day, day))
        accounts, first, last = (np.concatenate(x) for x in zip((self.account, self.first, self.last), of, strict=True))
        records = np.concatenate([self.record, *(np.sort(one) for one in lists)])
        return Exports(
            np.concatenate([self.bounds, ends]), records, accounts, np.concatenate([self.number, more]), first, last
        )

    def _drawings(self, which: Bools) -> Exports:
        columns = {name: getattr(self, name)[which] for name in ("account", "number", "first", "last")}
        return replace(self, **columns)


def exports(
    engine: Engine, dataset: str, size: int, most: int, names: tuple[str, ...], first: int, days: int
) -> Exports:
    """All lists of a data set with so many records at most that these accounts drew between two days.

    ``first``: the first day, since 1970; ``days``: how many. Costs a join of lists with who drew them; in memory 4 bytes for each record of
    a list.
    """
    if not names or not engine.holds("returned"):
        return Exports()
    drawn, lists = drawn_at_once(engine, dataset, LEAST, most)
    found = engine.arrow(drawn).to_pandas().sort_values(["returned", "account"], ignore_index=True)
    place = {name: number for number, name in enumerate(names)}
    since, until = (found[c].map(lambda day: day.toordinal() - EPOCH) - first for c in ("first", "last"))
    known = found["account"].isin(place) & (since >= 0) & (until < days)
    found, since, until = found[known], since[known], until[known]
    if found.empty:
        return Exports()
    held = (
        engine.arrow(lists.filter(_.ordinal < size)).to_pandas().sort_values(["returned", "ordinal"], ignore_index=True)
    )
    held = held[held["returned"].isin(found["returned"])]
    codes, sets = held["returned"].factorize()
    number = dict(zip(sets, range(len(sets)), strict=True))
    met = found["returned"].isin(number).to_numpy()
    return Exports(
        np.concatenate([[0], np.cumsum(np.bincount(codes, minlength=len(sets)))]).astype(np.int64),
        held["ordinal"].to_numpy(np.int32),
        found["account"].map(place).to_numpy(np.int64)[met],
        found["returned"][met].map(number).to_numpy(np.int64),
        since.to_numpy(np.int64)[met],
        until.to_numpy(np.int64)[met],
    )


EPOCH = 719_163
"""The proleptic ordinal of 1970-01-01."""


@compiled
def _sums(bounds: Ints, record: Ints, values: Floats, told: Floats) -> None:
    for i in range(len(told)):
        for j in range(bounds[i], bounds[i + 1]):
            told[i] += values[record[j]]

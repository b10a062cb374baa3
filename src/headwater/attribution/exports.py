"""What statements and exports gave at once, each as one candidate: who took a whole list took nothing else of that day.

A list that lies whole in a leak says far more than the day on which it was drawn, with all else that was read then. Lists
come from replayed statements. One that was drawn again stands once, with its first and last day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from ibis import _

from headwater.attribution.ordering import parts
from headwater.attribution.threads import at_once
from headwater.detection.reads import drawn_at_once
from headwater.identifiers.compiled import compiled
from headwater.store.engine import Engine

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

LEAST = 10
"""A statement that gave fewer records is no list."""
EVERYTHING = 0.95
"""What holds more than this share of all records tells nothing about a part of them."""
AT_ONCE = 1 << 21
"""About so many records of lists are weighed at a time."""
MOST = 1 << 27
"""So many records of lists are held at most."""


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

    def sums(self, values: Any, drawings: Ints | None = None) -> Floats:
        """Of every drawing (or of some) the sum of a value of each record in its list."""
        numbers, place = np.arange(len(self.bounds) - 1), self.number
        if drawings is not None:
            numbers, place = np.unique(self.number[drawings], return_inverse=True)
        told = np.zeros(len(numbers))
        at_once(
            lambda low, high: _sums(self.bounds, self.record, values, numbers, low, high, told), parts(len(numbers))
        )
        return np.asarray(told[place])

    def portions(self, drawings: Sequence[int]) -> Iterator[list[int]]:
        """Some drawings, so many at a time that their lists together are not much longer than :data:`AT_ONCE`."""
        some, held = list[int](), 0
        for drawing in drawings:
            some.append(drawing)
            held += int(self.bounds[self.number[drawing] + 1] - self.bounds[self.number[drawing]])
            if held >= AT_ONCE:
                yield some
                some, held = [], 0
        if some:
            yield some

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


def exports(engine: Engine, dataset: str, size: int, names: Mapping[str, int], first: date, last: date) -> Exports:
    """All lists of a data set that these accounts (with their numbers) drew between two days.

    Lists with nearly all records tell nothing. Costs a join of lists with who drew them, and a sort; in memory 8 bytes for
    each record of a list while they are fetched, 4 after. Of more than :data:`MOST` records the shortest lists are left out.
    """
    if not names or not engine.holds("returned"):
        return Exports()
    drawn, lists = drawn_at_once(engine, dataset, LEAST, int(EVERYTHING * size), first, last)
    found = engine.arrow(drawn).to_pandas()
    found = found[found["account"].isin(list(names))].sort_values(["returned", "account"], ignore_index=True)
    sizes = found.drop_duplicates("returned").sort_values(["size", "returned"], ascending=[False, True])
    told = sizes.loc[sizes["size"].cumsum() <= MOST, "returned"].sort_values().tolist()
    if not told:
        return Exports()
    codes = engine.memory(
        f"lists_of_{dataset}", pa.table({"known": told, "number": np.arange(len(told), dtype=np.int32)})
    )
    held = lists.filter(_.ordinal < size).join(codes, _.returned == codes.known)
    held = held.select("number", ordinal=_.ordinal.cast("int32")).distinct().order_by("number", "ordinal")
    rows = engine.arrow(held)
    numbers = rows["number"].to_numpy()
    place = {name: number for number, name in enumerate(told)}
    found = found[found["returned"].isin(place)]
    since, until = (found[c].map(lambda day: (day - first).days).to_numpy(np.int64) for c in ("first", "last"))
    return Exports(
        np.searchsorted(numbers, np.arange(len(told) + 1)).astype(np.int64),
        rows["ordinal"].to_numpy(),
        found["account"].map(names).to_numpy(np.int64),
        found["returned"].map(place).to_numpy(np.int64),
        since,
        until,
    )


@compiled
def _sums(bounds: Ints, record: Ints, values: Floats, numbers: Ints, low: int, high: int, told: Floats) -> None:
    for i in range(low, high):
        for j in range(bounds[numbers[i]], bounds[numbers[i] + 1]):
            told[i] += values[record[j]]

"""What all scanned files hold together, as arrays: rows numbered through, each find with its kind, category and fingerprint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from headwater.scanning.linking import ID, LESSER, NAME, PAPER, Linked, linked
from headwater.scanning.numbering import distinct, ends_of
from headwater.scanning.persons import role_of

Ints = npt.NDArray[np.signedinteger[Any]]
Marks = npt.NDArray[np.uint64]
_NOBODY = -1
_NARROW = 1 << 31  # rows up to which four bytes number them
_FEWEST = 20  # rows that hold something: two notes with one address in them are no copies of each other


@dataclass(frozen=True, slots=True)
class Source:
    """One scanned file: the place of its finds, its kinds by their numbers there, how many rows it has and
    how many finds, and whose it is.

    ``dataset`` names a protected data set that was scanned to be compared with; its persons are no find.
    """

    path: str
    finds: Path
    kinds: tuple[str, ...]
    rows: int
    count: int
    holder: str | None = None
    dataset: str | None = None


@dataclass(frozen=True, slots=True)
class Everything:
    """Every find of every file, in the order of their rows; ``first`` is the first row of each file, and the count of rows at its end."""

    sources: tuple[Source, ...]
    kinds: tuple[str, ...]
    first: Ints = field(repr=False)
    row: Ints = field(repr=False)
    kind: npt.NDArray[np.int16] = field(repr=False)
    mark: Marks = field(repr=False)
    party: npt.NDArray[np.uint8] | None = field(default=None, repr=False)

    @property
    def parties(self) -> int:
        """How many parties rows speak of at most."""
        return 1 if self.party is None else int(self.party.max(initial=0)) + 1

    @property
    def place(self) -> Ints:
        """Of each find its row and party together: in what order they stand, and no two alike."""
        if self.party is None or self.parties == 1:
            return self.row
        return self.row.astype(np.int64) * self.parties + self.party

    def source_of(self, row: Ints) -> Ints:
        """The place of the file of each of some rows, which are in their order."""
        return np.repeat(np.arange(len(self.sources)), np.diff(ends_of(row, self.first)))

    def chosen(self, files: Ints) -> npt.NDArray[np.bool_] | slice:
        """Which finds are those of some files (by their places); a slice where they are all."""
        if len(files) == len(self.sources):
            return slice(None)
        is_one = np.zeros(len(self.sources), np.bool_)
        is_one[files] = True
        return np.repeat(is_one, [source.count for source in self.sources])

    def row_marks(self) -> list[str]:
        """For each file a mark of what its rows hold, in whatever order and form they stand; empty where that is little."""
        formed = self.mark != 0
        row, mark = self.row[formed], self.mark[formed]
        spread = (mark ^ (mark >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
        first = np.flatnonzero(np.concatenate(([True], row[1:] != row[:-1]))) if len(row) else np.zeros(0, np.int64)
        of_row = np.add.reduceat(spread, first) if len(row) else spread
        of_row = (of_row ^ (of_row >> np.uint64(31))) * np.uint64(0x94D049BB133111EB)
        ends = ends_of(row[first], self.first) if len(row) else np.zeros(len(self.first), np.int64)
        return [f"{of_row[a:b].sum():016x}-{b - a}" if b - a >= _FEWEST else "" for a, b in pairwise(ends.tolist())]

    def naming(self) -> Ints:
        """The places (rows, and parties in them) in which a name or an identity stands, sorted."""
        is_naming = np.array([_is_naming(role_of(kind)) for kind in self.kinds] or [False], np.bool_)[self.kind]
        return distinct(self.place[is_naming & (self.mark != 0)])

    def persons(self) -> Linked:
        """Tell the persons apart, each once over all files."""
        role = np.array([_NOBODY if (r := role_of(k)) is None else r for k in self.kinds] or [_NOBODY], np.int8)[
            self.kind
        ]
        told = (role >= 0) & (self.mark != 0)
        found = linked(self.place[told], role[told], self.mark[told])
        return found if self.parties == 1 else replace(found, row=found.row // self.parties, place=found.row)


def _is_naming(role: int | None) -> bool:
    return role is not None and (role in (ID, NAME) or PAPER <= role < LESSER)


def everything(sources: Sequence[Source]) -> Everything:
    """Read the finds of all files; memory: some twenty bytes a find."""
    kinds = sorted({kind for source in sources for kind in source.kinds})
    number = {kind: place for place, kind in enumerate(kinds)}
    first = np.concatenate(([0], np.cumsum([source.rows for source in sources]))).astype(np.int64)
    count = sum(source.count for source in sources)
    row: Ints = np.empty(count, np.int32) if first[-1] < _NARROW else np.empty(count, np.int64)
    kind, mark = np.empty(count, np.int16), np.empty(count, np.uint64)
    party = np.zeros(count, np.uint8)
    at = 0
    for source, start in zip(sources, first, strict=False):
        of_file = np.array([number[name] for name in source.kinds] or [0], np.int16)
        with pa.memory_map(str(source.finds)) as file, pa.ipc.open_file(file) as reader:
            for batch in map(reader.get_batch, range(reader.num_record_batches)):
                end = at + batch.num_rows
                np.add(batch["row"].to_numpy(), start, out=row[at:end], casting="same_kind")
                np.take(of_file, batch["kind"].to_numpy(), out=kind[at:end])
                mark[at:end] = batch["mark"].to_numpy()
                if "party" in batch.schema.names:  # finds of an earlier version have none
                    party[at:end] = batch["party"].to_numpy()
                at = end
    return Everything(tuple(sources), tuple(kinds), first, row, kind, mark, party)

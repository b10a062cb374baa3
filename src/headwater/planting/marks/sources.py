"""Exports that can be marked: read in batches of texts, and written again with some cells exchanged, all else as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
import pyarrow as pa

from headwater.exhibits.member import Member, plain
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import Exhibit


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of a batch: new texts by column (null: as it was), and which rows are written in which order."""

    texts: dict[int, pa.Array] = field(repr=False)
    order: np.ndarray | None = field(default=None, repr=False)


Edit = Callable[[int, pa.Table], Change]
"""Given the number of a batch's first row and the batch, says what is to be changed."""


class Source(Protocol):
    """One export. ``columns`` are the header's names; rows that cannot be read are copied as they are, and counted."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, or their numbers."""

    @property
    def movable(self) -> bool:
        """Whether rows can be left out or put in another order."""

    @property
    def encoding(self) -> str:
        """The encoding of the texts, by Python's name: a form that it cannot write is no form here."""

    @property
    def fixed(self) -> frozenset[int]:
        """Columns (by place) whose cells are no texts and cannot be exchanged."""

    def batches(self) -> Iterator[pa.Table]:
        """The rows, some at a time, all cells texts, empty ones null; the columns are called "0", "1" and so on."""

    def write(self, out: Path, edit: Edit) -> int:
        """Write the export with its changes to a new file, and give how many rows were written."""


def as_table(arrays: list[pa.Array]) -> pa.Table:
    """A batch, its columns by their place."""
    return pa.table(arrays, names=[str(place) for place in range(len(arrays))])


def member_of(file: Path) -> Member:
    """A file as the readers of exhibits take it.

    :raises UnreadableError: where there is no such file
    """
    if not file.is_file():
        raise UnreadableError("does not exist, or is no file", str(file))
    return plain(Exhibit(str(file), file, "", None, file.stat().st_size))

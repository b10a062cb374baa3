"""A snapshot of a protected data set: its rows, its key, and from when to when each version held."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from headwater.model.settings import Dataset


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The rows of a protected data set, as text or typed, in the order of the file.

    With ``valid_from`` or ``valid_to`` it is a history: a version holds from the first day to the day before the
    second. A record's ordinal is the place of its key in the order of first appearance; rows without a key have none.
    """

    dataset: Dataset
    table: pa.Table
    key: str
    valid_from: str | None = None
    valid_to: str | None = None

    @property
    def is_history(self) -> bool:
        """Whether the snapshot says when its versions held."""
        return self.valid_from is not None or self.valid_to is not None

    def keys(self) -> pa.Array:
        """The distinct keys as text; a key's place is its ordinal."""
        return pc.unique(self.key_column()).drop_null()

    def ordinals(self) -> pa.Array:
        """The ordinal of each row; null where the key is empty."""
        return pc.index_in(self.key_column(), value_set=self.keys()).cast(pa.int64())

    def key_column(self) -> pa.Array:
        """The key of each row as text; an empty cell is null."""
        return text_column(self.table.column(self.key))


def text_column(column: pa.ChunkedArray) -> pa.Array:
    """A column as text, with empty cells as nulls."""
    text = (
        pa.concat_arrays([c.cast(pa.string()) for c in column.chunks])
        if column.num_chunks
        else pa.array([], pa.string())
    )
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)

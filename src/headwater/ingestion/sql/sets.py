"""Sets of records that statements gave: each stored once, known by a digest of what is in it."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b

import numpy as np
import pyarrow as pa

from headwater.ingestion.sql.sandbox import Whole
from headwater.model.tables import SCHEMAS

ID_BYTES = 16


def set_id(dataset: str, ordinals: Whole) -> str:
    """The id of a set: the same for the same records under any key and in any run."""
    state = blake2b(dataset.encode() + b"\x00", digest_size=ID_BYTES)
    state.update(np.ascontiguousarray(ordinals, dtype="<i8").tobytes())
    return state.hexdigest()


class Sets:
    """Gathers the sets of a batch and remembers which were given out before."""

    def __init__(self, subjects: Mapping[str, pa.Array]) -> None:
        self._subjects = subjects
        self.given: set[str] = set()
        self._waiting: dict[str, tuple[str, Whole]] = {}

    def add(self, dataset: str, ordinals: Whole) -> str:
        """Keep a set for the next batch unless it was given out; gives its id."""
        found = set_id(dataset, ordinals)
        if found not in self.given:
            self._waiting[found] = (dataset, ordinals)
        return found

    def take(self, wanted: set[str]) -> pa.Table:
        """The rows of those waiting sets that are wanted, in the order of their ids; the others are dropped."""
        chosen = sorted(wanted & self._waiting.keys())
        tables = [self._rows(i, *self._waiting.pop(i)) for i in chosen]
        self.given.update(chosen)
        self._waiting.clear()
        return pa.concat_tables(tables) if tables else SCHEMAS["returned"].empty_table()

    def _rows(self, name: str, dataset: str, ordinals: Whole) -> pa.Table:
        n = len(ordinals)
        return pa.table(
            {
                "returned": pa.repeat(pa.scalar(name), n),
                "dataset": pa.repeat(pa.scalar(dataset), n),
                "subject": self._subjects[dataset].take(pa.array(ordinals)),
                "ordinal": pa.array(ordinals),
            },
            schema=SCHEMAS["returned"],
        )

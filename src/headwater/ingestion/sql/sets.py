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


KEPT = 4_000_000
"""Ordinals that are held for statements that come again in another file: 32 MB."""
_SMALLEST = 50  # what a set costs beside its ordinals, counted in these


class Sets:
    """Gathers the sets of a batch, remembers which were given out before, and keeps some for the next file."""

    def __init__(self, subjects: Mapping[str, pa.Array]) -> None:
        self._subjects = subjects
        self.given: set[str] = set()
        self._held: dict[str, tuple[str, Whole]] = {}

    def add(self, dataset: str, ordinals: Whole) -> str:
        """Keep a set for the next batch; gives its id."""
        found = set_id(dataset, ordinals)
        self._held.setdefault(found, (dataset, ordinals))
        return found

    def knows(self, name: str) -> bool:
        """Whether a set was given out or can still be."""
        return name in self.given or name in self._held

    def take(self, wanted: set[str]) -> pa.Table:
        """The rows of those held sets that are wanted and were not given out, in the order of their ids."""
        chosen = sorted((wanted & self._held.keys()) - self.given)
        tables = [self._rows(i, *self._held[i]) for i in chosen]
        self.given.update(chosen)
        self._drop(wanted)
        return pa.concat_tables(tables) if tables else SCHEMAS["returned"].empty_table()

    def _drop(self, wanted: set[str]) -> None:
        """Hold no more than a bound, of the sets that were wanted last."""
        left = KEPT
        kept: dict[str, tuple[str, Whole]] = {}
        for name in sorted(self._held, key=lambda each: each not in wanted):  # stable: the others as they came
            size = len(self._held[name][1]) + _SMALLEST
            if size <= left:
                left -= size
                kept[name] = self._held[name]
        self._held = kept

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

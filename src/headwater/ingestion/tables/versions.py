"""The records of a data set and their versions: which row is which record, and from when to when it held."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Numbers = np.ndarray[tuple[int], np.dtype[np.int64]]
_NEVER = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True)
class Versions:
    """For each row: the place of its record in the order of first appearance, its version, and its days."""

    ordinal: pa.Array
    version: pa.Array
    valid_from: pa.Array
    valid_to: pa.Array


def versions_of(keys: pa.Array, valid_from: pa.Array, valid_to: pa.Array) -> Versions:
    """Number the records and their versions.

    Versions follow each other by ``valid_from`` (unknown first), then by their order in the file. A version without
    an end holds until the next one begins.
    """
    ordinal = pc.dictionary_encode(keys).indices.to_numpy().astype(np.int64)
    starts = _day_numbers(valid_from)
    order = np.lexsort((np.arange(len(ordinal)), starts, ordinal))
    version, after = _within(ordinal, order)
    ends = _ends(valid_to, valid_from, after)
    return Versions(pa.array(ordinal), pa.array(version), valid_from, ends)


def _day_numbers(days: pa.Array) -> Numbers:
    numbers: Numbers = pc.fill_null(days.cast(pa.int32()).cast(pa.int64()), _NEVER).to_numpy()
    return numbers


def _within(ordinal: Numbers, order: Numbers) -> tuple[Numbers, Numbers]:
    """The version of each row, and the row of its next version (-1 if it is the last)."""
    sorted_ordinal = ordinal[order]
    new = np.concatenate(([True], sorted_ordinal[1:] != sorted_ordinal[:-1]))[: len(order)]
    first = np.maximum.accumulate(np.where(new, np.arange(len(order)), 0))
    version = np.empty(len(order), np.int64)
    version[order] = np.arange(len(order)) - first
    after = np.full(len(order), -1, np.int64)
    same = np.flatnonzero(~new[1:])
    after[order[same]] = order[same + 1]
    return version, after


def _ends(valid_to: pa.Array, valid_from: pa.Array, after: Numbers) -> pa.Array:
    following = valid_from.take(pa.array(after, mask=after < 0))
    return pc.coalesce(valid_to, following)

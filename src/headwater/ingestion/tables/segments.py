"""Segments: records alike in product, branch and the like, so that chance can be reckoned among their like."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from headwater.store.tokens import Tokeniser

_FEWEST, _MOST = 2, 50
_SHARE = 0.01
_MOST_SEGMENTS = 200
_DIGITS = 12
_SEPARATOR = "\x1f"


def segments(dataset: str, count: int, columns: Mapping[str, pa.Array], tokeniser: Tokeniser) -> pa.Array:
    """Give each of ``count`` rows a short keyed digest of its values in columns with few distinct values.

    Such a column has 2 to 50 values, fewer than one per cent of its rows. Columns are taken from the coarsest on, as
    long as there are no more than 200 segments in all; without any such column all rows are of one segment.
    """
    joined: pa.Array | None = None
    for cells in _coarse(columns):
        finer = cells if joined is None else pc.binary_join_element_wise(joined, cells, _SEPARATOR)
        if pc.count_distinct(finer).as_py() <= _MOST_SEGMENTS:
            joined = finer
    if joined is None:
        return pa.nulls(count, pa.string())
    return pc.utf8_slice_codeunits(tokeniser.tokens(f"segment:{dataset}", joined), 0, _DIGITS)


def _coarse(columns: Mapping[str, pa.Array]) -> list[pa.Array]:
    counted = [(pc.count_distinct(cells, mode="only_valid").as_py(), name) for name, cells in columns.items()]
    chosen = [
        (distinct, name)
        for distinct, name in counted
        if _FEWEST <= distinct <= _MOST and distinct < _SHARE * len(columns[name])
    ]
    return [pc.fill_null(columns[name], "") for _, name in sorted(chosen)]

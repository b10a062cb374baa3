"""Lines as an Arrow column, and several lines joined into one record, without a loop over lines."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Flags = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]


def texts(lines: Sequence[str]) -> pa.StringArray:
    """The lines as a column of strings; what no UTF-8 can hold (a lone surrogate) becomes a question mark."""
    try:
        return pa.array(lines, pa.string())
    except UnicodeEncodeError:
        return pa.array([line.encode("utf-8", "replace").decode("utf-8") for line in lines], pa.string())


def joined(lines: pa.StringArray, starts: Flags) -> tuple[pa.StringArray, Counts, Counts]:
    """Records of one or more lines: ``starts`` marks the first line of each, the first line of all must be one.

    Gives the text of each record (its lines with line feeds between), the index of its first line, and how many lines
    it has.
    """
    first = np.flatnonzero(starts)
    bounds = np.append(first, len(lines)).astype(np.int32)
    lists = pa.ListArray.from_arrays(pa.array(bounds), lines)
    return pc.binary_join(lists, "\n"), first.astype(np.int64), np.diff(bounds).astype(np.int64)


def flags(column: pa.BooleanArray) -> Flags:
    """A column of truths as NumPy has it; null is false."""
    plain: Flags = pc.fill_null(column, False).to_numpy(zero_copy_only=False)
    return plain

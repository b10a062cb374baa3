"""How much of large files is looked at where all of it would tell no more."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FITTED = 200_000
"""Pairs that the fit of weights looks at; where there are more, every so many-th row of the files that have most."""


def cut(sizes: npt.NDArray[np.int64], most: int) -> int:
    """The size to which larger files are cut so that all together have so many pairs, which is fewer than they have.

    >>> cut(np.array([10, 500, 500]), 210)
    100
    """
    ordered = np.sort(sizes)
    rest = most - np.concatenate([[0], np.cumsum(ordered)[:-1]])
    each = rest / np.arange(len(ordered), 0, -1)
    return max(1, int(each[np.argmax(each < ordered)]))

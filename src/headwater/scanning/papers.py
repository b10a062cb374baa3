"""An identity number and another paper in one row are the papers of one subject: the paper then stands for the number.

A row has one subject unless it holds two of one kind. A paper that stands beside different identity numbers is each of theirs
in their rows, and by itself in others.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from headwater.scanning.numbering import Marks

Ints = npt.NDArray[np.signedinteger[Any]]
Roles = npt.NDArray[np.int8]


def stand_for_one(first: Ints, role: Roles, mark: Marks, *, identity: int, paper: int) -> tuple[Roles, Marks]:
    """Give roles and marks with every paper of a kind made an identity: that of the number beside it, or its own.

    ``first`` has the place where each row begins, and the end of the last.
    """
    places = np.flatnonzero(role == paper)
    if not len(places):
        return role, mark
    numbers, ids = _single(first, mark, role == identity)
    owners, papers = _single(first, mark, role == paper)
    paired, one, other = np.intersect1d(owners, numbers, assume_unique=True, return_indices=True)
    pairs = np.unique(np.column_stack([papers[one], ids[other]]), axis=0)
    known, place, count = np.unique(pairs[:, 0], return_index=True, return_counts=True)
    role, mark = role.copy(), mark.copy()
    row = np.searchsorted(first, places, side="right") - 1
    elsewhere = _looked_up(mark[places], known[count == 1], pairs[place[count == 1], 1], mark[places])
    role[places] = identity
    mark[places] = _looked_up(row, paired, ids[other], elsewhere)
    return role, mark


def _looked_up(wanted: Ints | Marks, known: Ints | Marks, values: Marks, otherwise: Marks) -> Marks:
    """The value of each that is known (sorted, each once), and else what it is otherwise."""
    if not len(known):
        return otherwise
    at = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return np.where(known[at] == wanted, values[at], otherwise)


def _single(first: Ints, mark: Marks, chosen: npt.NDArray[np.bool_]) -> tuple[Ints, Marks]:
    """The rows that have one different mark among the chosen, and that mark."""
    places = np.flatnonzero(chosen)
    row = np.searchsorted(first, places, side="right") - 1
    begin = np.flatnonzero(np.concatenate(([True], row[1:] != row[:-1]))) if len(row) else np.zeros(0, np.int64)
    marks = mark[places]
    if not len(begin):
        return np.zeros(0, np.int64), marks
    least, most = np.minimum.reduceat(marks, begin), np.maximum.reduceat(marks, begin)
    alone = least == most
    return row[begin][alone], least[alone]

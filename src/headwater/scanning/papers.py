"""An identity number and a passport in one row are the papers of one subject: the passport then stands for the number.

A row has one subject unless it holds two of one kind. A passport that stands beside two identity numbers stays itself.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from headwater.scanning.numbering import Marks

Ints = npt.NDArray[np.int64]
Roles = npt.NDArray[np.int8]


def stand_for_one(first: Ints, role: Roles, mark: Marks, *, identity: int, passport: int) -> tuple[Roles, Marks]:
    """Give roles and marks with every passport made an identity: that of the number beside it, or its own.

    ``first`` has the place where each row begins, and the end of the last.
    """
    is_passport = role == passport
    if not is_passport.any():
        return role, mark
    numbers, ids = _single(first, mark, role == identity)
    passports, papers = _single(first, mark, is_passport)
    _, one, other = np.intersect1d(passports, numbers, assume_unique=True, return_indices=True)
    pairs = np.unique(np.column_stack([papers[one], ids[other]]), axis=0)
    known, place, count = np.unique(pairs[:, 0], return_index=True, return_counts=True)
    known, stands_for = known[count == 1], pairs[place[count == 1], 1]
    role, mark = role.copy(), mark.copy()
    role[is_passport] = identity
    if len(known):
        own = mark[is_passport]
        at = np.minimum(np.searchsorted(known, own), len(known) - 1)
        mark[is_passport] = np.where(known[at] == own, stands_for[at], own)
    return role, mark


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

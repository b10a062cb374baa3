"""Which files hold the same persons, and what that makes them of each other: duplicates, parts, sorted or reformatted copies, mergers.

Files are compared by their persons, not by their bytes: a part that was sorted, renamed and saved as a workbook is still a part.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array

from headwater.scanning.numbering import distinct

Ints = npt.NDArray[np.signedinteger[Any]]
FEWEST = 20
"""Files with fewer persons than this are no part of anything: a handful meets by chance."""
MOST = 0.95
"""The share of a file's persons that must stand in another before it is told as a part of it."""
_ORDER = (
    "part",
    "sorted",
    "reformatted",
)  # of several files that hold all of one, that is its origin which it is most like
_TRIED = 8
_WIDELY = 200  # a person in more files than this joins none of them


@dataclass(frozen=True, slots=True)
class Overlap:
    """So many persons stand in both of two files (or groups of files), given by their places, ``a`` before ``b``."""

    a: int
    b: int
    persons: int


@dataclass(frozen=True, slots=True)
class Kin:
    """What a file is of another: ``part``, ``sorted``, ``reformatted`` or ``merged``; ``shared`` persons, ``share`` of the file's."""

    file: int
    of: int
    how: str
    shared: int
    share: float


@dataclass(frozen=True, slots=True)
class Roll:
    """The persons of one file in the order of their first appearance, and what the file looks like: format, columns' kinds."""

    persons: Ints
    layout: tuple[str, ...]


def overlaps(group: Ints, person: Ints, groups: int) -> tuple[Overlap, ...]:
    """Count the persons that two groups have in common, for every pair that has any; ``group`` and ``person`` are as long."""
    if not len(group):
        return ()
    who, of = np.divmod(
        distinct(person.astype(np.int64) * groups + group), groups
    )  # sorting pairs as such takes fifty times as long
    counts = np.bincount(who)
    kept = (counts[who] > 1) & (counts[who] <= _WIDELY)
    if not kept.any():
        return ()
    table = coo_array((np.ones(int(kept.sum()), np.int64), (of[kept], who[kept])), (groups, int(who.max()) + 1)).tocsr()
    common = (table @ table.T).tocoo()
    a, b = common.coords
    upper = a < b
    found = sorted(zip(a[upper].tolist(), b[upper].tolist(), common.data[upper].tolist(), strict=True))
    return tuple(Overlap(*each) for each in found)


def kinship(rolls: Sequence[Roll], common: Sequence[Overlap], same: Sequence[Sequence[int]] = ()) -> tuple[Kin, ...]:
    """Tell for each file what it is of another one.

    ``common`` are the overlaps of the same files; ``same`` are groups of files with the same bytes, of which the first stands for all.
    """
    copies = {file for group in same for file in group[1:]}
    common = [each for each in common if each.a not in copies and each.b not in copies]
    shared: dict[int, list[tuple[int, int]]] = {}
    for each in common:
        shared.setdefault(each.a, []).append((each.b, each.persons))
        shared.setdefault(each.b, []).append((each.a, each.persons))
    made = []
    for file in sorted(shared):
        size = len(rolls[file].persons)
        if size < FEWEST:
            continue
        whole = [(other, n) for other, n in shared[file] if n >= MOST * size and _contains(rolls, other, file)]
        if whole:
            smallest = sorted(whole, key=lambda pair: (len(rolls[pair[0]].persons), pair[0]))[:_TRIED]
            of, count = min(smallest, key=lambda pair: _ORDER.index(_how(rolls[file], rolls[pair[0]])))
            made.append(Kin(file, of, _how(rolls[file], rolls[of]), count, count / size))
        else:
            made += _merged(file, size, shared[file], rolls)
    merged = {
        (kin.of, kin.file) for kin in made if kin.how == "merged"
    }  # what a file was put together from is no part of it
    return tuple(kin for kin in made if (kin.file, kin.of) not in merged)


def _contains(rolls: Sequence[Roll], other: int, file: int) -> bool:
    """Whether the other file is the larger; of two with the same persons the first is taken for the origin."""
    return (len(rolls[other].persons), -other) > (len(rolls[file].persons), -file)


def _how(roll: Roll, whole: Roll) -> str:
    place = {int(person): number for number, person in enumerate(whole.persons)}
    order = np.array([place[int(p)] for p in roll.persons if int(p) in place])
    if roll.layout != whole.layout:
        return "reformatted"
    return "part" if (np.diff(order) > 0).all() else "sorted"


def _merged(file: int, size: int, shared: Sequence[tuple[int, int]], rolls: Sequence[Roll]) -> list[Kin]:
    """A file whose persons are those of several smaller ones put together, not all of which look as it does.

    Smaller files that look alike may as well be cut from it: then they are told as its parts, and it as nothing of them.
    """
    parts = sorted(
        (other, n) for other, n in shared if n >= MOST * len(rolls[other].persons) >= MOST * FEWEST and n < MOST * size
    )
    if all(rolls[other].layout == rolls[file].layout for other, _ in parts):
        return []
    covered = {int(p) for other, _ in parts for p in rolls[other].persons} & {int(p) for p in rolls[file].persons}
    if len(parts) < 2 or len(covered) < MOST * size:
        return []
    return [Kin(file, other, "merged", n, n / size) for other, n in parts]


def alike(marks: Mapping[int, str]) -> tuple[tuple[int, ...], ...]:
    """Groups of two files or more that have the same mark (a digest of their bytes or of their rows), each in order."""
    groups: dict[str, list[int]] = {}
    for file, mark in sorted(marks.items()):
        groups.setdefault(mark, []).append(file)
    return tuple(tuple(group) for group in groups.values() if len(group) > 1)

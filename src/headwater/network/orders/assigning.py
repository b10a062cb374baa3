"""The best way to pair one to one, and how sure each pair is: a minimum-cost assignment, component by component.

Confidence is the share of the weight that the near-best assignments give to a pair: against each rival of the same left or
right side, and against belonging to nothing that was seen (which weighs one: zero bits).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

Ints = npt.NDArray[np.int64]
Bits = npt.NDArray[np.float64]
LARGE = 400
"""Components with more items than this on a side are paired greedily, best first."""


@dataclass(frozen=True, slots=True, eq=False)
class Assigned:
    """Which of the pairs were chosen, and the confidence of every pair."""

    chosen: npt.NDArray[np.bool_]
    confidence: Bits


def assign(pairs: pd.DataFrame, bits: Bits) -> Assigned:
    """Choose pairs (``left``, ``right``) of most bits in all, each side at most once; pairs without positive bits never."""
    useful = np.flatnonzero(bits > 0)
    chosen = np.zeros(len(pairs), bool)
    left, lefts = _numbered(pairs["left"].to_numpy()[useful])
    right, rights = _numbered(pairs["right"].to_numpy()[useful])
    if len(useful):
        chosen[useful] = _best(left, right, lefts, rights, bits[useful])
    return Assigned(chosen, confidence(pairs, bits))


def confidence(pairs: pd.DataFrame, bits: Bits) -> Bits:
    """How sure each pair is, against its rivals and against none of them."""
    weight = np.exp2(np.clip(bits, -40, 40))
    left, lefts = _numbered(pairs["left"].to_numpy())
    right, rights = _numbered(pairs["right"].to_numpy())
    by_left = np.bincount(left, weight, lefts)[left] if len(pairs) else weight
    by_right = np.bincount(right, weight, rights)[right] if len(pairs) else weight
    made: Bits = weight / (by_left + by_right - weight + 1.0)
    return made


def _numbered(values: Ints) -> tuple[Ints, int]:
    distinct, places = np.unique(values, return_inverse=True)
    return places.astype(np.int64), len(distinct)


def _best(left: Ints, right: Ints, lefts: int, rights: int, bits: Bits) -> npt.NDArray[np.bool_]:
    graph = coo_matrix((np.ones(len(left)), (left, right + lefts)), shape=(lefts + rights, lefts + rights))
    _count, label = connected_components(graph, directed=False)
    component = label[left]
    sizes = np.bincount(component)
    chosen: npt.NDArray[np.bool_] = sizes[component] == 1
    rest = np.flatnonzero(~chosen)
    for places in _groups(rest, component[rest]):
        chosen[places] = _assigned(left[places], right[places], bits[places])
    return chosen


def _groups(places: Ints, labels: Ints) -> list[Ints]:
    order = np.argsort(labels, kind="stable")
    cuts = np.flatnonzero(np.diff(labels[order])) + 1
    return np.split(places[order], cuts) if len(places) else []


def _assigned(left: Ints, right: Ints, bits: Bits) -> npt.NDArray[np.bool_]:
    """The assignment of one component; which of two equal ones is settled by the order of the pairs."""
    l_place, lefts = _numbered(left)
    r_place, rights = _numbered(right)
    if max(lefts, rights) > LARGE:
        return _greedy(l_place, r_place, bits)
    cost = np.zeros((lefts, rights))
    np.minimum.at(cost, (l_place, r_place), -bits)
    rows, columns = linear_sum_assignment(cost)
    taken = np.full(lefts, -1)
    taken[rows] = columns
    fits = (taken[l_place] == r_place) & (-cost[l_place, r_place] == bits)
    first = ~pd.Series(l_place[fits]).duplicated().to_numpy()
    made = np.zeros(len(left), bool)
    made[np.flatnonzero(fits)[first]] = True
    return made


def _greedy(left: Ints, right: Ints, bits: Bits) -> npt.NDArray[np.bool_]:
    used_left, used_right = set(), set()
    made = np.zeros(len(left), bool)
    for place in np.lexsort((right, left, -bits)).tolist():
        one, other = int(left[place]), int(right[place])
        if one not in used_left and other not in used_right:
            made[place] = True
            used_left.add(one)
            used_right.add(other)
    return made

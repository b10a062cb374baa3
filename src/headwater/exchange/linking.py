"""Which identifiers of a list are one person's: those that stand in one row, and in rows that share one of them.

A number that stands beside several people (a family's telephone, an agent's mail) joins nobody; a row that names several
people joins nothing; a chain that would make one person of two identity numbers is cut. All by arrays.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from headwater.exchange.reading import KINDS

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
_ID, _NAMED = KINDS.index("resident_id"), KINDS.index("name_birth")


def persons(row: Ints, held: Ints, kinds: Ints, rows: int) -> Ints:
    """Number the person of each identifier, from 0 in the order of the identifiers.

    :param row: the rows (0-based), and ``held`` the identifier in each, pair by pair, every pair once
    :param kinds: the kind of each identifier
    :param rows: how many rows there are
    """
    count = len(kinds)
    if not count:
        return np.empty(0, np.int64)
    is_id, ids_in = kinds == _ID, np.zeros(rows, np.int64)
    np.add.at(ids_in, row[is_id[held]], 1)
    single = ids_in <= 1
    joins = ~is_shared(row, held, kinds, rows) | is_id
    kept = joins[held] & single[row]
    component = _components(row[kept], held[kept], count, rows)
    crowded = np.bincount(component[is_id], minlength=component.max() + 1) > 1
    if crowded.any():
        kept &= ~(crowded[component[held]] & (ids_in[row] == 0) & ~_first(row))
        component = _components(row[kept], held[kept], count, rows)
    return _numbered(_settled(component, row, held, kept, kinds, rows))


def is_shared(row: Ints, held: Ints, kinds: Ints, rows: int) -> Flags:
    """Tell for each identifier whether it stands beside two identity numbers, or two people by name and birth."""
    shared = np.zeros(len(kinds), bool)
    for kind in (_ID, _NAMED):
        beside = np.full(rows, -1, np.int64)
        here = kinds[held] == kind
        beside[row[here]] = held[here]
        known = beside[row] >= 0
        lowest = np.full(len(kinds), np.iinfo(np.int64).max)
        highest = np.full(len(kinds), -1, np.int64)
        np.minimum.at(lowest, held[known], beside[row[known]])
        np.maximum.at(highest, held[known], beside[row[known]])
        shared |= (highest >= 0) & (lowest != highest) & (kinds != kind)
    return shared


def _components(row: Ints, held: Ints, count: int, rows: int) -> Ints:
    """Components of the graph of identifiers and rows; the first ``count`` numbers are the identifiers'."""
    size = count + rows
    graph = coo_array((np.ones(len(row), np.int8), (held, count + row)), shape=(size, size))
    return np.asarray(connected_components(graph, directed=False)[1][:count], np.int64)


def _first(row: Ints) -> Flags:
    """Tell for each pair whether it is the first of its row."""
    first = np.zeros(len(row), bool)
    first[np.unique(row, return_index=True)[1]] = True
    return first


def _settled(component: Ints, row: Ints, held: Ints, kept: Flags, kinds: Ints, rows: int) -> Ints:
    """Give an identifier that nothing joined to a person who is named beside it, so that nobody counts twice."""
    loose = kinds != _ID
    loose[held[kept]] = False
    owner = np.full(rows, -1, np.int64)
    for kind in (_NAMED, _ID):
        named = np.flatnonzero(kinds[held] == kind)[::-1]
        owner[row[named]] = component[held[named]]
    beside = np.flatnonzero(loose[held] & (owner[row] >= 0))[::-1]
    settled = component.copy()
    settled[held[beside]] = owner[row[beside]]
    return settled


def _numbered(component: Ints) -> Ints:
    _, first, inverse = np.unique(component, return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[inverse]

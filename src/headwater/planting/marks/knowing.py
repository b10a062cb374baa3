"""Leaked rows known again: which record of a marked export a row is, by whatever cells it still has.

No key column is needed. Cells are compared by keyed tokens of their stable form. First it is told which column of the leak
is which of the export: the one whose values meet with the most surprise. Then each row is given to the record that shares a value nobody
else has (or a pair of values), and kept if all that agrees and disagrees speaks for it (Fellegi and Sunter, *A theory for
record linkage*, 1969). A wrong record costs evidence and can accuse nobody.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from headwater.planting.marks.layout import NONE, Tokens

_AGREES = 0.9
_SURE = np.log(10.0)
_MOST_PAIRS = 28
_MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Known:
    """``rows`` of the leak and the ``records`` they are; ``columns`` says which leaked column is which of the export."""

    rows: np.ndarray = field(repr=False)
    records: np.ndarray = field(repr=False)
    columns: dict[int, int]


def know(leak: np.ndarray, records: np.ndarray) -> Known:
    """Find the records (columns × records, tokens) that rows of a leak (columns × rows, tokens) are."""
    count = leak.shape[1]
    columns = _aligned(leak, records)
    if not columns or not count:
        return Known(np.zeros(0, np.int64), np.zeros(0, np.int64), {})
    pairs = list(columns.items())
    found = [_alone(records[ours], leak[theirs]) for theirs, ours in pairs]
    chosen = _voted(found)
    for (a, ours_a), (b, ours_b) in list(combinations(pairs, 2))[:_MOST_PAIRS]:
        open_rows = np.flatnonzero((chosen < 0) & (leak[a] != NONE) & (leak[b] != NONE))
        if len(open_rows):
            joined = _mixed(records[ours_a], records[ours_b])
            chosen[open_rows] = _alone(joined, _mixed(leak[a][open_rows], leak[b][open_rows]))
    rows = np.flatnonzero(chosen >= 0)
    weight = np.zeros(len(rows))
    for theirs, ours in pairs:
        weight += _weight(leak[theirs][rows], records[ours], chosen[rows])
    rows = rows[weight - np.log(records.shape[1]) > _SURE]
    return Known(rows, chosen[rows], columns)


def _aligned(leak: np.ndarray, records: np.ndarray) -> dict[int, int]:
    """For each leaked column the column of the export that it meets with the most surprise, if any."""
    surprise = np.zeros((len(leak), len(records)))
    for ours, column in enumerate(records):
        values, counts = np.unique(column[column != NONE], return_counts=True)
        if not len(values):
            continue
        for theirs, cells in enumerate(leak):
            place = np.minimum(np.searchsorted(values, cells), len(values) - 1)
            hits = (values[place] == cells) & (cells != NONE)
            distinct = np.unique(place[hits])
            surprise[theirs, ours] = np.log(len(column) / counts[distinct]).sum()
    best = surprise.argmax(axis=1)
    return {theirs: int(ours) for theirs, ours in enumerate(best) if surprise[theirs, ours] > 0}


def _alone(values: Tokens, cells: Tokens) -> np.ndarray:
    """The only record that has each value, or -1."""
    order = np.argsort(values, kind="stable")
    ranked = values[order]
    left, right = np.searchsorted(ranked, cells, "left"), np.searchsorted(ranked, cells, "right")
    single = (right - left == 1) & (cells != NONE)
    return np.where(single, order[np.minimum(left, len(order) - 1)], -1)


def _mixed(a: Tokens, b: Tokens) -> Tokens:
    return np.asarray((a * _MIX) ^ ((b + _MIX) * np.uint64(0xC2B2AE3D27D4EB4F)))


def _voted(found: list[np.ndarray]) -> np.ndarray:
    """The record that most columns of a row speak for; the first of equals."""
    best, most = found[0].copy(), np.zeros(len(found[0]), np.int64)
    for each in found:
        votes = np.zeros(len(each), np.int64)
        for other in found:
            votes += (other == each) & (each >= 0)
        better = votes > most
        best, most = np.where(better, each, best), np.where(better, votes, most)
    return best


def _weight(cells: Tokens, column: Tokens, chosen: np.ndarray) -> np.ndarray:
    """What a column says about each row being the record chosen, in nats; an empty cell says nothing."""
    values, counts = np.unique(column, return_counts=True)
    size = len(column)
    pairs = float((counts * (counts - 1.0)).sum())
    by_chance = (1 + pairs) / (size * (size + 1.0))
    ours = column[chosen]
    common = (counts[np.searchsorted(values, ours)] - 1) / size
    agrees = np.log(_AGREES / np.minimum(common + by_chance, _AGREES))
    differs = np.log((1 - _AGREES) / (1 - min(by_chance, 0.5)))
    said = np.where(cells == ours, agrees, differs)
    return np.where((cells == NONE) | (ours == NONE), 0.0, said)

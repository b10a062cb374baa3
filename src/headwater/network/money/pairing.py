"""Pairs of rows that tell of the same thing: equal keys, times near each other, each row in one pair at most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from headwater.network.frames import NONE, Ints

_ROUNDS = 40
"""Rows that are pushed aside look for the next nearest so often; a queue of equal keys longer than this stays in part unpaired."""


Column: TypeAlias = npt.NDArray[Any] | pd.Categorical


@dataclass(frozen=True, slots=True)
class Span:
    """How far in time the second row may lie from the first (microseconds), and where it is expected."""

    before: int
    after: int
    expected: int = 0


def same_codes(first: Sequence[Column], second: Sequence[Column]) -> tuple[Ints, Ints]:
    """Numbers for the combinations of values in two tables, equal where the values are. Columns of texts should be categories."""
    count = len(first[0])
    found = np.zeros(count + len(second[0]), dtype=np.int64)
    for one, other in zip(first, second, strict=True):
        place = _places(one, other)
        found = pd.factorize(found * (int(place.max(initial=0)) + 1) + place)[0]
    return found[:count].astype(np.int64), found[count:].astype(np.int64)


def _places(one: Column, other: Column) -> Ints:
    """The place of each value among the distinct ones of both columns."""
    if isinstance(one, pd.Categorical) and isinstance(other, pd.Categorical):
        place, _ = pd.factorize(np.concatenate([np.asarray(c.categories, dtype=object) for c in (one, other)]))
        ends = np.append(place, -1)
        left, right = ends[: len(one.categories)], ends[len(one.categories) :]
        return np.concatenate([np.append(left, -1)[one.codes], right[other.codes]]).astype(np.int64) + 1
    return np.asarray(pd.factorize(np.concatenate([np.asarray(one), np.asarray(other)]))[0], dtype=np.int64)


def nearest_pairs(keys: tuple[Ints, Ints], times: tuple[Ints, Ints], span: Span) -> tuple[Ints, Ints]:
    """Pair rows of two tables one to one, each with the nearest in time that is free.

    Negative keys pair with nothing. Of two that want the same row the nearer has it, at equal distance the earlier one.
    Returns the places in the first and in the second table.
    """
    left, right = _free(keys[0]), _free(keys[1])
    done: list[tuple[Ints, Ints]] = []
    for _ in range(_ROUNDS):
        if not len(left) or not len(right):
            break
        one, other = _round((keys[0][left], times[0][left]), (keys[1][right], times[1][right]), span)
        if not len(one):
            break
        done.append((left[one], right[other]))
        left, right = np.delete(left, one), np.delete(right, other)
    if not done:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    firsts, seconds = (np.concatenate(parts) for parts in zip(*done, strict=True))
    order = np.argsort(firsts, kind="stable")
    return firsts[order], seconds[order]


def _free(key: Ints) -> Ints:
    return np.flatnonzero(key >= 0).astype(np.int64)


def _round(left: tuple[Ints, Ints], right: tuple[Ints, Ints], span: Span) -> tuple[Ints, Ints]:
    """Pairs in which both are the nearest of the other's suitors."""
    order = np.lexsort((right[1], right[0]))
    key, time = right[0][order], right[1][order]
    wanted, distance = _nearest(left, key, time, span)
    asks = np.flatnonzero(wanted >= 0)
    if not len(asks):
        return asks, asks
    chosen, far = wanted[asks], distance[asks]
    best = np.lexsort((asks, left[1][asks], far, chosen))
    first = np.ones(len(best), dtype=bool)
    first[1:] = chosen[best][1:] != chosen[best][:-1]
    taken = best[first]
    return asks[taken], order[chosen[taken]]


def _nearest(left: tuple[Ints, Ints], key: Ints, time: Ints, span: Span) -> tuple[Ints, Ints]:
    """For each row the place of the nearest among sorted ones of its key, and how far it is from where it is expected."""
    goal = left[1] + span.expected
    at = _search(left[0], goal, key, time)
    wanted = np.full(len(goal), NONE, dtype=np.int64)
    distance = np.full(len(goal), np.iinfo(np.int64).max, dtype=np.int64)
    for step in (-1, 0):
        place = at + step
        inside = np.flatnonzero((place >= 0) & (place < len(key)))
        inside = inside[key[place[inside]] == left[0][inside]]
        gap = time[place[inside]] - left[1][inside]
        inside, gap = inside[_within(gap, span)], gap[_within(gap, span)]
        far = np.abs(gap - span.expected)
        nearer = far < distance[inside]
        wanted[inside[nearer]], distance[inside[nearer]] = place[inside[nearer]], far[nearer]
    return wanted, distance


def _within(gap: Ints, span: Span) -> npt.NDArray[np.bool_]:
    return np.asarray((gap >= -span.before) & (gap <= span.after))


def _search(key: Ints, time: Ints, among: Ints, times: Ints) -> Ints:
    """Where each key and time would be put among rows sorted by both."""
    whole_key, whole_time = np.concatenate([among, key]), np.concatenate([times, time])
    new = np.concatenate([np.ones(len(among), np.int8), np.zeros(len(key), np.int8)])
    order = np.lexsort((new, whole_time, whole_key))
    seen = np.cumsum(new[order])
    found = np.empty(len(order), dtype=np.int64)
    found[order] = seen
    return found[len(among) :]

"""Hits and expectations in every window of days of every account, and the cheap score of each: compiled loops.

Readings come in order of account, record, day. A window's count of distinct records is what was read on its days, less
what of it is there for the second time: a reading whose record was read ``gap`` days before is counted twice in the
windows of more than ``gap`` days that begin by then. So each reading is looked at once, whatever windows there are.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from headwater.identifiers.compiled import compiled

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@compiled
def _again(twice: Floats, lengths: Ints, before: int, day: int, weight: float) -> None:
    """Take a reading off the windows that hold the reading before it of the same record."""
    for j in range(len(lengths)):
        if day - before < lengths[j]:
            twice[j, max(day - lengths[j] + 1, 0)] += weight
            twice[j, before + 1] -= weight


@compiled
def _slid(daily: Floats, twice: Floats, lengths: Ints, into: Floats) -> None:
    """The sum of every window: ``into`` by length and first day, from sums by day."""
    width = len(daily)
    for j in range(len(lengths)):
        length, running, again = lengths[j], 0.0, 0.0
        for day in range(min(length, width)):
            running += daily[day]
        for start in range(width):
            again += twice[j, start]
            into[j, start] = running - again
            running -= daily[start]
            if start + length < width:
                running += daily[start + length]


@compiled
def sums(bounds: Ints, record: Ints, day: Ints, weight: Floats, lengths: Ints, into: Floats) -> None:
    """Fill ``into`` (account, length, first day) with the sum of weights of the distinct records read in each window.

    ``bounds``: where each account's readings begin. A reading without weight is none.
    """
    width = into.shape[2]
    daily, twice = np.empty(width), np.empty((len(lengths), width))
    for account in range(len(bounds) - 1):
        daily[:], twice[:] = 0.0, 0.0
        last, before = -1, 0
        for i in range(bounds[account], bounds[account + 1]):
            if weight[i] != 0.0:
                daily[day[i]] += weight[i]
                if record[i] == last:
                    _again(twice, lengths, before, day[i], weight[i])
                last, before = record[i], day[i]
        _slid(daily, twice, lengths, into[account])


@compiled
def expectations(
    bounds: Ints, record: Ints, day: Ints, mine: Bools, rate: Floats, lengths: Ints, low: int, high: int, into: Floats
) -> None:
    """How many hits chance lets expect in every window of the accounts from ``low`` to ``high``.

    ``rate``: of every record, its chance to leak. ``mine``: of every reading, whether it is of its account's main segment.
    ``into``: by account, segment (main, other), length and first day.
    """
    width = into.shape[3]
    daily, twice = np.empty((2, width)), np.empty((2, len(lengths), width))
    for account in range(low, high):
        daily[:], twice[:] = 0.0, 0.0
        read, before = -1, 0
        for i in range(bounds[account], bounds[account + 1]):
            r, d, other, weight = record[i], day[i], 1 - mine[i], rate[record[i]]
            daily[other, d] += weight
            if r == read:
                _again(twice[other], lengths, before, d, weight)
            read, before = r, d
        _slid(daily[0], twice[0], lengths, into[account, 0])
        _slid(daily[1], twice[1], lengths, into[account, 1])


@compiled
def excess(hits: float, expected: float, total: float) -> float:
    """The one-sided log likelihood ratio (nats) of hits against what chance lets expect; 0 where there are no more.

    Poisson; with ``total``, of which the hits are a part, binomial (0 where there is none).
    """
    if hits <= expected or hits <= 0.0:
        return 0.0
    e = max(expected, 1e-9)
    if total <= 0.0:
        return hits * math.log(hits / e) - (hits - e)
    e = min(e, total * (1 - 1e-9))
    told = hits * math.log(hits / e)
    rest = total - hits
    if rest > 0.0:
        told += rest * math.log(rest / (total - e))
    return told


@compiled
def at_most(hits: float, expected: float, total: float) -> float:
    """A number that :func:`excess` does not exceed, without a logarithm: a relative entropy is no more than the chi-square."""
    if hits <= expected or hits <= 0.0:
        return 0.0
    e = max(expected, 1e-9)
    if total > 0.0:
        e = min(e, total * (1 - 1e-9))
    more = (hits - e) * (hits - e)
    return more / e + (more / (total - e) if total > 0.0 else 0.0)


@compiled
def _hits(
    record: Ints,
    day: Ints,
    mine: Bools,
    leaked: Bools,
    first: Floats,
    last: Floats,
    lengths: Ints,
    daily: Floats,
    twice: Floats,
) -> None:
    """Count an account's hits by day, and those that windows hold twice; in its main segment and in others."""
    read, before = -1, 0
    if len(first) == 0:  # hardly a branch to guess wrong: half of the time is spent here
        for i in range(len(record)):
            r, d, hit, other = record[i], day[i], leaked[record[i]], 1 - mine[i]
            daily[other, d] += hit
            if r == read and hit:
                _again(twice[other], lengths, before, d, 1.0)
            read, before = r, d
        return
    for i in range(len(record)):
        r, d, other = record[i], day[i], 1 - mine[i]
        if leaked[r] and first[r] <= d <= last[r]:
            daily[other, d] += 1.0
            if r == read:
                _again(twice[other], lengths, before, d, 1.0)
            read, before = r, d


@compiled
def best(
    bounds: Ints,
    record: Ints,
    day: Ints,
    mine: Bools,
    leaked: Bools,
    first: Floats,
    last: Floats,
    total: Floats,
    allowed: Bools,
    expected: Floats,
    lengths: Ints,
    least: int,
    low: int,
    high: int,
    score: Floats,
    place: Ints,
) -> None:
    """The best cheap score of each length of window for the accounts from ``low`` to ``high``, and the day on which it begins.

    A reading of a leaked record is a hit if its day lies between the record's ``first`` and ``last`` (of every record; of
    none where they are empty). Hits of the account's main segment (``mine``, of every reading) are held against ``total``, all
    rows of the leak from there.
    ``expected``: by account, segment (main, other), length and first day. Windows with fewer than ``least`` hits have no
    score.
    """
    width = expected.shape[3]
    daily, twice = np.empty((2, width)), np.empty((2, len(lengths), width))
    hits = np.empty((2, len(lengths), width))
    for account in range(low, high):
        if not allowed[account]:
            continue
        daily[:], twice[:] = 0.0, 0.0
        part = slice(bounds[account], bounds[account + 1])
        _hits(record[part], day[part], mine[part], leaked, first, last, lengths, daily, twice)
        if daily.sum() < least:
            continue
        _slid(daily[0], twice[0], lengths, hits[0])
        _slid(daily[1], twice[1], lengths, hits[1])
        for j in range(len(lengths)):
            for start in range(width):
                own, rest = hits[0, j, start], hits[1, j, start]
                if own + rest < least:
                    continue
                e, f = expected[account, 0, j, start], expected[account, 1, j, start]
                if at_most(own, e, total[account]) + at_most(rest, f, 0.0) <= score[account, j]:
                    continue
                told = excess(own, e, total[account]) + excess(rest, f, 0.0)
                if told > score[account, j]:
                    score[account, j], place[account, j] = told, start


__all__ = ["at_most", "best", "excess", "expectations", "sums"]

"""Fits a model of whole days anew every week on the days before it, and scores the week's days one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.baselines.counters import COUNTERS, Counters, Table
from headwater.baselines.scores import BURN_IN, TOGETHER, Scores

WEEK = 7
PAST_DAYS = 60
MOST_ROWS = 20_000
"""So many account-days a model is fitted on at most, evenly thinned."""
LEAST_ROWS = 50
RAISED = 0.99
"""The limit is this quantile of the scores of the days fitted on."""

Score = Callable[[Table], NDArray[np.float64]]
Fit = Callable[[Table], Score]
"""Takes account-days × counters, and gives what scores others: the higher the stranger."""


@dataclass(frozen=True, slots=True)
class Week:
    """One fitted model: its first day, the scores of the days it was fitted on, and how it scores."""

    first: int
    trained: NDArray[np.float64]
    score: Score


def fitted(method: str, words: str, counters: Counters, fit: Fit) -> Scores:
    """Every account and day; bits are the rarity of the score among the days fitted on, ties told by the score."""
    shape = counters.table["subjects"].shape
    score, bits, limit = np.full(shape, np.nan), np.full(shape, np.nan), np.full(shape[1], np.inf)
    account, day, rows = _rows(counters)
    for week in _weeks(day, rows, fit, shape[1]):
        for number in range(week.first, min(week.first + WEEK, shape[1])):
            here = day == number
            if here.any():
                found = week.score(rows[here])
                score[account[here], number] = found
                bits[account[here], number] = _rarity(found, week.trained)
            limit[number] = np.quantile(week.trained, RAISED)
    return Scores(method, words, score, bits, limit, np.full(shape, TOGETHER, np.int64))


def _rows(counters: Counters) -> tuple[NDArray[np.int64], NDArray[np.int64], Table]:
    """Account and day of every active account-day, and its counts; counts as logarithms, for their tails are long."""
    account, day = np.nonzero(~np.isnan(counters.table["subjects"]))
    columns = [counters.table[c.name][account, day] for c in COUNTERS]
    return account, day, np.column_stack([np.log1p(c) for c in columns])


def _weeks(day: NDArray[np.int64], rows: Table, fit: Fit, days: int) -> Iterator[Week]:
    for first in range(BURN_IN, days, WEEK):
        known = rows[(day < first) & (day >= first - PAST_DAYS)]
        known = known[:: -(-len(known) // MOST_ROWS) or 1]
        if len(known) >= LEAST_ROWS:
            model = fit(known)
            yield Week(first, np.sort(model(known)), model)


def _rarity(scores: NDArray[np.float64], trained: NDArray[np.float64]) -> NDArray[np.float64]:
    """-log2 of the share of training days that score as high, plus at most one bit for the score itself."""
    above = len(trained) - np.searchsorted(trained, scores, side="left")
    span = max(float(np.abs(trained).max()), 1e-9)
    return np.asarray(-np.log2((1 + above) / (len(trained) + 1)) + np.tanh(scores / span), np.float64)

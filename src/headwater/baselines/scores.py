"""How unusual a method finds every account on every day, and which of these days it raises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from headwater.baselines.counters import COUNTERS, Table

BURN_IN: Final = 14
"""No method raises anything in so many first days: it has not seen enough by then."""
WINDOW: Final = 28
"""Days of the past that a habit is taken from."""
MOST_A_DAY: Final = 50
"""So many alerts of one day are written at most, the rarest ones: twice the largest budget that is measured."""
TOGETHER: Final = -1
"""Stands for all counters, where a method does not say which of them it means."""


@dataclass(frozen=True, slots=True)
class Scores:
    """One method's answer. ``score`` and ``bits`` are accounts × days, NaN where the method says nothing.

    ``limit`` is the score above which a day is raised, by day. ``by`` is the counter that speaks (an index of
    :data:`COUNTERS`, or ``TOGETHER``). ``length`` is how many days up to the one raised the alert is about.
    """

    method: str
    words: str
    score: Table
    bits: Table
    limit: NDArray[np.float64]
    by: NDArray[np.int64]
    length: int = 1

    def alerts(self, most: int = MOST_A_DAY) -> list[tuple[int, int]]:
        """Account and day of every alert, by day, rarest first. A day's choice rests on no later day.

        An account that was raised is not raised again while the days that the first alert was about are among those
        of the next.
        """
        raised: list[tuple[int, int]] = []
        rank = np.where(self.score > self.limit[None, :], self.bits, -np.inf)
        last = np.full(len(rank), -self.length)
        for day in range(BURN_IN, rank.shape[1]):
            free = np.flatnonzero(np.isfinite(rank[:, day]) & (day - last >= self.length))
            chosen = free[np.argsort(-rank[free, day], kind="stable")[:most]]
            last[chosen] = day
            raised += [(int(account), day) for account in chosen]
        return raised


def strongest(method: str, words: str, by_counter: list[tuple[int, Table]], limit: float, length: int = 1) -> Scores:
    """The scores of several counters as one: the counter that deviates most speaks. Scores are normal deviates."""
    shape = by_counter[0][1].shape
    score, by = np.full(shape, np.nan), np.full(shape, TOGETHER, np.int64)
    for number, table in by_counter:
        larger = ~np.isnan(table) & (np.isnan(score) | (table > score))
        score[larger], by[larger] = table[larger], number
    bits = -stats.norm.logsf(score) / np.log(2)
    return Scores(method, words, score, bits, np.full(shape[1], limit), by, length)


def said(by: int) -> str:
    """What a counter counts."""
    return "all counters together" if by == TOGETHER else COUNTERS[by].words

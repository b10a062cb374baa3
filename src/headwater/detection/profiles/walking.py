"""Ranges of keys read in pieces: do the pieces of one account keep clear of each other?

Whoever copies a data set in portions reads each portion once. Ranges that are asked for in the course of work lie where
the work happens to be, and overlap: ``k`` ranges that cover a share ``c`` of all records, laid at random, overlap in about
``(k - 1) c`` pairs, by Poisson. Ranges that people ask for cluster rather than keep apart, which errs on their side.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import ibis
import numpy as np
import pandas as pd
from ibis import _
from scipy import stats

from headwater.store.engine import Engine

DENSE = 0.5
"""A set is a range when it holds so much of what lies between its first and its last record."""
LEAST = 3
"""Fewer ranges than this walk nowhere."""


@dataclass(frozen=True, slots=True)
class Walk:
    """Ranges of an account: how many, how many records they cover, pairs that overlap, and how likely so few are by chance."""

    ranges: int
    covered: int
    overlaps: int
    p: float


def ranges(engine: Engine, sets: Collection[str]) -> pd.DataFrame:
    """The first and last record of these sets, where they are ranges (columns ``returned``, ``low``, ``high``)."""
    given = engine.table("returned").filter(_.returned.isin(sorted(sets)) & _.ordinal.notnull())
    ends = given.group_by("returned").agg(low=_.ordinal.min(), high=_.ordinal.max(), n=_.ordinal.nunique())
    frame = engine.arrow(ends.order_by([ibis.asc("returned")])).to_pandas()
    return frame[frame["n"] >= DENSE * (frame["high"] - frame["low"] + 1)].reset_index(drop=True)


def walk(found: pd.DataFrame, records: int) -> Walk | None:
    """Judge the ranges of one account in a data set of so many records."""
    if len(found) < LEAST or records <= 0:
        return None
    low, high = found["low"].to_numpy(), found["high"].to_numpy()
    order = np.argsort(low, kind="stable")
    low, high = low[order], high[order]
    # a pair overlaps when the later one begins before the earlier one ends
    overlaps = int(np.sum(np.searchsorted(low, high, side="right") - np.arange(1, len(low) + 1)))
    covered = int(np.sum(high - low + 1))
    mean = (len(low) - 1) * min(1.0, covered / records)
    return Walk(len(low), covered, overlaps, float(stats.poisson.cdf(overlaps, mean)))

"""Runs: records opened one after the other over an account at a place, and how steadily and in what order that went.

Only a day's first opening of each record counts, so that going back to one neither helps nor harms. The openings are
cut into windows of thirty, over days where days are short, and a day is described by the medians of the windows that end on
it: a long run is described as a short one is, and both can be ranked together. The pauses are told by the spread of
their logarithms (0: a clock; pauses of more than an hour are left out), the order by the distance of each record from the
one before in its data set (1: number after number), which a shuffle within a stretch hardly changes. Costs two window
sorts per account over ``access``; what leaves the engine is a thirtieth.
"""

from __future__ import annotations

import ibis
import numpy as np
import pandas as pd
from ibis import _

from headwater.detection import reads
from headwater.store.engine import Engine

WINDOW = 30
"""So many openings make a window; shorter runs say nothing."""
PAUSES = 20
"""A window with fewer pauses of less than an hour says nothing."""
LIST_SECONDS = 3
"""A window that took less is a list that the application logged record by record."""
DIGITS = 9
"""Days are ranked by these figures: equal ones must be equal on each engine, in whatever order it adds up."""
KEYS = ["account", "place", "dataset"]


def runs(engine: Engine) -> pd.DataFrame:
    """One row per account, place, data set and day on which a window ends: first, last, records (in whole windows),

    ``spread`` (standard deviation of the pauses' logarithms), ``step`` (mean binary logarithm of one plus the distance),
    medians over the windows.
    """
    frame = engine.arrow(_windows(engine)).to_pandas()
    frame[["spread", "step"]] = frame[["spread", "step"]].round(DIGITS)
    took = (frame["last"] - frame["first"]).dt.total_seconds()
    frame = frame[(frame["records"] == WINDOW) & (frame["pauses"] >= PAUSES) & (took >= LIST_SECONDS)]
    told = frame.groupby([*KEYS, "day"], as_index=False).agg(
        first=("first", "min"),
        last=("last", "max"),
        records=("records", "sum"),
        spread=("spread", "median"),
        step=("step", "median"),
    )
    return told.sort_values(["account", "first", "place", "dataset"], ignore_index=True)


def _windows(engine: Engine) -> ibis.Table:
    opened = reads.acts(engine).filter(_.subject.notnull() & _.account.notnull() & _.action.isin(["lookup", "sql"]))
    placed = opened.mutate(at=reads.seconds(opened.time))
    again = ibis.window(group_by=[*KEYS, "day", "subject"], order_by=reads.ORDER)
    once = placed.mutate(seen=ibis.row_number().over(again)).filter(_.seen == 0)
    order = ibis.window(group_by=KEYS, order_by=reads.ORDER)
    passed = once.at - once.at.lag().over(order)
    numbered = once.mutate(
        number=ibis.row_number().over(order),
        pause=(passed <= reads.GAP_SECONDS).ifelse(passed, ibis.null("int64")),
        distance=(once.ordinal - once.ordinal.lag().over(order)).abs(),
    )
    windows = numbered.mutate(window=(numbered.number / WINDOW).floor().cast("int64")).group_by([*KEYS, "window"])
    return windows.agg(
        day=_.day.max(),
        first=_.time.min(),
        last=_.time.max(),
        records=_.count(),
        pauses=_.pause.count(),
        spread=(_.pause + 0.5).log().std(how="pop"),
        step=(_.distance + 1).log2().mean(),
    )


def factor(spread: float) -> float:
    """By what factor pauses vary: their geometric standard deviation."""
    return float(np.exp(spread))


def distance(step: float) -> float:
    """How far one record lies from the one before, as a rule: 1 is the next number."""
    return float(2.0**step - 1.0)

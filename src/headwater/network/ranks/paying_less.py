"""How much less than customers somebody pays: who buys at a middleman's price sells on, seen or not."""

from __future__ import annotations

import numpy as np
import pandas as pd

from headwater.network.ranks.levels import Floats, Mask
from headwater.network.ranks.steps import codes

_FEW = 3  # prices that tell nothing yet
_TOP = 0.85  # where no sure customer is known, customers' prices are taken to be here among all that were asked


def paying_less(steps: pd.DataFrame, sure: Mask, count: int) -> Floats:
    """Mean log of the prices that each person was asked over what customers pay for the same category; NaN where few are told.

    ``sure`` are people who are customers by their own devices: their median price is the measure where there are enough.
    """
    told = (steps["price"] > 0).to_numpy()
    buyer = steps["buyer"].to_numpy(dtype=np.int64)[told]
    category = codes(steps["category"])[0][told]
    frame = pd.DataFrame({"category": category, "price": steps["price"].to_numpy(dtype=np.float64)[told]})
    measure = frame.groupby("category")["price"].quantile(_TOP)
    known = frame[sure[buyer]].groupby("category")["price"].agg(["median", "size"])
    measure.update(known.loc[known["size"] >= 2 * _FEW, "median"])
    over = np.log(frame["price"].to_numpy() / frame["category"].map(measure).to_numpy(dtype=np.float64))
    times = np.bincount(buyer, minlength=count)
    return np.where(times >= _FEW, np.bincount(buyer, over, count) / np.maximum(times, 1), np.nan)

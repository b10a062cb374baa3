"""What one category cost at one tier in one month."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from headwater.model.network import Price
from headwater.network.money.amounts import months
from headwater.network.money.laying import Laid

_SURE = ("told", "paid")
_LOW, _HIGH = 0.1, 0.9


def prices(laid: Laid, tiers: npt.NDArray[np.float64], zone: str) -> tuple[Price, ...]:
    """The price list: of hops whose price was told or paid by itself, by the tier of who sold (NaN where not known).

    ``low`` and ``high`` leave out the lowest and the highest tenth.
    """
    hops = laid.hops
    known = hops[(hops["priced"].isin(_SURE) & (hops["price"] > 0)).to_numpy()]
    tier = np.round(tiers[known["seller"].to_numpy(np.int64)])
    month = months(known["asked"].to_numpy(np.int64), zone)
    frame = pd.DataFrame({"category": known["category"].astype(object).to_numpy(), "tier": tier, "month": month})
    frame["price"] = known["price"].to_numpy(float)
    found = []
    for (category, at, when), group in frame.groupby(["category", "tier", "month"], dropna=False, sort=True)["price"]:
        low, median, high = (round(float(v), 2) for v in group.quantile([_LOW, 0.5, _HIGH]))
        found.append(Price(str(category), None if np.isnan(at) else int(at), str(when), len(group), low, median, high))
    return tuple(found)

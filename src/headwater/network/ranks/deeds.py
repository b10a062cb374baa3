"""What each person did, as counts: what roles are told by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from headwater.network.frames import Hops, Ints
from headwater.network.ranks.levels import Floats, Mask
from headwater.network.ranks.steps import codes, counted
from headwater.network.ranks.turnover import Turnover, partners, turnover


@dataclass(frozen=True, slots=True, eq=False)
class Deeds:
    """Counts by person, of orders weighted by confidence unless said otherwise.

    ``traded``: bought and sold; ``himself``: answered without asking further; ``customers`` (buyers who only start),
    ``to_customers`` (orders of theirs). ``answers``: ``person``, ``category``, ``weight`` of what he answered himself.
    ``price``: mean log of his prices over the lowest of their category (NaN where none was told). ``steps``: the hops that count.
    """

    traded: Turnover
    himself: Floats
    customers: Ints
    to_customers: Floats
    answers: pd.DataFrame
    price: Floats
    steps: pd.DataFrame


def deeds(hops: Hops, starter: Mask, count: int) -> Deeds:
    """Count what each of ``count`` people did; ``starter`` tells who only starts orders."""
    steps = counted(hops)
    buyer, seller = steps["buyer"].to_numpy(dtype=np.int64), steps["seller"].to_numpy(dtype=np.int64)
    sure = steps["confidence"].to_numpy(dtype=np.float64)
    traded = turnover(steps, count)
    alone = ~traded.onward & (steps["outcome"] == "answered").to_numpy()
    sellers, buyers = partners(seller, buyer, count)
    return Deeds(
        traded=traded,
        himself=np.bincount(seller[alone], sure[alone], count).astype(np.float64),
        customers=np.bincount(sellers, starter[buyers], count).astype(np.int64),
        to_customers=np.bincount(seller, sure * starter[buyer], count).astype(np.float64),
        answers=_answers(seller[alone], sure[alone], steps["category"][alone]),
        price=_price(steps, seller, count),
        steps=steps,
    )


def _answers(person: Ints, sure: Floats, category: pd.Series) -> pd.DataFrame:
    code, names = codes(category)
    size = max(len(names), 1)
    weight = np.bincount(person * size + code, sure)
    found = np.flatnonzero(weight > 0)
    name = np.array(names, dtype=object)[found % size] if len(found) else np.zeros(0, dtype=object)
    return pd.DataFrame({"person": found // size, "category": name, "weight": weight[found]})


def _price(steps: pd.DataFrame, seller: Ints, count: int) -> Floats:
    """How far above the cheapest seller of each category a person asks, as a mean of logs over his categories."""
    told = (steps["price"] > 0).to_numpy()
    frame = pd.DataFrame({
        "person": seller[told], "category": codes(steps["category"])[0][told],
        "price": steps["price"].to_numpy(dtype=np.float64)[told],
    })  # fmt: skip
    middle = frame.groupby(["category", "person"], sort=True)["price"].agg(["median", "size"]).reset_index()
    middle = middle[middle["size"] >= 3]
    floor = middle.groupby("category")["median"].transform("min")
    others = middle.groupby("category")["person"].transform("size") > 1
    middle = middle.assign(over=np.log(middle["median"] / floor) * middle["size"])[others]
    sums = middle.groupby("person")[["over", "size"]].sum()
    found = np.full(count, np.nan)
    found[sums.index.to_numpy()] = (sums["over"] / sums["size"]).to_numpy()
    return found

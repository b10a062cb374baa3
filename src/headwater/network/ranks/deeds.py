"""What each person did, as counts: what roles are told by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from headwater.network.frames import Hops, Ints
from headwater.network.ranks.levels import Floats, Mask
from headwater.network.ranks.tiers import counted


@dataclass(frozen=True, slots=True, eq=False)
class Deeds:
    """Counts by person, of orders weighted by confidence unless said otherwise.

    ``sold``, ``bought``; ``passed``: bought what he sold, for the same order; ``started``: bought without being asked; ``himself``: answered
    without asking further; ``buyers`` (people), ``customers`` (buyers who only start), ``to_customers`` (orders of theirs).
    ``answers``: ``person``, ``category``, ``weight`` of what he answered himself. ``price``: mean log of his prices over the lowest of their category
    (NaN where none was told). ``steps``: the hops that were counted.
    """

    sold: Floats
    bought: Floats
    passed: Floats
    started: Floats
    himself: Floats
    buyers: Ints
    customers: Ints
    to_customers: Floats
    answers: pd.DataFrame
    price: Floats
    steps: pd.DataFrame


def deeds(hops: Hops, starter: Mask, count: int) -> Deeds:
    """Count what each of ``count`` people did; ``starter`` tells who only starts orders."""
    steps = counted(hops)
    order, buyer, seller = (steps[c].to_numpy(dtype=np.int64) for c in ("order", "buyer", "seller"))
    sure = steps["confidence"].to_numpy(dtype=np.float64)
    sold, bought = _once(order * count + seller, sure), _once(order * count + buyer, sure)
    both = np.isin(sold.index, bought.index)
    onward = np.isin(order * count + seller, bought.index)
    alone = ~onward & (steps["outcome"] == "answered").to_numpy()
    passed = np.minimum(sold[both].to_numpy(), bought.reindex(sold.index[both]).to_numpy())
    answers = pd.DataFrame({
        "person": seller[alone], "category": steps["category"].astype(str).to_numpy()[alone], "weight": sure[alone]
    }).groupby(["person", "category"], sort=True)["weight"].sum().reset_index()  # fmt: skip
    pairs = np.unique(seller * count + buyer)
    return Deeds(
        sold=_by_person(sold, count),
        bought=_by_person(bought, count),
        passed=np.bincount(sold.index[both] % count, passed, count).astype(np.float64),
        started=_by_person(bought[~np.isin(bought.index, sold.index)], count),
        himself=np.bincount(seller[alone], sure[alone], count).astype(np.float64),
        buyers=np.bincount(pairs // count, minlength=count),
        customers=np.bincount(pairs // count, starter[pairs % count], count).astype(np.int64),
        to_customers=np.bincount(seller, sure * starter[buyer], count).astype(np.float64),
        answers=answers,
        price=_price(steps, seller, count),
        steps=steps,
    )


def _once(key: Ints, sure: Floats) -> pd.Series:
    """The surest hop of each order and person."""
    by = np.lexsort((-sure, key))
    key, sure = key[by], sure[by]
    first = np.concatenate([[True], key[1:] != key[:-1]]) if len(key) else np.zeros(0, dtype=bool)
    return pd.Series(sure[first], index=pd.Index(key[first], dtype="int64"))


def _by_person(weights: pd.Series, count: int) -> npt.NDArray[np.float64]:
    return np.bincount(weights.index.to_numpy() % count, weights.to_numpy(), count).astype(np.float64)


def _price(steps: pd.DataFrame, seller: Ints, count: int) -> Floats:
    """How far above the cheapest seller of each category a person asks, as a mean of logs over his categories."""
    told = (steps["price"] > 0).to_numpy()
    frame = pd.DataFrame({
        "person": seller[told], "category": steps["category"].astype(str).to_numpy()[told],
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

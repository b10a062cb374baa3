"""What each person did, as counts: what roles are told by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from headwater.network.frames import Hops, Ints
from headwater.network.ranks.levels import Floats, Mask
from headwater.network.ranks.steps import among, codes, counted, distinct


@dataclass(frozen=True, slots=True, eq=False)
class Deeds:
    """Counts by person, of orders weighted by confidence unless said otherwise.

    ``sold``, ``bought``; ``passed``: bought what he sold, for the same order; ``started``: bought without being asked;
    ``himself``: answered without asking further; ``buyers`` (people), ``customers`` (buyers who only start),
    ``to_customers`` (orders of theirs). ``answers``: ``person``, ``category``, ``weight`` of what he answered himself.
    ``price``: mean log of his prices over the lowest of their category (NaN where none was told). ``steps``: the hops that count.
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
    sellers, buyers = sold.index.to_numpy(), bought.index.to_numpy()
    both = among(sellers, buyers)
    alone = ~among(order * count + seller, buyers) & (steps["outcome"] == "answered").to_numpy()
    passed = np.minimum(sold.to_numpy()[both], bought.to_numpy()[np.searchsorted(buyers, sellers[both])])
    pairs = distinct(seller * count + buyer)
    return Deeds(
        sold=_by_person(sold, count),
        bought=_by_person(bought, count),
        passed=np.bincount(sellers[both] % count, passed, count).astype(np.float64),
        started=_by_person(bought[~among(buyers, sellers)], count),
        himself=np.bincount(seller[alone], sure[alone], count).astype(np.float64),
        buyers=np.bincount(pairs // count, minlength=count),
        customers=np.bincount(pairs // count, starter[pairs % count], count).astype(np.int64),
        to_customers=np.bincount(seller, sure * starter[buyer], count).astype(np.float64),
        answers=_answers(seller[alone], sure[alone], steps["category"][alone]),
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

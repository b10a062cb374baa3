"""About what a hop costs whose price nobody told: what the pair pays for such items, and what the same order cost one step on."""

from __future__ import annotations

import numpy as np
import pandas as pd

_FEWEST = 3
_STEADY = 0.75
"""The part of a pair's prices for an item that must be the same before they are held to keep to a list."""
_SURE = ("pre", "post", "rest")


def usual_prices(owed: pd.DataFrame, parts: pd.DataFrame) -> np.ndarray:
    """The price that each hop should have; NaN where nothing tells.

    First by the same order's neighbouring hops and the mark-up between them, which each middleman keeps; then what the pair paid for
    the same kind of item, else the seller's other buyers, else anybody at that step.
    """
    known = known_prices(owed, parts)
    frame = owed[["order", "level", "buyer", "seller", "category"]].astype({"category": object}).assign(price=known)
    step = 5.0 if (known.dropna() % 5 == 0).mean() > 0.9 else 1.0
    near = (_by_neighbours(frame) / step).round() * step
    same = frame.groupby(["buyer", "seller", "category"], dropna=False)["price"]
    usual = same.transform("median")
    steady = (same.transform("count") >= 2) & ((known - usual).abs() < 0.01).groupby(
        [frame[n] for n in ("buyer", "seller", "category")], dropna=False
    ).transform("sum").ge(_STEADY * same.transform("count"))
    found = usual.where(steady, near)
    for by in (["buyer", "seller", "category"], ["seller", "category"], ["level", "category"]):
        found = found.fillna(frame.groupby(by, dropna=False)["price"].transform("median"))
    return np.asarray(found, dtype=float)


def known_prices(owed: pd.DataFrame, parts: pd.DataFrame) -> pd.Series:
    """Prices that were told, or paid by payments of their own."""
    whole = parts.groupby("hop")["amount"].sum()
    single = parts[parts["how"].isin(_SURE)]["hop"].unique()
    paid = pd.Series(np.nan, index=range(len(owed)))
    if len(single):
        paid.loc[single] = whole.loc[single]
    return owed["told"].fillna(paid)


def _by_neighbours(frame: pd.DataFrame) -> pd.Series:
    """The mean of what the hops before and after it in the order suggest, by the mark-up between the two pairs."""
    place = frame.reset_index().rename(columns={"index": "hop"})
    above = place[["order", "level", "price", "buyer", "seller", "hop"]].assign(level=place["level"] + 1)
    pairs = place.merge(above, on=["order", "level"], suffixes=("", "_above"))  # ``above``: nearer to the customer
    pairs["ratio"] = pairs["price_above"] / pairs["price"]
    sides = ["buyer", "seller", "buyer_above"]
    by_pair = pairs.groupby(sides)["ratio"]
    ratio = by_pair.transform("median").where(by_pair.transform("count") >= _FEWEST)
    wider = pairs.groupby("buyer")["ratio"]  # who buys here sells there: the mark-up is theirs
    ratio = ratio.fillna(wider.transform("median").where(wider.transform("count") >= _FEWEST))
    down = pd.Series((pairs["price_above"] / ratio).to_numpy(), index=pairs["hop"])
    up = pd.Series((pairs["price"] * ratio).to_numpy(), index=pairs["hop_above"])
    both = pd.concat(
        [down[~down.index.duplicated()].reindex(frame.index), up[~up.index.duplicated()].reindex(frame.index)], axis=1
    )
    return both.mean(axis=1)

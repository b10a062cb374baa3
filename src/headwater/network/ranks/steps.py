"""The hops that count for ranks, and looking keys up in sorted ones."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from headwater.network.frames import Hops, Ints

_COLUMNS = ["order", "level", "buyer", "seller", "outcome", "category", "price", "confidence", "request"]


def counted(hops: Hops) -> pd.DataFrame:
    """Hops between two known people with a positive confidence; ``category`` and ``outcome`` are categories, unknown ones ""."""
    steps = hops.hops[_COLUMNS]
    sure = steps["confidence"].fillna(0.0).to_numpy(dtype=np.float64)
    buyer, seller = steps["buyer"].to_numpy(dtype=np.int64), steps["seller"].to_numpy(dtype=np.int64)
    kept = (buyer >= 0) & (seller >= 0) & (buyer != seller) & (sure > 0)
    steps = steps if kept.all() else steps[kept]
    return steps.assign(category=_categories(steps["category"]), outcome=_categories(steps["outcome"]))


def codes(category: pd.Series) -> tuple[Ints, tuple[str, ...]]:
    """Number of each row's category, and the names by number."""
    return category.cat.codes.to_numpy().astype(np.int64), tuple(str(c) for c in category.cat.categories)


def among(keys: Ints, ascending: Ints) -> npt.NDArray[np.bool_]:
    """Tell which keys are among sorted ones."""
    if not len(ascending):
        return np.zeros(len(keys), dtype=bool)
    place = np.minimum(np.searchsorted(ascending, keys), len(ascending) - 1)
    return np.asarray(ascending[place] == keys)


def distinct(keys: Ints) -> Ints:
    """Each key once, ascending; by sorting, which is faster than hashing for keys that are mostly different."""
    ordered = np.sort(keys)
    return ordered[np.concatenate([[True], ordered[1:] != ordered[:-1]])] if len(ordered) else ordered


def _categories(column: pd.Series) -> pd.Series:
    """The column as categories in order of their names, without unknown values or names that do not occur."""
    if not isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(object).fillna("").astype(str).astype("category")
    elif column.isna().any():
        column = (column if "" in column.cat.categories else column.cat.add_categories("")).fillna("")
    column = column.cat.remove_unused_categories()
    return column.cat.reorder_categories(sorted(column.cat.categories, key=str))

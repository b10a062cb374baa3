"""Which orders have no other path: no one who answers the category can still be reached without a person."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from headwater.network.frames import Ints
from headwater.network.ranks.levels import Mask

COMMON = 0.2
"""Share of the orders of a category that somebody answers without asking further, to count as a source of it."""
_NOBODY = np.zeros(0, dtype=np.int64)


def cut_for_good(steps: pd.DataFrame, people: Sequence[int], count: int) -> list[int]:
    """For each person, the answered orders through them that nobody else could have served by edges that were used.

    ``steps`` are answered hops. An order can be served as long as its first buyer reaches, without the person, somebody who
    commonly answered its category without asking further: who once sold again what he still had is no source of it.
    """
    ends, starts = _ends(steps)
    pairs = steps[["buyer", "seller"]].drop_duplicates()
    asks = csr_matrix(
        (np.ones(len(pairs), dtype=np.int32), (pairs["buyer"].to_numpy(), pairs["seller"].to_numpy())),
        shape=(count, count),
    )
    through = steps[["order", "seller"]].drop_duplicates().merge(starts, on="order")
    answerers = {
        str(category): part["seller"].to_numpy()
        for category, part in ends.groupby("category", sort=True, observed=True)
    }
    through = through[through["seller"].isin(list(people))]
    found = []
    for person in people:
        mine = through[(through["seller"] == person).to_numpy()]
        cut = 0
        for category, part in mine.groupby("category", sort=True, observed=True):
            reaching = _reach(asks, answerers.get(str(category), _NOBODY), person)
            cut += int((~reaching[part["buyer"].to_numpy(dtype=np.int64)]).sum())
        found.append(cut)
    return found


def _ends(steps: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Who commonly answers which category himself; the first hop of each order."""
    known = steps[["order", "level", "buyer", "seller", "category"]].sort_values(["order", "level"], kind="stable")
    last = known.drop_duplicates("order", keep="last")
    himself = last.groupby(["category", "seller"], observed=True).size()
    once = known.drop_duplicates(["order", "seller"])
    ever = once.groupby(["category", "seller"], observed=True).size().reindex(himself.index)
    common = himself[himself >= COMMON * ever].reset_index()[["category", "seller"]]
    return common, known.drop_duplicates("order", keep="first")[["order", "buyer", "category"]]


def _reach(asks: csr_matrix, answerers: Ints, gone: int) -> Mask:
    """Who still reaches one of the answerers when one person is gone."""
    reached = np.zeros(asks.shape[0], dtype=bool)
    reached[answerers] = True
    reached[gone] = False
    front = reached.copy()
    while front.any():
        front = (asks @ front.astype(np.int32) > 0) & ~reached
        front[gone] = False
        reached |= front
    return reached

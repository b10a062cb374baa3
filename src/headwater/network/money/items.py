"""How many items each person sold and bought, by the rule of 法释〔2017〕10号 Art. 11.

What was obtained and then sold counts once; the same item to different recipients adds up. So sales are counted as distinct
subject, category and recipient; acquisitions only where the person did not sell the same item on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from headwater.network.frames import Hops

Counts = Mapping[int, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Items:
    """By person: items ``sold`` and ``bought`` (and not sold) of each category; rows of files sold, and bought and not sold."""

    sold: Counts = field(default_factory=dict)
    bought: Counts = field(default_factory=dict)
    rows_sold: Mapping[int, int] = field(default_factory=dict)
    rows_bought: Mapping[int, int] = field(default_factory=dict)


def items(hops: Hops, sales: pd.DataFrame) -> Items:
    """Count what answered orders and sent files gave to whom; ``sales`` as :func:`headwater.network.money.sales.sales`."""
    given = _given(hops)
    sold = given.drop_duplicates(["seller", "subject", "category", "buyer"])
    kept = given.drop_duplicates(["buyer", "subject", "category"])
    onward = pd.MultiIndex.from_frame(sold[["seller", "subject", "category"]])
    kept = kept[~pd.MultiIndex.from_frame(kept[["buyer", "subject", "category"]]).isin(onward)]
    files = sales.assign(what=np.where(sales["digest"] != "", sales["digest"], sales["file"]))
    files = files.drop_duplicates(["seller", "buyer", "what"])
    passed = pd.MultiIndex.from_frame(files[["seller", "what"]])
    bought = files.drop_duplicates(["buyer", "what"])
    bought = bought[~pd.MultiIndex.from_frame(bought[["buyer", "what"]]).isin(passed)]
    return Items(_counts(sold, "seller"), _counts(kept, "buyer"), _rows(files, "seller"), _rows(bought, "buyer"))


def _given(hops: Hops) -> pd.DataFrame:
    rows = hops.hops[(hops.hops["outcome"] == "answered").to_numpy()]
    subject = hops.orders["subject"].to_numpy(np.int64)[rows["order"].to_numpy(np.int64)]
    frame = pd.DataFrame({"seller": rows["seller"].to_numpy(), "buyer": rows["buyer"].to_numpy(), "subject": subject})
    frame["category"] = rows["category"].astype(object).fillna("other").replace("", "other").to_numpy()
    return frame


def _counts(rows: pd.DataFrame, person: str) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    for (who, category), count in rows.groupby([person, "category"]).size().items():
        found.setdefault(int(who), {})[str(category)] = int(count)
    return found


def _rows(files: pd.DataFrame, person: str) -> dict[int, int]:
    counted = files.groupby(person)["rows"].sum()
    return {int(who): int(rows) for who, rows in counted.items() if rows > 0}

"""Findings as points of a time line: one per sitting, upload, file or log-on."""

from __future__ import annotations

import pandas as pd

from headwater.detection.scene import Scene
from headwater.model.evidence import Moment
from headwater.model.words import Text

MOST = 200
"""A finding shows so many moments at most, the largest ones."""


def reading(scene: Scene, sittings: pd.DataFrame) -> tuple[Moment, ...]:
    """One moment per sitting: how many records were read where, over which account."""
    made = []
    largest = sittings.assign(total=sittings["subjects"] + sittings["unseen"]).nlargest(MOST, "total", keep="first")
    for row in largest.sort_values(["first", "account", "seat"]).itertuples(index=False):
        if row.total == 0:
            continue
        text = Text(
            f"{int(row.total):,} records read over account {row.account} at {row.seat}",
            f"在 {row.seat} 通过账号 {row.account} 读取 {int(row.total):,} 条记录",
        )
        made.append(Moment(row.first.to_pydatetime(), "reading", text, int(row.total)))
    return tuple(made)

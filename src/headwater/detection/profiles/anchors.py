"""Sittings that something else would make worse: what left the house after them is worth a look.

A sitting is an anchor when somebody else than the owner acted, when its day stands out by volume, when odd lists were drawn
in it, or when too much of it has no business reason. The bar is lower than a detector's: an anchor is no finding.
"""

from __future__ import annotations

from collections.abc import Set
from datetime import date

import numpy as np
import pandas as pd

from headwater.detection.profiles.actors import OUTSIDER, Who
from headwater.detection.profiles.volume import Volume

RARE = 0.005
"""Calibrated p-value of a day's volume below which its sittings are anchors."""
TIMES = 2.0
"""A day stands out when it is so many times what was expected, too."""
UNEXPLAINED = 10
"""So many records without a reason, and more than half, make a sitting an anchor."""


def anchors(
    sittings: pd.DataFrame, who: Who, volume: Volume, explained: pd.DataFrame, lists: Set[tuple[str, date]]
) -> pd.DataFrame:
    """Rows of the sittings frame with the ``person`` thought to have acted, and how likely that is (``probability``).

    ``lists``: accounts and days of odd lists. Sittings of nobody are left out.
    """
    chosen = {i: (odds.likeliest, odds.people[odds.likeliest]) for i, odds in who.odds.items() if odds.owner_bits > 0}
    index = {a: i for i, a in enumerate(volume.accounts)}
    at = {d: j for j, d in enumerate(volume.days)}
    loud = volume.loud(RARE, TIMES)
    left, read = _left_over(sittings, explained)
    for row in sittings.itertuples():
        if row.Index in chosen or not row.owner or row.account not in index:
            continue
        stands_out = loud[index[row.account], at[row.day]]
        odd = left.get(int(row.Index), 0) >= UNEXPLAINED and left[int(row.Index)] > read[int(row.Index)] / 2
        listed = (row.account, row.day) in lists and (row.statements > 0 or row.unseen > 0)
        if stands_out or odd or listed:
            likely = who.acted(int(row.Index), row.owner)
            person = max(likely, key=lambda p: (likely[p], p))
            chosen[int(row.Index)] = person, likely[person]
    rows = sittings.loc[sorted(chosen)]
    people, odds = [chosen[i][0] for i in rows.index], np.array([chosen[i][1] for i in rows.index], float)
    rows = rows.assign(person=people, probability=odds, total=rows["subjects"] + rows["unseen"])
    return rows[(rows["person"] != OUTSIDER) & (rows["total"] > 0)]


def _left_over(sittings: pd.DataFrame, explained: pd.DataFrame) -> tuple[dict[int, int], dict[int, int]]:
    """Readings per sitting that the owner's business does not explain, where it usually does; and all readings."""
    keys = ["account", "place", "sitting"]
    rows = sittings.reset_index()[["index", *keys, "owner"]].merge(explained, on=keys)
    own = rows[rows["employee"] == rows["owner"]]
    usual = own.groupby("account")["explained"].sum() / own.groupby("account")["readings"].sum()
    judged = own[own["account"].map(usual) > 0.5]
    left = np.asarray(judged["readings"] - judged["explained"]).tolist()
    return dict(zip(judged["index"], left, strict=True)), dict(zip(judged["index"], judged["readings"], strict=True))

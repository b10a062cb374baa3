"""A leak against what was seized: the same people in a suspect's files as in the leaked one."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import stats

from headwater.attribution.histories import Histories
from headwater.attribution.matching import Matched
from headwater.model.evidence import Statement
from headwater.model.words import Text


def overlap(matched: Matched, leak: str, histories: Histories, leaked: npt.NDArray[np.int64]) -> list[Statement]:
    """One statement per holder whose seized files share more people with the leak than chance would have it."""
    if leak.startswith("seized/"):
        return []
    rows = matched.rows[(matched.rows["role"] == "seized") & (matched.rows["dataset"] == histories.dataset)]
    made = []
    for holder, files in rows.groupby("holder", sort=True, observed=True):
        held = np.unique(files["ordinal"].to_numpy(np.int64))
        shared = len(np.intersect1d(held, leaked))
        expected = len(leaked) * len(held) / max(histories.size, 1)
        p = float(stats.hypergeom.sf(shared - 1, histories.size, len(held), len(leaked)))
        if shared < 3 or p > 1e-4:
            continue
        text = Text(
            f"{shared:,} of the leak's {len(leaked):,} people are also in the files seized with {holder} "
            f"({len(held):,} people; {expected:,.0f} by chance).",
            f"泄露数据的 {len(leaked):,} 人中有 {shared:,} 人也在 {holder} 处查获的文件中"
            f"（共 {len(held):,} 人；随机约 {expected:,.0f} 人）。",
        )
        made.append(Statement(text, 0.0, kind="holding"))  # it speaks of the holder: no bits for the account
    return made

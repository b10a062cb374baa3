"""They were the reader's own clients.

Business on record (clients, claims, cover for colleagues) gives reasons to open records. At the own account the
test compares the share of records without a reason with that of colleagues of the same job: it stands up to twice
theirs, and is refuted from five times. At somebody else's account it asks whether the business of the people named
explains what was opened: it stands from four fifths of the usual share, and is refuted below a third. Records that
came in lists are not asked about.
"""

from __future__ import annotations

import numpy as np

from headwater.casework.alternatives.asked import Asked, percent, percent_zh
from headwater.casework.alternatives.tested import Tested, refuted, stands, untested, weakened

TITLE_ZH = "所读的是其本人客户"
HOW_ZH = (
    "在册业务（客户、理赔、代班）是打开记录的理由。在本人账号上，本检验将无理由记录的比例与同岗位同事比较："
    "不超过其两倍视为成立，达到五倍视为排除。"
    "在他人账号上，则看所指人员的业务能否解释所读记录：达到通常比例的五分之四视为成立，低于三分之一视为排除。"
    "以列表取得的记录不在此检验之列。"
)
FEWEST, LEAST = 5, 0.01
TWICE, FIVE, MOSTLY, LITTLE = 2.0, 5.0, 0.8, 1 / 3
KEYS = ["account", "place", "sitting"]


def test(asked: Asked) -> Tested | None:
    """Count the records that the business of the named explains."""
    if not asked.named:
        return None
    if not asked.scene.has("relations"):
        return untested(
            "Cannot be tested, for want of business relations (business/*.csv).",
            "无法检验：未提供业务关系（business/*.csv）。",
        )
    known = asked.scene.explained.merge(asked.rows[KEYS], on=KEYS)
    mine = known[known["employee"].isin(asked.employees)].groupby(KEYS, as_index=False)[["readings", "explained"]].max()
    read, explained = int(mine["readings"].sum()), int(mine["explained"].sum())
    if read < FEWEST:
        return untested(
            f"Cannot be tested: {read} record(s) of this story were opened one by one at a desk of the named; the rest came in lists.",
            f"无法检验：本事件中在所指人员座位上逐条打开的记录只有 {read} 条，其余以列表取得。",
        )
    usual = _usual(asked)
    if usual is None:
        return untested(
            "Cannot be tested: too few colleagues of the same job to tell what share is usual.",
            "无法检验：同岗位同事太少，无法得知通常比例。",
        )
    share = explained / read
    numbers = {
        "opened": read,
        "own_business": explained,
        "share": round(share, 4),
        "usual_of_colleagues": round(usual, 4),
    }
    told = (
        f"Of {read:,} record(s) opened one by one, {explained:,} ({percent(share)}) are explained by the business of the people named; "
        f"{percent(usual)} is usual among colleagues of the same job.",
        f"逐条打开的 {read:,} 条记录中，{explained:,} 条（{percent_zh(share)}）可由所指人员的业务解释；"
        f"同岗位同事通常为 {percent_zh(usual)}。",
    )
    if asked.borrowed:
        return _by(share, MOSTLY * usual, LITTLE * usual, told, numbers)
    times = (1 - share) / max(1 - usual, LEAST)
    return _by(-times, -TWICE, -FIVE, told, numbers)


def _by(value: float, enough: float, least: float, told: tuple[str, str], numbers: dict[str, float]) -> Tested:
    if value >= enough:
        return stands(*told, numbers)
    return weakened(*told, numbers) if value > least else refuted(*told, numbers)


def _usual(asked: Asked) -> float | None:
    """The share of records that business explains among colleagues of the named, by their own accounts."""
    known, org = asked.scene.reasons, asked.scene.org
    if known is None:
        return None
    own = [i for i, a in enumerate(known.accounts) if (p := org.owner(a)) and p.employee in asked.employees]
    rates = [float(known.usual[i]) for i in own if not np.isnan(known.usual[i])]
    return 1 - float(np.median(rates)) if rates else None

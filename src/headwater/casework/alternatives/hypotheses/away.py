"""The person named was away.

The test looks for recorded leave of the people who are named on the days of the story. It stands where leave of
each of them holds half of the reading, is weakened where any day is one of leave, and is refuted where no day is.
Half days and leave that was called off are in the table as whole days.
"""

from __future__ import annotations

from headwater.casework.alternatives.asked import Asked, percent, percent_zh
from headwater.casework.alternatives.tested import Tested, refuted, stands, untested, weakened

TITLE_ZH = "所指之人当时不在岗"
HOW_ZH = (
    "本检验查找所指人员在事件各日的休假记录。每名所指人员的休假都占到读取量的一半，视为成立；任何一天休假，"
    "视为未能排除；没有一天休假，视为排除。"
    "半天假和已取消的休假在表中仍为整天。"
)
HALF = 0.5


def test(asked: Asked) -> Tested | None:
    """Weigh the days of leave of the named by what was read on them."""
    if not asked.named:
        return None
    org = asked.scene.org
    if not org.absences:
        return untested(
            "Cannot be tested, for want of absences (hr/absences.csv).", "无法检验：未提供休假记录（hr/absences.csv）。"
        )
    total = float(asked.weights.sum())
    shares, cites, days = {}, [], set()
    for employee in sorted(asked.employees):
        spans = [org.absence(employee, day) for day in asked.rows["day"]]
        shares[employee] = sum(float(w) for w, s in zip(asked.weights, spans, strict=True) if s) / total
        cites += [s.cited for s in spans if s]
        days |= {d for d, s in zip(asked.rows["day"], spans, strict=True) if s}
    least = min(shares, key=lambda e: (shares[e], e))
    most = max(shares.values())
    numbers = {
        "days": len(asked.days),
        "days_of_leave": len(days),
        "largest_share": round(most, 4),
        "least_share": round(shares[least], 4),
    }
    told = (
        f"On {len(days)} of {len(asked.days)} day(s) of this story one of the people named was on recorded "
        f"leave; at most {percent(most)} of the "
        "reading falls on such days of one of them.",
        f"本事件 {len(asked.days)} 天中有 {len(days)} 天所指人员之一有休假记录；单人休假日所占读取量最多为 {percent_zh(most)}。",
    )
    if shares[least] >= HALF:
        return stands(*told, numbers, tuple(cites))
    return weakened(*told, numbers, tuple(cites)) if days else refuted(*told, numbers)

"""A new job or a changed role explains the change.

Whoever begins reads more, and whoever gets new tasks reads otherwise, and goes on doing so. The test looks at the
day on which the people named were hired, and at the account's level on ten working days and more before and after
the story. It stands where somebody named began within sixty days before it, or where the level rose and stayed
above three fifths of it; it is refuted where the level was the same before, or fell back below a third. A change of
role is in no table: the manager knows it.
"""

from __future__ import annotations

from datetime import date

from headwater.casework.alternatives.asked import Asked
from headwater.casework.alternatives.measures import held, rested_on
from headwater.casework.alternatives.tested import Tested, refuted, stands, untested, weakened

TITLE_ZH = "新入职或岗位变动所致"
HOW_ZH = (
    "新人读得多，换了任务的人读法也会变，而且会持续。本检验查看所指人员的入职日期，以及事件前后各十个及以上工作日的水平。"
    "事件前六十天内入职，或水平上升后一直高于五分之三，视为成立；之前水平相同，或之后回落到三分之一以下，"
    "视为排除。岗位变动不在任何表格中，应询问主管。"
)
NEW, ENOUGH, STAYED, FELL = 60, 10, 0.6, 1 / 3


def test(asked: Asked) -> Tested | None:
    """Look at dates of hire and at what came before and after."""
    if not asked.named or not held(asked):
        return None
    people = [p for e in sorted(asked.employees) if (p := asked.scene.org.people.get(e))]
    new = [p for p in people if _new(p.hired, asked.days[0])]
    during, before, after = _levels(asked)
    numbers: dict[str, float | int] = {"newly_hired": len(new), "per_day_in_story": round(during, 2)}
    numbers |= {f"per_day_{name}": round(v, 2) for name, v in (("before", before), ("after", after)) if v is not None}
    who, who_zh = asked.names([p.employee for p in new])
    first = (
        (f"{who} began within {NEW} days before the story.", f"{who_zh} 在事件前 {NEW} 天内入职。")
        if new
        else (
            f"Nobody named is known to have begun within {NEW} days before the story.",
            f"未见所指人员在事件前 {NEW} 天内入职。",
        )
    )
    told = (f"{first[0]} {_said(asked, during, before, after)[0]}", first[1] + _said(asked, during, before, after)[1])
    cites = tuple(p.cited for p in people)
    if new:
        return stands(*told, numbers, cites)
    if (before is not None and before >= STAYED * during) or (after is not None and after < FELL * during):
        return refuted(*told, numbers, cites)
    if after is not None and before is not None and after >= STAYED * during:
        return stands(*told, numbers, cites)
    return weakened(*told, numbers, cites) if any(p.hired for p in people) else untested(*told)


def _new(hired: date | None, first: date) -> bool:
    return hired is not None and 0 <= (first - hired).days <= NEW


def _said(asked: Asked, during: float, before: float | None, after: float | None) -> tuple[str, str]:
    measure = rested_on(asked)
    what = measure.what if measure else None
    if what is None:
        return "", ""
    parts = [
        f"{during:,.1f} in it",
        *(f"{v:,.1f} {name} it" for name, v in (("before", before), ("after", after)) if v is not None),
    ]
    zh = [
        f"事件中 {during:,.1f}",
        *(f"{name} {v:,.1f}" for name, v in (("之前", before), ("之后", after)) if v is not None),
    ]
    few = (
        ""
        if after is not None
        else f" What came after cannot be told: fewer than {ENOUGH} working days of the account follow."
    )
    few_zh = "" if after is not None else f"之后如何无法判断：其后该账号的工作日不足 {ENOUGH} 天。"
    return f"{what.en} a day: {', '.join(parts)}.{few}", f"{what.zh}日均：{'，'.join(zh)}。{few_zh}"


def _levels(asked: Asked) -> tuple[float, float | None, float | None]:
    """What the account came to per day of work in the story, before and after it; ``None`` where its days are too few."""
    measure = rested_on(asked)
    if measure is None:
        return 0.0, None, None
    days, story = measure.days, set(asked.days)
    parts = (
        [i for i, d in enumerate(days) if d in story],
        [i for i, d in enumerate(days) if d < asked.days[0]],
        [i for i, d in enumerate(days) if d > asked.days[-1]],
    )
    (during, _n), *others = (measure.rate(measure.row, part) for part in parts)
    before, after = (rate if worked >= ENOUGH else None for rate, worked in others)
    return during, before, after

"""A ticket asked for this reading.

The test looks for a ticket that covers the account, its owner or one of the people who are named, on each day of
the story and for what was read. It stands where such days hold four fifths of the reading, and is refuted where not
one day is covered though five tickets at least were given. Only tickets that were given are seen: a request by
telephone or mail leaves none.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from headwater.casework.alternatives.asked import Asked, percent, percent_zh
from headwater.casework.alternatives.tested import Tested, refuted, stands, untested, weakened
from headwater.model.organisation import Span

TITLE_ZH = "有工单要求这些读取"
HOW_ZH = (
    "本检验逐日查找覆盖该账号、其所有人或所指人员的工单。被覆盖日子的读取量达到五分之四，视为成立；"
    "至少提供了五张工单而没有一天被覆盖，视为排除。"
    "只能看到所提供的工单：电话或邮件中的要求不会留下工单。"
)
MOST, FEWEST = 0.8, 5


def test(asked: Asked) -> Tested:
    """Weigh the days that tickets cover by what was read on them."""
    if not asked.scene.org.tickets:
        return untested(
            "Cannot be tested, for want of tickets (hr/tickets.csv).", "无法检验：未提供工单（hr/tickets.csv）。"
        )
    covering = _covering(asked)
    found = {key: ticket for key in _keys(asked) if (ticket := covering(*key))}
    reading = asked.weights.groupby([asked.rows["account"], asked.rows["day"]]).sum()
    share = float(sum(reading[key] for key in found)) / float(asked.weights.sum())
    days = {day for _account, day in found}
    numbers = {
        "tickets": len(asked.scene.org.tickets),
        "days": len(asked.days),
        "days_covered": len(days),
        "share_of_reading_covered": round(share, 4),
    }
    told = (
        f"Of {len(asked.days)} day(s) of this story tickets cover {len(days)}, with {percent(share)} of the reading; "
        f"{len(asked.scene.org.tickets)} ticket(s) were given.",
        f"本事件 {len(asked.days)} 天中，工单覆盖 {len(days)} 天，占读取量的 {percent_zh(share)}；共提供工单 "
        f"{len(asked.scene.org.tickets)} 张。",
    )
    evidence = tuple(t.cited for t in found.values())
    if share >= MOST:
        return stands(*told, numbers, evidence)
    thin = len(asked.scene.org.tickets) < FEWEST
    return weakened(*told, numbers, evidence) if days or thin else refuted(*told, numbers)


def _keys(asked: Asked) -> list[tuple[str, date]]:
    return sorted(set(zip(asked.rows["account"], asked.rows["day"], strict=True)))


def _covering(asked: Asked) -> Callable[[str, date], Span | None]:
    """The ticket of an account and day: for it, its owner or somebody named; of all tickets only theirs are looked at."""
    org, datasets = asked.scene.org, {None, "", "*", *asked.scene.datasets}
    owners = {a: p.employee for a in set(asked.rows["account"]) if (p := org.owner(a))}
    wanted = {*asked.rows["account"], *owners.values(), *asked.employees}
    theirs = [t for t in org.tickets if t.who in wanted and t.dataset in datasets]

    def covering(account: str, day: date) -> Span | None:
        names = {account, owners.get(account), *asked.employees}
        return next((t for t in theirs if t.who in names and t.covers(day)), None)

    return covering

"""It was ordinary duty: colleagues of the same job did the same on the same days.

A month's end, a quarter's end or a busy week makes everybody read more. The test compares what the account did per
day of work on the days of this story with every colleague of the same department and role on the same days: records
without a business reason where the incident rests on such, else people's records read. It stands where a quarter of
the colleagues come to four fifths of it, or where nearly all of the days are turns of the month and the account's
other turns were alike; it is refuted where not one colleague does.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from headwater.casework.alternatives.asked import Asked
from headwater.casework.alternatives.measures import Measure, held, rested_on
from headwater.casework.alternatives.tested import Tested, refuted, stands, untested, weakened

TITLE_ZH = "属日常职责：同岗同事同日也如此"
HOW_ZH = (
    "月末、季末或繁忙时期，人人读取量都会上升。本检验将该账号在事件各日的日均量，与同部门同岗位每位同事在相同日子的日均量比较："
    "若事件依据的是无业务理由的记录，则比较此类记录；否则比较读取的人数。四分之一的同事达到其五分之四，"
    "或几乎全部日子处于月末月初且该账号其他月末月初也如此，"
    "即视为成立；没有一位同事达到，才视为排除。"
)
FEWEST, PRESENT, ALIKE, MANY = 3, 1 / 3, 0.8, 0.25
TURN, CALENDAR = 0.8, 0.5


def test(asked: Asked) -> Tested | None:
    """Compare the account with its peers on the same days."""
    if not held(asked):
        return None
    measure = rested_on(asked)
    if measure is None:
        return untested(
            "Cannot be tested: nothing was counted by day for this account.", "无法检验：该账号没有按日的读取统计。"
        )
    columns = [i for i, day in enumerate(measure.days) if day in set(asked.days)]
    rates = [measure.rate(i, columns) for i in measure.peers]
    peers = [rate for rate, worked in rates if worked >= PRESENT * len(columns)]
    if len(peers) < FEWEST:
        return untested(
            f"Cannot be tested: {len(peers)} colleague(s) of the same job worked on these days; three are needed.",
            f"无法检验：同岗位且在这些日子工作的同事只有 {len(peers)} 人，至少需要三人。",
        )
    own, _worked = measure.rate(measure.row, columns)
    alike = sum(rate >= ALIKE * own for rate in peers)
    turns, known = _turns(asked.days), _turns(measure.days)
    told = _said(measure, len(columns), own, peers, alike, turns, known)
    numbers = {
        "per_day": round(own, 2),
        "peers": len(peers),
        "peers_median_per_day": round(float(np.median(peers)), 2),
        "most_of_a_peer": round(max(peers), 2),
        "peers_alike": alike,
        "share_of_days_at_turn_of_month": round(turns, 3),
    }
    at_turns = turns >= TURN and known < CALENDAR
    if alike >= MANY * len(peers) or (at_turns and _other_turns(measure, set(asked.days)) >= ALIKE * own):
        return stands(*told, numbers)
    return weakened(*told, numbers) if alike or at_turns else refuted(*told, numbers)


def _said(
    measure: Measure, days: int, own: float, peers: list[float], alike: int, turns: float, known: float
) -> tuple[str, str]:
    usual, most = float(np.median(peers)), max(peers)
    return (
        f"{measure.what.en}: {own:,.1f} a day on {days} day(s); {len(peers)} colleague(s) of the same job came "
        f"to {usual:,.1f} (median) and "
        f"{most:,.1f} at most on the same days; {alike} of them to four fifths of it. {turns:.0%} of the days lie at a turn of the month "
        f"({known:.0%} of all days of the log do).",
        f"{measure.what.zh}：{days} 天日均 {own:,.1f}；同岗位 {len(peers)} 名同事在相同日子的中位数为 {usual:,.1f}，最高 {most:,.1f}；"
        f"其中 {alike} 人达到其五分之四。事件日中 {turns:.0%} 处于月末月初（日志全部日子中为 {known:.0%}）。",
    )


def _turn(day: date) -> bool:
    """Whether a day is one of the last three or the first two of a month."""
    return day.day <= 2 or (day + timedelta(days=3)).month != day.month


def _turns(days: Sequence[date]) -> float:
    return sum(map(_turn, days)) / len(days) if days else 0.0


def _other_turns(measure: Measure, story: set[date]) -> float:
    """What the account came to at turns of the month outside the story."""
    columns = [i for i, day in enumerate(measure.days) if day not in story and _turn(day)]
    return measure.rate(measure.row, columns)[0]

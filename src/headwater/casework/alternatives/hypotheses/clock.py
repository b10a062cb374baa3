"""A wrong clock or time zone makes it look so.

The clocks of the other logs were held against that of the reading. Then every sitting of the story is moved by the
offsets that were found, by one hour and by eight hours in both directions (a log in another zone), and what hangs
on the time is counted anew: reading after the owner had left, reading during the owner's leave, and the most that
was read in a day. It is refuted where four fifths of that remain under every shift and no log is off; it stands
where less than half remains.
"""

from __future__ import annotations

from datetime import timedelta

import pandas as pd

from headwater.casework.alternatives.asked import Asked
from headwater.casework.alternatives.tested import Tested, refuted, stands, weakened

TITLE_ZH = "时钟或时区错误造成的假象"
HOW_ZH = (
    "先将其他日志的时钟与读取日志比对；再把本事件各时段按所发现的偏差、"
    "以及前后一小时和八小时（日志为其他时区的情形）整体平移，重新统计取决于时间的事实："
    "所有人离职后的读取、休假期间的读取、单日最大读取量。各种平移下均保留五分之四以上、且各日志时钟一致，"
    "视为排除；保留不足一半，视为成立。"
)
HOURS = (1, 8)
REMAINS, HALF = 0.8, 0.5
FOLLOWING = frozenset({"outflow", "staged-file", "chain"})
"""Detectors for which it matters what came after what in two logs."""


def test(asked: Asked) -> Tested:
    """Move the clock and count again."""
    minutes = sorted({m for _table, m in asked.house.offsets})
    shifts = sorted({sign * 60 * h for h in HOURS for sign in (-1, 1)} | {-m for m in minutes})
    facts = _facts(asked, 0)
    moved = {shift: _facts(asked, shift) for shift in shifts}
    shares = {shift: _least(facts, found) for shift, found in moved.items()}
    worst = min(shares, key=lambda s: (shares[s], s))
    numbers: dict[str, float | int] = {
        "logs_with_offset": len(asked.house.offsets),
        "least_share_remaining": round(shares[worst], 4),
    }
    numbers |= {f"{name}_as_logged": int(value) for name, value in facts.items()}
    numbers |= {f"{name}_at_worst": int(value) for name, value in moved[worst].items()}
    off = "; ".join(f"{table} by {m} minutes" for table, m in asked.house.offsets)
    off_zh = "；".join(f"{table} 偏差 {m} 分钟" for table, m in asked.house.offsets)
    told = (
        f"{'Clocks that are off: ' + off if off else 'No log of this case is off by an hour and a half or more (less cannot be seen)'}. "
        "Moved by up to "
        f"eight hours, at least {shares[worst]:.0%} of what hangs on the time remains ({_said(facts)} as logged; "
        f"{_said(moved[worst])} at worst).",
        f"{'时钟有偏差的日志：' + off_zh if off else '本案各日志之间没有一个半小时以上的偏差（更小的偏差无法察觉）'}。"
        f"平移至多八小时后，取决于时间的事实至少保留 {shares[worst]:.0%}"
        f"（按日志：{_said_zh(facts)}；最不利时：{_said_zh(moved[worst])}）。",
    )
    if shares[worst] < HALF:
        return stands(*told, numbers)
    uncertain = bool(asked.house.offsets) and bool(FOLLOWING & asked.detectors)
    return weakened(*told, numbers) if uncertain or shares[worst] < REMAINS else refuted(*told, numbers)


def _facts(asked: Asked, minutes: int) -> dict[str, float]:
    """What hangs on the time, with every sitting moved by so many minutes: in people's records read."""
    org, rows = asked.scene.org, asked.rows
    moved = (rows["first"] + timedelta(minutes=minutes)).dt.tz_convert(asked.scene.zone).dt.date
    owners = [org.people.get(o) if o else None for o in rows["owner"]]
    late = pd.Series([bool(o and o.left and d > o.left) for o, d in zip(owners, moved, strict=True)], rows.index)
    away = pd.Series([bool(o and org.absence(o.employee, d)) for o, d in zip(owners, moved, strict=True)], rows.index)
    facts = {"most_in_a_day": float(asked.weights.groupby([rows["account"], moved]).sum().max())}
    if "after-departure" in asked.detectors:
        facts["after_departure"] = float(asked.weights[late].sum())
    if "on-leave" in asked.detectors:
        facts["on_leave"] = float(asked.weights[away].sum())
    return facts


def _least(facts: dict[str, float], moved: dict[str, float]) -> float:
    return min((min(1.0, moved[name] / value) for name, value in facts.items() if value), default=1.0)


_NAMES = {
    "most_in_a_day": ("most in a day", "单日最多"),
    "after_departure": ("after departure", "离职后"),
    "on_leave": ("during leave", "休假期间"),
}


def _said(facts: dict[str, float]) -> str:
    return ", ".join(f"{_NAMES[name][0]} {value:,.0f}" for name, value in facts.items())


def _said_zh(facts: dict[str, float]) -> str:
    return "，".join(f"{_NAMES[name][1]} {value:,.0f}" for name, value in facts.items())

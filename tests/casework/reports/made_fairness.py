"""What is told beside the accusation in the made result: innocent explanations with every outcome, and an account's year."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from headwater.model.words import Lang, Text

ROSTER, CRM = "hr/roster.csv", "logs/crm/access-2026-03.log.gz"
STORY = {4: 212, 5: 38, 6: 305, 7: 120, 9: 260, 11: 412, 12: 390, 13: 288, 14: 90, 15: 310, 18: 44, 19: 402, 20: 377}
FIRST, LAST = date(2025, 9, 1), date(2026, 4, 26)
SILENT = {date(2026, 1, 17) + timedelta(days=n) for n in range(3)}


def made_alternatives(lang: Lang) -> list[dict[str, Any]]:
    """One of each outcome."""
    return [
        _tested(lang, "handed-over", "stands",
                ("The account was handed over or shared with leave", "账号经同意移交或共用"),
                ("The account was used on 41 days at desks of others before this story.", "事件之前该账号有 41 天在他人座位使用。"),
                {"other_days_at_others_desks": 41, "other_days": 120}, [{"source": ROSTER, "line": 82}]),
        _tested(lang, "ticket", "untested", ("A ticket asked for this reading", "有工单要求这些读取"),
                ("Cannot be tested, for want of tickets (hr/tickets.csv).", "无法检验：未提供工单（hr/tickets.csv）。"), {}, []),
        _tested(lang, "somebody-else", "weakened", ("Somebody else sat at the account", "操作者另有其人"),
                ("Somebody else than S1042 sat there with 7%.", "S1042 之外的人操作的可能性为 7%。"),
                {"probability_of_others": 0.0712}, [{"source": CRM, "line": 40_113}]),
        _tested(lang, "chance", "refuted", ("It is chance", "纯属偶然"),
                ("Luck alone would give less than 0.0001 such stories.", "仅凭偶然会出现不到 0.0001 件这样的事。"),
                {"people_looked_at": 160, "expected_by_chance": 1.2e-7}, []),
    ]  # fmt: skip


def _tested(
    lang: Lang,
    name: str,
    outcome: str,
    title: tuple[str, str],
    text: tuple[str, str],
    numbers: dict[str, float],
    evidence: list[dict[str, Any]],
) -> dict[str, Any]:
    how = Text("How it is asked of the lake, in a sentence.", "如何在数据中检验，一句话说明。")
    return {
        "id": name,
        "title": Text(*title).said(lang),
        "how": how.said(lang),
        "outcome": outcome,
        "text": Text(*text).said(lang),
        "numbers": numbers,
        "evidence": evidence,
    }


def made_year() -> dict[str, Any]:
    """The year of wm.chen: its owner's usual days, three days without a log, the days of the story."""
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    return {
        "account": "wm.chen",
        "owner": "S0981",
        "left": "2026-02-27",
        "from": FIRST.isoformat(),
        "to": LAST.isoformat(),
        "read": [None if d in SILENT else _read(d) for d in days],
        "usual": 31.0,
        "peers": [None if d in SILENT or d.weekday() > 4 else 28.0 + d.day % 5 for d in days],
        "colleagues": 14,
        "incident": [date(2026, 3, d).isoformat() for d in sorted(STORY)],
        "absences": [
            {"employee": "S0981", "from": "2025-10-01", "to": "2025-10-07"},
            {"employee": "S1042", "from": "2026-03-16", "to": "2026-03-18"},
        ],
    }


def _read(day: date) -> int:
    if day.year == 2026 and day.month == 3:
        return STORY.get(day.day, 0)
    return 24 + day.day % 15 if day < date(2026, 2, 28) and day.weekday() < 5 else 0

"""The account was handed over or shared with leave.

Teams share accounts, and deputies are given them. The test looks whether the account is listed as shared, and on
how many days outside this story it was used at desks of others than its owner. It stands where sharing is its
habit: listed so, three such days at the same desks before the story began, or a fifth of all its other days. It is
refuted only where the account was used at its owner's own desk on every day that its log holds. A permission by
word of mouth is in no table: ask the owner and the manager.
"""

from __future__ import annotations

from headwater.casework.alternatives.asked import Asked, percent, percent_zh
from headwater.casework.alternatives.measures import KINDS
from headwater.casework.alternatives.tested import Tested, refuted, stands, weakened

TITLE_ZH = "账号经同意移交或共用"
HOW_ZH = (
    "团队可能共用账号，代班人也可能获授权使用。本检验查看该账号是否列为共用，以及在本事件之外有多少天在他人座位上使用。"
    "共用成为习惯即视为成立：清单列为共用、事件开始前在相同座位已有三天、或其余日子的五分之一。"
    "只有账号在日志中每天都在所有人本人座位使用，才视为排除。"
    "口头许可不会出现在任何表格中，应询问所有人及其主管。"
)
HABIT, OFTEN = 3, 0.2


def test(asked: Asked) -> Tested:
    """Count the days on which others than the owner used the account outside the story."""
    account, org = str(asked.account), asked.scene.org
    seen = asked.scene.sittings
    seen = seen[seen["account"] == account]
    at_others = seen[seen["resident"].notna() & (seen["resident"] != seen["owner"])]
    days = set(asked.days)
    story = set(asked.rows[asked.rows["account"] == account]["seat"])
    before = set(at_others[at_others["seat"].isin(story) & (at_others["day"] < min(days))]["day"])
    outside, whole = set(at_others["day"]) - days, set(seen["day"]) - days
    share = len(outside) / len(whole) if whole else 0.0
    listed, row = org.kind(account), org.account(account)
    numbers = {
        "days_before_at_these_desks": len(before),
        "other_days_at_others_desks": len(outside),
        "other_days": len(whole),
    }
    evidence = (row.cited,) if row else ()
    told = (
        f"Account {account} is listed as: {listed}. Outside this story it was used on {len(whole)} day(s), on {len(outside)} of them "
        f"({percent(share)}) at desks of others; at the desks of this story on {len(before)} day(s) before it began.",
        f"账号 {account} 在清单中的类别为：{KINDS.get(listed, listed)}。本事件之外共使用 {len(whole)} 天，其中 "
        f"{len(outside)} 天（{percent_zh(share)}）在他人座位；"
        f"事件开始前在本事件所涉座位使用 {len(before)} 天。",
    )
    if listed == "shared" or len(before) >= HABIT or share >= OFTEN:
        return stands(*told, numbers, evidence)
    at_home = not asked.borrowed and not len(at_others) and len(whole) and asked.owner is not None
    if at_home and seen["resident"].notna().all():
        return refuted(*told, numbers, evidence)
    return weakened(*told, numbers, evidence)

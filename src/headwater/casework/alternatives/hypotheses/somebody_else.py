"""Somebody else sat at the account.

An account is a key, and keys are lent. For every sitting it was worked out who was there, from desks, log-ons,
leave and whose clients were read. The test adds up, weighted by what was read, how likely it is that none of the
people who are named sat there. It stands from one in five; it is refuted only where it is below one in fifty and
own traces put the named ones at that desk for at least half of the reading. At the owner's own desk no log tells
who held the mouse.
"""

from __future__ import annotations

from collections import defaultdict

from headwater.casework.alternatives.asked import Asked, percent, percent_zh
from headwater.casework.alternatives.tested import Tested, refuted, stands, untested, weakened

TITLE_ZH = "操作者另有其人"
HOW_ZH = (
    "账号如同钥匙，可能出借。程序已根据座位、登录、休假和所读客户归属，推算每一时段由谁操作。本检验按读取量加权，"
    "计算“所指之人都不在场”的可能性：达到五分之一即视为成立；低于五十分之一、且至少一半读取时段有本人账号在该座位的痕迹，才视为排除。"
    "在所有人本人的座位上，没有任何日志能说明是谁在操作。"
)
LIKELY, UNLIKELY, MOSTLY, ALL = 0.2, 0.02, 0.5, 0.9
NEAR = ("around", "beside")


def test(asked: Asked) -> Tested:
    """Weigh everybody's odds over the sittings of the incident."""
    odds, near, home = _odds(asked)
    named = sorted(asked.employees, key=lambda e: (-odds.get(e, 0.0), e))
    other = max(0.0, 1.0 - sum(odds.get(e, 0.0) for e in named))
    rest = sorted((p for e, p in odds.items() if e not in asked.employees), reverse=True)
    numbers = {
        "sittings": len(asked.rows),
        "probability_of_others": round(other, 4),
        "runner_up": round(rest[0], 4) if rest else 0.0,
        "share_with_own_traces": round(near, 4),
        "share_at_own_desk": round(home, 4),
    }
    if not named:
        return _unnamed(asked, odds, numbers)
    if home >= ALL and not near and other < UNLIKELY:
        return weakened(*_at_home(asked, named, home), numbers)
    en, zh = asked.names(named)
    runner_en, runner_zh = _runner_up(asked, odds)
    told = (
        f"Weighted by what was read in {len(asked.rows)} sitting(s), somebody else than {en} sat there with {percent(other)}{runner_en}. "
        f"{percent(near)} of the reading has traces of their own accounts at that desk within the hour and a half; "
        f"{percent(home)} was done at the desk of the account's owner.",
        f"按 {len(asked.rows)} 个时段的读取量加权，{zh} 之外的人操作的可能性为 {percent_zh(other)}{runner_zh}。"
        f"{percent_zh(near)} 的读取时段前后一个半小时内有其本人账号在该座位的痕迹；{percent_zh(home)} 在账号所有人本人的座位上进行。",
    )
    if other >= LIKELY:
        return stands(*told, numbers)
    if other >= UNLIKELY or near < MOSTLY:
        return weakened(*told, numbers)
    return refuted(*told, numbers)


def _odds(asked: Asked) -> tuple[dict[str, float], float, float]:
    """Mean probability per person, the share with own traces of a named one, the share at the owner's own desk."""
    scene, total = asked.scene, float(asked.weights.sum())
    odds: dict[str, float] = defaultdict(float)
    near = home = 0.0
    for row, weight in zip(asked.rows.itertuples(), asked.weights, strict=True):
        share = float(weight) / total
        for employee, p in scene.who.acted(int(row.Index), row.owner).items():
            odds[employee] += share * p
        first, last = row.first.timestamp(), row.last.timestamp()
        traced = {scene.presence.where(e, row.seat, row.day, first, last) for e in asked.employees - {row.owner}}
        near += share * bool(traced & set(NEAR))
        home += share * (row.owner is not None and row.resident == row.owner)
    return dict(odds), near, home


def _at_home(asked: Asked, named: list[str], home: float) -> tuple[str, str]:
    """At the own desk the odds are the owner's because no log could show anybody else."""
    en, zh = asked.names(named)
    return (
        f"{percent(home)} of the reading ({len(asked.rows)} sitting(s)) was done at the desk of the account's "
        "owner. Nothing speaks for anybody else "
        f"than {en}; but no log tells who sat before the machine there, so nothing rules it out either.",
        f"{percent_zh(home)} 的读取（{len(asked.rows)} 个时段）在账号所有人的座位上进行。没有迹象指向 {zh} "
        "以外的人；但没有日志能说明当时谁坐在机器前，故也不能排除。",
    )


def _runner_up(asked: Asked, odds: dict[str, float]) -> tuple[str, str]:
    rest = {e: p for e, p in odds.items() if e not in asked.employees}
    if not rest:
        return "; no log gives anybody else a chance", "；没有日志指向其他任何人"
    best = max(rest, key=lambda e: (rest[e], e))
    who = ("somebody who is not on the roster", "花名册之外的人") if best == "?" else (asked.name(best),) * 2
    return (
        f"; the next likely is {who[0]} ({percent(rest[best])})",
        f"；其次可能的是 {who[1]}（{percent_zh(rest[best])}）",
    )


def _unnamed(asked: Asked, odds: dict[str, float], numbers: dict[str, float]) -> Tested:
    """Nobody of the roster is accused: the other explanation is then that it was the owner after all."""
    if asked.owner is None:
        return untested(
            "Cannot be tested: nobody is named, and whose account it is is not known.",
            "无法检验：未指认任何人，账号所有人也不明。",
        )
    p = odds.get(asked.owner.employee, 0.0)
    numbers = {**numbers, "probability_of_owner": round(p, 4)}
    who = asked.name(asked.owner.employee)
    told = (
        f"Nobody of the roster is named. That it was the account's owner ({who}) after all has {percent(p)}.",
        f"未指认花名册上的任何人。其实就是账号所有人（{who}）本人的可能性为 {percent_zh(p)}。",
    )
    return stands(*told, numbers) if p >= LIKELY else weakened(*told, numbers)

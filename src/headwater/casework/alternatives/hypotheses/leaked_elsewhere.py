"""The leak came from elsewhere.

Rows of a leak may have come from other houses, from another account that read the same people, or from before. For
every leak that is laid to an account of this story the test asks how many rows are not ours, which other accounts
explain the rows as well, and how likely the account remains as taker. It stands where another account explains the
same rows as well or the account is less likely than not; it is refuted from nineteen in twenty with nobody alike.
"""

from __future__ import annotations

from headwater.casework.alternatives.asked import Asked, percent, percent_zh
from headwater.casework.alternatives.tested import Tested, refuted, stands, weakened
from headwater.model.attribution import Leak, Taker

TITLE_ZH = "泄露数据来自别处"
HOW_ZH = (
    "泄露的行可能来自其他机构、读过同一批人的其他账号，或更早的时候。对归于本事件账号的每份泄露，"
    "本检验查看有多少行不属于我方、还有哪些账号能同样解释，以及该账号为取走者的可能性。"
    "另有账号能同样解释，或可能性不足一半，视为成立；达到二十分之十九且没有同样能解释的账号，视为排除。"
)
SURE, EVEN = 0.95, 0.5


def test(asked: Asked) -> Tested | None:
    """Ask of each leak that is laid to these accounts whether anything else explains it."""
    laid = [
        (leak, t) for leak in asked.house.attribution.leaks for t in leak.takers if t.account in asked.incident.accounts
    ]
    if not laid:
        return None
    leak, taker = min(laid, key=lambda pair: (pair[1].probability - bool(pair[1].alike), pair[0].leak))
    alike = sorted({a for _leak, t in laid for a in t.alike})
    numbers = {
        "leaks": len(laid),
        "least_probability": round(min(t.probability for _leak, t in laid), 4),
        "accounts_alike": len(alike),
        "rows_not_ours": sum(one.not_ours for one, _taker in laid),
        "rows_ours_unexplained": sum(one.unexplained for one, _taker in laid),
    }
    evidence = tuple(c for _leak, t in laid for s in t.statements for c in s.evidence[:3])
    told = (_said(leak, taker, len(laid), alike), _said_zh(leak, taker, len(laid), alike))
    if alike or numbers["least_probability"] < EVEN:
        return stands(*told, numbers, evidence)
    return (
        refuted(*told, numbers, evidence)
        if numbers["least_probability"] >= SURE
        else weakened(*told, numbers, evidence)
    )


def _said(leak: Leak, taker: Taker, leaks: int, alike: list[str]) -> str:
    also = (
        f" Accounts that explain the same rows as well: {', '.join(alike)}."
        if alike
        else " No other account explains the same rows as well."
    )
    return (
        f"{leaks} leaked or seized set(s) are laid to accounts of this story. Of the least sure one, "
        f"{leak.leak}, {leak.ours:,} of {leak.rows:,} rows are ours, "
        f"{leak.not_ours:,} are not; {taker.account} explains {taker.rows_explained:,} of them and took it with "
        f"{percent(taker.probability)}.{also}"
    )


def _said_zh(leak: Leak, taker: Taker, leaks: int, alike: list[str]) -> str:
    also = f"同样能解释这些行的账号：{'、'.join(alike)}。" if alike else "没有其他账号能同样解释这些行。"
    return (
        f"共有 {leaks} 份泄露或查获数据归于本事件账号。其中把握最小的 {leak.leak} 共 {leak.rows:,} 行，"
        f"{leak.ours:,} 行属于我方，{leak.not_ours:,} 行不属于；"
        f"{taker.account} 可解释其中 {taker.rows_explained:,} 行，为取走者的可能性为 {percent_zh(taker.probability)}。{also}"
    )

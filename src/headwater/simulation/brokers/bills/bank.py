"""A bank statement in four layouts; a quick payment names the payment firm and not who got the money."""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate

from headwater.simulation.brokers.bills.row import Row, total
from headwater.simulation.brokers.habits import BankForm
from headwater.simulation.brokers.span import Span, local

POLICE = (
    "交易卡号,交易账号,交易户名,交易时间,交易金额,交易余额,收付标志,交易对手账卡号,对手户名,对手身份证号,对手开户银行,"
    "摘要说明,交易币种,交易网点名称,交易地点,交易是否成功,传票号,IP地址,MAC地址,交易流水号,备注"
)


def bank_statement(
    form: BankForm, name: str, card: str, rows: list[Row], opening: float, days: Span
) -> list[list[str]]:
    """The rows of the file, oldest first, with the balance after each."""
    oldest = sorted(rows, key=lambda r: (r.time, r.number))
    left = list(accumulate((row.sign * row.amount for row in oldest), initial=opening))[1:]
    body = [_LAYOUTS[form](card, name, row, balance) for row, balance in zip(oldest, left, strict=True)]
    return [*_head(form, name, card, days), _HEADERS[form].split(","), *body, *_tail(form, oldest)]


def _head(form: BankForm, name: str, card: str, days: Span) -> list[list[str]]:
    if form == "police-reply":
        return []
    period = f"{local(days.start)[:10]} 至 {local(days.end - 1)[:10]}"
    return [["账户交易明细"], [f"户名：{name}", f"卡号：{card}"], [f"查询期间：{period}", "币种：人民币"]]


def _tail(form: BankForm, rows: list[Row]) -> list[list[str]]:
    if form == "police-reply":
        return []
    (taken, gained), (given, spent) = total(rows, 1), total(rows, -1)
    return [["合计", f"收入{taken}笔", f"{gained:,.2f}", f"支出{given}笔", f"{spent:,.2f}"]]


def _two_columns(card: str, name: str, row: Row, left: float) -> list[str]:
    taken, given = (f"{row.amount:,.2f}" if row.sign == sign else "" for sign in (1, -1))
    return [local(row.time)[:10], local(row.time)[11:], taken, given, f"{left:,.2f}", row.other, row.account, row.kind]


def _signed(card: str, name: str, row: Row, left: float) -> list[str]:
    amount = f"{row.sign * row.amount:+,.2f}"
    return [
        local(row.time)[:10],
        local(row.time)[11:],
        "人民币",
        amount,
        f"{left:,.2f}",
        row.kind,
        row.note,
        row.other,
        row.account,
    ]


def _debit_credit(card: str, name: str, row: Row, left: float) -> list[str]:
    side = "贷 Cr" if row.sign > 0 else "借 Dr"
    return [local(row.time), row.kind, side, f"{row.amount:.2f}", f"{left:.2f}", row.account, row.other]


def _police(card: str, name: str, row: Row, left: float) -> list[str]:
    side = ("进", "贷", "入")[row.time % 3] if row.sign > 0 else ("出", "借", "出")[row.time % 3]
    return [
        f"{card}\t",
        "",
        name,
        local(row.time).replace("-", "").replace(":", "").replace(" ", ""),
        f"{row.amount:.2f}",
        f"{left:.2f}",
        side,
        f"{row.account}\t" if row.account else "",
        row.other,
        *("", "", row.kind, "CNY", "", "", "成功", "", "", "", f"{row.number}\t", row.note),
    ]


_HEADERS: dict[BankForm, str] = {
    "two-columns": "交易日期,交易时间,收入,支出,余额,对方户名,对方账号,摘要",
    "signed": "记账日期,记账时间,币别,金额,余额,交易名称,附言,对方账户名,对方卡号/账号",
    "debit-credit": "交易时间 Trans Time,交易类型 Trading Type,借贷 Dc Flg,交易金额 Trans Amt,余额 Balance,"
    "对方账号 Payment Account,对方户名 Payment Name",
    "police-reply": POLICE,
}
_LAYOUTS: dict[BankForm, Callable[[str, str, Row, float], list[str]]] = {
    "two-columns": _two_columns,
    "signed": _signed,
    "debit-credit": _debit_credit,
    "police-reply": _police,
}

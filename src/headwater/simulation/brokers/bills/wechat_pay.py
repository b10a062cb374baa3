"""A WeChat Pay bill: sixteen lines before the header, nicknames and no accounts on the other side, latest row first."""

from __future__ import annotations

from headwater.simulation.brokers.bills.row import Row, total
from headwater.simulation.brokers.span import Span, local

HEADER = [
    "交易时间",
    "交易类型",
    "交易对方",
    "商品",
    "收/支",
    "金额(元)",
    "支付方式",
    "当前状态",
    "交易单号",
    "商户单号",
    "备注",
]
_SIGNS = {1: "收入", -1: "支出", 0: "/"}


def wechat_pay(nickname: str, rows: list[Row], days: Span, sheet: bool) -> list[list[str]]:
    """The rows of the file, preamble first; a spreadsheet has no tabs behind its numbers."""
    counts = {sign: total(rows, sign) for sign in _SIGNS}
    head = [
        "微信支付账单明细",
        f"微信昵称：[{nickname}]",
        f"起始时间：[{local(days.start)}] 终止时间：[{local(days.end)}]",
        "导出类型：[全部]",
        f"导出时间：[{local(days.end + 3_600)}]",
        "",
        f"共{len(rows)}笔记录",
        f"收入：{counts[1][0]}笔 {counts[1][1]:.2f}元",
        f"支出：{counts[-1][0]}笔 {counts[-1][1]:.2f}元",
        f"中性交易：{counts[0][0]}笔 {counts[0][1]:.2f}元",
        "注：",
        "1. 充值/提现/理财通购买/零钱通存取/信用卡还款等交易，将计入中性交易",
        "2. 本明细仅展示当前账单中的交易，不包括已删除的记录",
        "3. 本明细仅供个人对账使用",
        "",
        "----------------------微信支付账单明细列表--------------------",
    ]
    body = [_cells(row, "" if sheet else "\t") for row in sorted(rows, key=lambda r: (-r.time, r.number))]
    return [[line, *[""] * 8] for line in head] + [HEADER, *body]


def _cells(row: Row, tab: str) -> list[str]:
    return [
        local(row.time),
        row.kind,
        row.other,
        row.goods or "/",
        _SIGNS[row.sign],
        f"¥{row.amount:.2f}",
        row.method or "/",
        row.status,
        f"{row.number}{tab}",
        f"{row.merchant or '/'}{tab}",
        row.note or "/",
    ]

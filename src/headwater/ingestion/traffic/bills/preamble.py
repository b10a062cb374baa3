"""What stands above and below the rows of a bill: whose it is, and the sums and counts that it states."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

_ACCOUNT = re.compile(
    r"(?:支付宝账[户号]|微信号|银行卡号|客户账号|查询账号|查询卡号|卡\(账\)号|账\(卡\)号|账户|[账帐]号|卡号|用户ID"
    r"|Account(?: No\.?| Number)?|Card(?: No\.?| Number)?)(?:\s*[:：]\s*|\t+)\[?([^\]\s,，;；]{3,64})",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"(?:微信昵称|昵称|真实姓名|户名|姓名|客户名称|账户名称|账户名|用户|Account Name|Name)(?:\s*[:：]\s*|\t+)"
    r"(?:\[(?P<b>[^\t]*?)\](?=\s|$)|(?P<p>[^\t\[]+?)(?=\s{2}|\t|$))"
)
_CURRENCY = re.compile(r"(?:币种|币别|货币|Currency)(?:\s*[:：]\s*|\t+)([^\s,，;；]{1,12})", re.IGNORECASE)
_SUM = r"(?P<sum>-?\d[\d,]*(?:\.\d+)?)"
_SIDES = "已收入|待收入|收入|已支出|待支出|支出|中性交易|不计收支|贷方|借方|转入|转出|存入|支取"
_COUNTED = re.compile(
    rf"(?P<side>{_SIDES})(?:交易|发生额|笔数|金额|合计|总计)*[\s:：,，]*(?P<count>\d+)\s*笔(?:[\s:：,，共计合金额]*[¥￥]?\s*{_SUM}(?=\s*元|\s|$|,|，))?"
)
_TOTALLED = re.compile(
    rf"(?:总(?P<a>收入|支出)|(?P<b>收入|支出|贷方|借方)(?:发生额|金额|交易)?(?:合计|总额|总计|总金额))[^\d\t-]{{0,8}}[\s:：]*[¥￥]?\s*{_SUM}(?![\d,.]*\s*[笔条])"
)
_ROWS = re.compile(r"共\s*(\d+)\s*[笔条]|(?:总笔数|总条数|交易笔数|记录数)[\s:：]*(\d+)")
_SIDE = {
    **{"已收入": "income", "收入": "income", "贷方": "income", "转入": "income", "存入": "income"},
    **{"已支出": "outgo", "支出": "outgo", "借方": "outgo", "转出": "outgo", "支取": "outgo"},
    **{"待收入": "income due", "待支出": "outgo due", "中性交易": "neutral", "不计收支": "neutral"},
}
NOTE = re.compile(
    r"^[-=—_*\s]{3,}|-{6,}|[合总小]\s*计|^共|笔记录|笔数|(?:收入|支出)\s*[:：]|导出|打印|页|承前|过次|期初|期末|上期|本期|上页|^注\s*[:：]?|温馨提示|备注\s*[:：]"
    r"|说明\s*[:：]|起始|终止|查询(?:期间|时间|日期)|声明|盖章|以[下上]|结束|本明细|仅供|^\d+[.、]\s*\D|户名|[账帐]号\s*[:：]|用户\s*[:：]|total",
    re.IGNORECASE,
)
"""What lines above and below the rows of a bill say: such a line is no row that could not be read."""
_FEW_CELLS, _LONGEST_TOTAL = 3, 20
_TOTAL = re.compile("[合总]\\s*计|total", re.IGNORECASE)
_WALLET_ID = re.compile(r"[(（]([A-Za-z][-\w]{4,30})[)）]|_(wxid_\w+)", re.ASCII)
_CARD = re.compile(r"(?<![\dA-Za-z])(\d{12,21}|\d{4,8}\*{2,12}\d{3,6})(?![\dA-Za-z])", re.ASCII)


@dataclass(slots=True)
class Stated:
    """Whose a bill is and what it says of its rows: ``(what, stated, line)`` with ``rows``, ``income``, ``outgo`` …"""

    account: str | None = field(default=None, repr=False)
    name: str | None = field(default=None, repr=False)
    currency: str | None = None
    sums: list[tuple[str, float, int]] = field(default_factory=list)
    counts: list[tuple[str, int, int]] = field(default_factory=list)

    def take(self, line: int, cells: Iterable[str | None]) -> bool:
        """Take what a line above or below the rows says; tells whether it says a sum or a count."""
        text = "\t".join(cell.strip() for cell in cells if cell and cell.strip())
        if found := _ACCOUNT.search(text):
            self.account = self.account or found[1]
        if found := _NAME.search(text):
            self.name = self.name or (found["b"] if found["b"] is not None else found["p"]).strip() or None
        if found := _CURRENCY.search(text):
            self.currency = self.currency or found[1]
        return self._take_sums(line, text)

    def _take_sums(self, line: int, text: str) -> bool:
        before = len(self.sums) + len(self.counts)
        if re.search("小\\s*计", text):
            return True
        for found in _COUNTED.finditer(text):
            self.counts.append((_SIDE[found["side"]], int(found["count"]), line))
            if found["sum"]:
                self.sums.append((_SIDE[found["side"]], _number(found["sum"]), line))
        for found in _TOTALLED.finditer(text):
            self.sums.append((_SIDE[found["a"] or found["b"]], _number(found["sum"]), line))
        for found in _ROWS.finditer(text):
            self.counts.append(("rows", int(found[1] or found[2]), line))
        return len(self.sums) + len(self.counts) > before


def _number(text: str) -> float:
    return float(text.replace(",", ""))


def is_note(cells: Iterable[str | None]) -> bool:
    """Tell whether a line without a time and a sum is one of those that stand above and below the rows of a bill."""
    told = [cell for cell in cells if cell]
    return bool(NOTE.search("\t".join(told) if len(told) <= _FEW_CELLS else told[0]))


def is_total(cells: Iterable[str | None]) -> bool:
    """Tell whether a line gives the sums of the columns above it."""
    first = next((cell for cell in cells if cell), "")
    return len(first) < _LONGEST_TOTAL and bool(_TOTAL.search(first))


def account_in_name(path: str, wallet: bool) -> str | None:
    """The account that the name of a bill's file holds: a WeChat id in brackets, or the number of a card."""
    stem = PurePosixPath(path.rpartition("!")[2]).name
    if wallet:
        found = _WALLET_ID.findall(stem)
        return next((one or two for one, two in reversed(found)), None)
    cards = _CARD.findall(stem)
    return max(cards, key=len) if cards else None

"""Finds the header of a table by its content: titles above it are passed over, and a table may have none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

SAMPLE_ROWS = 60
"""How many rows :func:`find_header` likes to see."""

_PREAMBLE = 20
_LONGEST = 60
_VALUE = re.compile(r"^[-+¥￥$]?[\d.,/:\-\s%]*\d[\d.,/:\-\s%]*$|\d{5}|@|^\d+[Xx]$", re.ASCII)
_MORE = re.compile(r"\d{5}|@|\d{3}[ -]\d{4}", re.ASCII)
_CODE_NAME = re.compile(r"^[a-z]+[0-9]?(?:[_.-][a-z0-9]+)+$|^[a-z]+(?:[A-Z][a-z0-9]+)+$", re.ASCII)
_WORDS = re.compile(
    r"^(?:id|no|name|user|account|phone|mobile|tel|email|mail|address|date|time|ts|from|to|kind|type|state|status|action"
    r"|ip|src|dst|host|path|url|method|bytes|rows|amount|price|sex|gender|age|city|province|remark|note|what|owner"
    r"|system|role|grade|site|hired|left|resigned|department|principal|dataset|purpose|relation|received|complaint"
    r"|ticket|product|premium|subject|text|message|sender|receiver|created|disabled|workstation)$",
    re.IGNORECASE,
)
_CHINESE_WORDS = re.compile(
    "姓名|名字|称呼|电话|手机|号码|身份证|证件|地址|住址|邮箱|编号|序号|日期|时间|金额|价格|备注|类型|类别|状态|账号|帐号"
    "|卡号|单号|保单|客户|产品|性别|年龄|城市|省份|部门|职位|岗位|工号|员工|公司|单位|车牌|车架|生日|出生|籍贯|银行|余额|微信"
    "|昵称|内容|消息|发送|接收|交易|收款|付款|对方|操作|结果|来源|楼|面积|户型|学校|班级|年级|家长|业主|快递|运单|商品"
)


@dataclass(frozen=True, slots=True)
class Header:
    """Where the data begins: ``skip`` rows lie above it; ``names`` are the columns, ``found`` if named."""

    skip: int
    names: tuple[str, ...]
    found: bool


def find_header(rows: Sequence[Sequence[str]], width: int, *, joined: bool = False) -> Header:
    """Find the header among the first rows of a table that is ``width`` columns wide.

    With ``joined``, a header of two rows whose upper cells span several lower ones gives both words for each column.
    """
    top = next((place for place, row in enumerate(rows[:_PREAMBLE]) if _is_full(row, width)), 0)
    if joined and (names := _two_rows(rows[top : top + SAMPLE_ROWS], width)):
        return Header(top + 2, column_names(names, width), found=True)
    if top < len(rows) and is_header(rows[top], rows[top + 1 :]):
        return Header(top + 1, column_names(rows[top], width), found=True)
    return Header(top, column_names((), width), found=False)


def _two_rows(rows: Sequence[Sequence[str]], width: int) -> list[str] | None:
    """The names of a header of two rows: the upper one has a gap to the right of a word, and the lower one fills it.

    A cell that spans both rows stands in the upper one, or in both where the reader filled it down.
    """
    if len(rows) < 3:
        return None
    upper, lower = ([cell.strip() for cell in row] + [""] * (width - len(row)) for row in rows[:2])
    below = rows[2:]
    gaps = [place for place in range(width) if not upper[place]]
    if not gaps or not upper[0] or any(not lower[place] for place in gaps):
        return None
    own = [cell if cell != above else "" for cell, above in zip(lower, upper, strict=True)]
    if any(is_value(cell) for cell in own if cell) or not (is_header(upper, below) and is_header(own, below)):
        return None
    spanning, names = "", []
    for above, under in zip(upper, own, strict=True):
        spanning = above or spanning
        names.append(f"{spanning} {under}".strip() if under else above)
    return names


def _is_full(row: Sequence[str], width: int) -> bool:
    filled = sum(1 for cell in row if cell.strip())
    return filled >= max(min(2, width), (width + 1) // 2)


def is_header(row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Tell whether a row names the columns of the rows below it rather than being one of them."""
    cells = [(place, cell.strip()) for place, cell in enumerate(row) if cell.strip()]
    if not cells or max(len(cell) for _, cell in cells) > _LONGEST:
        return False
    if sum(is_value(cell) for _, cell in cells) > 0.2 * len(cells) or _has_twins(cells):
        return False
    return sum(_sign(cell, [r[place].strip() for r in below if place < len(r)]) for place, cell in cells) >= 1


def _has_twins(cells: Sequence[tuple[int, str]]) -> bool:
    return len({cell for _, cell in cells}) <= len(cells) / 3 and len(cells) > 1


def is_label(cell: str) -> bool:
    """Tell whether a cell is a word that names what stands below or beside it."""
    return bool(_CODE_NAME.match(cell) or _WORDS.match(cell) or (len(cell) <= 12 and _CHINESE_WORDS.search(cell)))


def _sign(cell: str, below: Sequence[str]) -> int:
    """What one cell says: +1 for a header, -1 against it, 0 for nothing."""
    if cell in below:
        return -1
    if is_label(cell):
        return 1
    filled = [value for value in below if value]
    return 1 if filled and sum(map(is_value, filled)) > 0.7 * len(filled) else 0


def is_value(cell: str) -> bool:
    """Tell whether a cell looks like a number, a day, an address of mail, and not like a word."""
    return _VALUE.search(cell) is not None


def lines_above(rows: Sequence[Sequence[str]], numbers: Sequence[int], header: Header) -> tuple[tuple[int, str], ...]:
    """What stands above a table, line by line: titles, and the cells of its header that hold more than a word."""
    told = []
    for place, (number, row) in enumerate(zip(numbers, rows[: header.skip], strict=False)):
        is_names = header.found and place == header.skip - 1
        cells = [cell.strip() for cell in row if cell.strip() and not (is_names and not _MORE.search(cell))]
        if cells:
            told.append((number, "\t".join(dict.fromkeys(cells))))
    return tuple(told)


def column_names(row: Sequence[str], width: int) -> tuple[str, ...]:
    """Make ``width`` distinct names: those of the row, their number where there is none, ``_2`` for a twin."""
    seen: Counter[str] = Counter()
    names: list[str] = []
    for place in range(width):
        name = (row[place].strip() if place < len(row) else "") or str(place + 1)
        seen[name] += 1
        while seen[name] > 1 and f"{name}_{seen[name]}" in seen:
            seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
        seen[names[-1]] += seen[name] > 1
    return tuple(names)

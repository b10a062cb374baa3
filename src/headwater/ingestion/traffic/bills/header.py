"""What the columns of bills are called, and what makes a header one of a bill."""

from __future__ import annotations

import re
from functools import cache

from headwater.ingestion.traffic.grids import Head
from headwater.ingestion.traffic.headings import Header, Names, find_header, names_in

_SEVERAL = frozenset({"text", "kind"})
_GUESSES = (
    (re.compile("(?:对方|对手|收款人|付款人|收付).*(?:名|称)"), "other_name"),
    (re.compile("(?:对方|对手|收款人|付款人|收付).*(?:账号|帐号|卡号|账户|id$)"), "other"),
    (re.compile("(?:收入|贷方|存入|转入).*(?:金额|额|数)|(?:金额|额)(?:收入|存入|贷方?)$"), "income"),
    (re.compile("(?:支出|借方|支取|转出).*(?:金额|额|数)|(?:金额|额)(?:支出|支取|借方?)$"), "outgo"),
    (re.compile("余额$"), "balance"),
    (re.compile("(?:收支|借贷|收付|进出).{0,3}(?:标|方|类|别|符)"), "direction"),
)
_NOT_GUESSED = re.compile("证件|身份证|银行|机构|地区|电话|开户|对[方手].*余额|币种|网点|行号|行名|ip|mac|科目")


def find_bill(head: Head) -> Header | None:
    """Give the header of a bill among the first rows of a table, or ``None``."""
    return find_header(head, _names(), _is_bill)


@cache
def _names() -> Names:
    return names_in(__package__, "columns.toml", _SEVERAL, _guess)


def _is_bill(header: Header) -> bool:
    """Whether the columns tell when how much was moved."""
    dated = header.has("time") or header.has("day")
    return dated and (header.has("amount") or header.has("income", "outgo"))


def _guess(name: str) -> str | None:
    if _NOT_GUESSED.search(name):
        return None
    return next((field for pattern, field in _GUESSES if pattern.search(name)), None)

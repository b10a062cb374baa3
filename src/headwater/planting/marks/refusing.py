"""Columns that are never marked: who somebody is, how to reach him, what he owns and owes, when he was born, and what names a record."""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers import births, normal
from headwater.identifiers.columns import filled, recognise
from headwater.identifiers.headers import named_kinds

_MONEY = re.compile(
    "金额|保费|保额|余额|价格|价款|单价|总价|费用|费率|工资|薪|收入|资产|贷|还款|欠款|利息|利率|押金|租金|账|帐|元$"
    r"|(?<![a-z])(?:money|amount|amt|premium|balance|price|fee|cost|pay|paid|payment|salary|wage|income|loan|debt|credit|rent|sum|total|tax)(?![a-z])",
    re.I,
)
_BIRTH = re.compile("出生|生辰|birth", re.I)
_CODE = re.compile(
    "编号|号码|单号|合同号|保单号|保单$|账号|卡号|案号|文号|证号|流水|开户"
    r"|(?<![a-z])(?:no|nr|num|number|code|serial|id|ref)$",
    re.I,
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_LIKE_CODE = r"^\S*[0-9]{3}\S*$"
_LIKE_DAY = r"^[0-9]{4}[-/.年][0-9]{1,2}[-/.月]"
_LIKE_NUMBER = r"^-?[0-9][0-9,]*(?:\.[0-9]+)?$"
_MOSTLY = 0.9


def refusal(header: str, values: pa.Array) -> str | None:
    """Say why a column is never marked, or ``None`` where it may be. Headers and contents are both looked at."""
    kinds, apart = named_kinds(header) - {"other", "address"}, _CAMEL.sub("_", normal.narrow(header))
    found = recognise(header, values)
    if found is not None and found.kind != "address":
        return f"holds {found.kind.replace('_', ' ')}s of people"
    if kinds and found is None:
        return f"is named like a column of {min(kinds).replace('_', ' ')}s"
    if _MONEY.search(apart):
        return "is named like a column of money"
    if births.is_named(header) or _BIRTH.search(header):
        return "is named like a day of birth"
    if births.span_lives(values):
        return "holds days as far apart as days of birth are"
    if _CODE.search(apart):
        return "is named like a column of codes"
    return "holds codes, hardly any of them twice" if found is None and _are_codes(values) else None


def holds_addresses(header: str, values: pa.Array) -> bool:
    """Tell whether a column holds addresses, by its header or its content: any other text with a digit may mean something by its gaps."""
    found = recognise(header, values)
    return "address" in named_kinds(header) if found is None else found.kind == "address"


def _are_codes(values: pa.Array) -> bool:
    """Tell whether nearly every cell is a code of its own: contracts, policies, the key of the data set."""
    texts = normal.narrow_array(values.filter(filled(values)))
    if len(texts) < 2 or pc.count_distinct(texts).as_py() <= _MOSTLY * len(texts):
        return False
    number, day, code = (normal.matching(texts, like) for like in (_LIKE_NUMBER, _LIKE_DAY, _LIKE_CODE))
    if number.mean() > _MOSTLY and pc.count_distinct(pc.utf8_length(texts)).as_py() > 1:
        return False
    return bool((code & ~day).mean() > _MOSTLY)

"""Columns that are never marked: who somebody is, how to reach him, what he owns and owes, and when he was born."""

from __future__ import annotations

import re

import pyarrow as pa

from headwater.identifiers.columns import recognise
from headwater.identifiers.headers import named_kinds

_MONEY = re.compile(
    "金额|保费|保额|余额|价格|价款|单价|总价|费用|费率|工资|薪|收入|资产|贷|还款|欠款|利息|利率|押金|租金|账|帐|元$"
    r"|(?<![a-z])(?:money|amount|amt|premium|balance|price|fee|cost|pay|paid|payment|salary|wage|income|loan|debt|credit|rent|sum|total|tax)(?![a-z])",
    re.I,
)
_BIRTH = re.compile("出生|生日|birth|(?<![a-z])dob(?![a-z])|csrq", re.I)


def refusal(header: str, values: pa.Array) -> str | None:
    """Say why a column is never marked, or ``None`` where it may be. Headers and contents are both looked at."""
    kinds = named_kinds(header) - {"other", "address"}
    found = recognise(header, values)
    if found is not None and found.kind != "address":
        return f"holds {found.kind.replace('_', ' ')}s of people"
    if kinds and found is None:
        return f"is named like a column of {min(kinds).replace('_', ' ')}s"
    if _MONEY.search(header):
        return "is named like a column of money"
    return "is named like a day of birth" if _BIRTH.search(header) else None

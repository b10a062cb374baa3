"""Comparing masked values with raw ones: both are brought into one form that shows no more than any mask does.

- a mobile number (eleven digits from 1, some of them stars): first three and last four, ``138****5678``;
- a longer number (card, identity number; digits, stars, a last X): its last four, ``*0119``, whatever else a mask leaves;
- an e-mail address: first letter and domain, ``w*@example.com``;
- a person's name (one that the truth knows as a name, or Han characters with stars): first character and length, ``张**``;
- everything else (account names, nicknames) as it is, but for case and surrounding blanks.

Two different values may fall into one form (two people named 张 with two characters). That is what a mask does; the scores that
use these forms allow a form to belong to several people.
"""

from __future__ import annotations

import re
from collections.abc import Collection

MOBILE = re.compile(r"1[\d*]{10}")
NUMBER = re.compile(r"[\d*]{11,}[\dXx*]")
MASKED_NAME = re.compile(r"[\u4e00-\u9fff]{1,2}\*{1,3}")


def mask_form(text: str, names: Collection[str] = ()) -> str:
    """The comparable form of a value; ``names`` are texts that are known to be people's names.

    >>> mask_form("13812345678"), mask_form("138****5678"), mask_form("6217000078224760119")
    ('138****5678', '138****5678', '*0119')
    >>> mask_form("张伟", {"张伟"}), mask_form("欧阳**"), mask_form("清风徐来")
    ('张*', '欧***', '清风徐来')
    """
    text = text.strip()
    digits = re.sub(r"[\s-]", "", text)
    if MOBILE.fullmatch(digits):
        return f"{digits[:3]}****{digits[-4:]}"
    if NUMBER.fullmatch(digits):
        return f"*{digits[-4:].upper()}"
    local, at, domain = text.partition("@")
    if at and local and "." in domain:
        return f"{local[0]}*@{domain}".casefold()
    if text in names or MASKED_NAME.fullmatch(text):
        return text[0] + "*" * (len(text) - 1)
    return text.casefold()


def agree(one: str, other: str, names: Collection[str] = ()) -> bool | None:
    """Whether two values can be the same behind their masks; ``None`` where either is empty."""
    return mask_form(one, names) == mask_form(other, names) if one and other else None


def shows(mask: str, value: str) -> bool:
    """Whether a mask, with a star for each character that it hides, is one of this value.

    >>> shows("京A***88", "京A12388"), shows("京A***88", "京A1288"), shows("****", "")
    (True, False, False)
    """
    return len(mask) == len(value) and all(shown in ("*", true) for shown, true in zip(mask, value, strict=True))

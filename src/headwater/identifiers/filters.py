"""What lets a candidate in free text go: each predicate sees the narrowed text and the place of the candidate."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

_LABELS = re.compile(
    r"(?:^|[^A-Za-z])(?:tel|telephone|phone|mobile|mob|cell|contact|sj|sjh|dh|wx|vx|qq|alipay|zfb|no|m|t|p)$", re.I
)
_SERIAL = re.compile(
    r"(?:订单|单号|流水|编号|序号|工单|保单|运单|批次|订货|order|serial|seq|trace|uuid|batch|ticket)"
    r"[^0-9A-Za-z]{0,4}(?:no|id|number|号)?[^0-9A-Za-z]{0,4}$",
    re.I,
)


def is_continued_number(text: str, start: int, end: int) -> bool:
    """Tell whether the digits go on over a point or a hyphen, as in a decimal, a version or a chain of codes."""
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    return bool(re.match("[0-9][.-]$", before) or re.match("[.-][0-9]", after))


def is_in_a_code(text: str, start: int, end: int) -> bool:
    """Tell whether letters stand directly beside that are no label such as ``tel``."""
    before, after = text[max(0, start - 12) : start], text[end : end + 2]
    if re.match("[A-Za-z]|[-.][A-Za-z0-9]", after):
        return True
    return bool(re.search("[A-Za-z]$", before)) and not _LABELS.search(before)


def is_serial(text: str, start: int, end: int) -> bool:
    """Tell whether a word before says that the number counts orders, policies or log lines."""
    return _SERIAL.search(text[max(0, start - 16) : start]) is not None


def is_all_digits(text: str, start: int, end: int) -> bool:
    """Tell whether the candidate has no letter: eighteen digits are a resident id or nothing."""
    return text[start:end].isdigit()


FILTERS: Mapping[str, Callable[[str, int, int], bool]] = MappingProxyType(
    {f.__name__: f for f in (is_continued_number, is_in_a_code, is_serial, is_all_digits)}
)
"""Every filter by its name."""

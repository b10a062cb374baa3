"""When a message was written: any of the ways in which chat exports write times, each row by the first that fits it."""

from __future__ import annotations

from datetime import tzinfo

import pyarrow as pa
import pyarrow.compute as pc

from headwater.ingestion.clock import parse, parse_any

_FORMS = (
    "auto",
    "%Y/%m/%d %H:%M:%S",
    "%Y年%m月%d日 %H:%M:%S",
    "%Y年%m月%d日 %H时%M分%S秒",
    "%Y年%m月%d日 %H:%M",
    "%Y-%m-%d %p %I:%M:%S",
    "%Y/%m/%d %p %I:%M:%S",
    "%Y年%m月%d日 %p %I:%M:%S",
    "%Y年%m月%d日 %p %I:%M",
    "%Y-%m-%d %I:%M:%S %p",
    "%Y/%m/%d %I:%M:%S %p",
    "%Y-%m-%d %p %I:%M",
    "%Y/%m/%d %p %I:%M",
    "%a %b %d %H:%M:%S %Y",
    "%d %b %Y %H:%M:%S",
    "%b %d, %Y %I:%M:%S %p",
    "epoch",
)
_ALIKE = (
    ("凌晨", "上午"),
    ("早上", "上午"),
    ("清晨", "上午"),
    ("傍晚", "下午"),
    ("晚上", "下午"),
    ("\u202f", " "),
    ("\u00a0", " "),
)


def moments(text: pa.Array, zone: tzinfo) -> pa.Array:
    """Turn texts into moments, null where a text is no time. Those without a zone are in ``zone``."""
    found = parse(text, "auto", zone)
    if not found.null_count:
        return found
    left = pc.and_(pc.is_null(found), pc.is_valid(text))
    if not pc.any(left).as_py():
        return found
    rest = text.filter(left)
    for old, new in _ALIKE:
        rest = pc.replace_substring(rest, old, new)
    again = parse_any(pc.utf8_trim_whitespace(rest), _FORMS, zone)
    return pc.replace_with_mask(found, left, again)


def first_told(columns: list[pa.Array], zone: tzinfo) -> pa.Array:
    """The moment that the first of several columns tells, row by row."""
    found = moments(columns[0], zone)
    for column in columns[1:]:
        if not found.null_count:
            break
        rest = pc.if_else(pc.is_null(found), column, pa.scalar(None, pa.string()))
        found = pc.coalesce(found, moments(rest, zone))
    return found

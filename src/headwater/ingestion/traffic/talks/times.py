"""When a message was written: any of the ways in which chat exports write times, each row by the first that fits it."""

from __future__ import annotations

from datetime import tzinfo

import pyarrow as pa
import pyarrow.compute as pc

from headwater.ingestion.clock import parse, parse_any

_DIGITS = pa.array(list("0123456789"))
_NULL = pa.scalar(None, pa.string())
_FORMS = (
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
_HALF = r"(?i)\d\s*[ap]\.?m\.?\b|[\x{4e0a}\x{4e0b}\x{4e2d}]\x{5348}|凌晨|早上|清晨|傍晚|晚上"
_NOON = r"中午(?P<gap>\s*)(?P<hour>1[01]:)"


def moments(text: pa.Array, zone: tzinfo) -> pa.Array:
    """Turn texts into moments, null where the text is no time. Those without a zone are in ``zone``."""
    plain = pc.and_(pc.string_is_ascii(text), pc.is_in(pc.utf8_slice_codeunits(text, -1), _DIGITS))
    if not pc.all(plain).as_py():  # else "PM" would pass for the name of a zone
        text = text.cast(pa.string())
        halved = pc.fill_null(pc.match_substring_regex(text, _HALF), False)
        found = parse(pc.if_else(halved, _NULL, text), "auto", zone)
    else:
        found = parse(text, "auto", zone)
    left = pc.and_(pc.is_null(found), pc.is_valid(text))
    if not pc.any(left).as_py():
        return found
    rest = pc.replace_substring_regex(text.filter(left), _NOON, r"上午\1\2")
    for old, new in (*_ALIKE, ("中午", "下午")):
        rest = pc.replace_substring(rest, old, new)
    rest = pc.utf8_trim_whitespace(rest)
    again = parse_any(rest, _FORMS, zone)
    if again.null_count:  # a clock of 24 hours that names the half of the day as well
        whole = pc.replace_substring_regex(rest, r"(?i)\s*(?:上午|下午)\s*|\s*[ap]\.?m\.?$", " ")
        again = pc.coalesce(again, parse(pc.utf8_trim_whitespace(whole), "auto", zone))
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

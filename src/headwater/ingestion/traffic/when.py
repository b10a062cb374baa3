"""When something was paid or called: days and times of day in one column or in two, as banks and telephones write them."""

from __future__ import annotations

from datetime import tzinfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers.normal import narrow_array
from headwater.ingestion.clock import parse_any

_FORMS = ("auto", "%Y%m%d", "%Y%m%d %H:%M:%S", "%Y%m%d %H%M%S", "%Y-%m-%d %H%M%S", "%Y-%m-%d %H:%M:%S")
_CLOCK = r"^(?:\d{1,2}:\d{1,2}(?::\d{1,2}(?:\.\d+)?)?|\d{1,2}时\d{1,2}分(?:\d{1,2}秒)?|\d{6})$"
_SERIAL = r"^[2-5]\d{4}(?:\.\d{1,12})?$"
_UNIX_DAY = 25_569
_SIX = r"^(\d{2})(\d{2})(\d{2})$"


def moments(days: pa.Array | None, times: pa.Array | None, zone: tzinfo) -> pa.Array:
    """Give the moments that a column of days and one of times tell; either may hold both, or be missing.

    A day without a time of day is its first moment.
    """
    texts = _joined(days, times)
    found = parse_any(texts, _FORMS[:2], zone)
    left = pc.and_(pc.is_null(found), pc.is_valid(texts))
    if not pc.any(left, min_count=0).as_py():
        return found
    again = parse_any(_spelt(_counted(texts.filter(left))), _FORMS, zone)
    return pc.replace_with_mask(found, left, again)


def _counted(texts: pa.Array) -> pa.Array:
    """Days since 1899-12-30, as a spreadsheet counts them where a cell has lost its form, written as days and times."""
    serial = pc.fill_null(pc.match_substring_regex(texts, _SERIAL), False)
    if not pc.any(serial, min_count=0).as_py():
        return texts
    days = pc.cast(texts.filter(serial), pa.float64()).to_numpy(zero_copy_only=False)
    seconds = np.rint((days - _UNIX_DAY) * 86_400).astype("datetime64[s]")
    return pc.replace_with_mask(texts, serial, pa.array(np.datetime_as_string(seconds).tolist(), pa.string()))


def _spelt(texts: pa.Array) -> pa.Array:
    """Times without the words and the odd signs between their figures."""
    texts = pc.replace_substring_regex(narrow_array(texts), r"\s+", " ")
    texts = pc.replace_substring_regex(texts, r"(\d)\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日?\s*", r"\1-\2-\3 ")
    texts = pc.replace_substring_regex(texts, r"(\d{1,2})时(\d{1,2})分(\d{1,2})秒", r"\1:\2:\3")
    texts = pc.replace_substring_regex(texts, r"^(\d{4}-\d{2}-\d{2})-(\d{2})\.(\d{2})\.(\d{2})", r"\1 \2:\3:\4")
    return pc.utf8_trim_whitespace(texts)


def _joined(days: pa.Array | None, times: pa.Array | None) -> pa.Array:
    if days is None or times is None:
        only = times if days is None else days
        assert only is not None  # a bill has one of them
        return only
    clock = pc.fill_null(pc.match_substring_regex(times, _CLOCK), False)
    spelt = pc.replace_substring_regex(times, _SIX, r"\1:\2:\3")
    dated = pc.replace_substring_regex(days, r"[ T]00:00(?::00)?(?:\.0+)?$", "")
    both = pc.binary_join_element_wise(dated, spelt, " ")
    return pc.coalesce(pc.if_else(clock, both, times), days)

"""Days as people write them in tables: 2018-05-01, 2018/5/1, 2018.5.1, 2018年5月1日, 20180501, also with a time."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers.births import calendar_days

_APART = (
    r"^\s*(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})日?"
    r"(?:[ T]\s*\d{1,2}(?:[:时]\d{1,2}.*)?)?\s*$"
)
_TOGETHER = r"^\s*(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?:[ T]?\d{2}:?\d{2}(?::?\d{2})?)?\s*$"


def parse_days(texts: pa.Array) -> pa.Array:
    """Give the day of every text, null where the text is none; the time of day is left out.

    Each distinct text is read once: a table has few days.
    """
    coded = texts.dictionary_encode()
    days = calendar_days(coded.dictionary, _APART)
    if days.null_count:
        days = pc.coalesce(days, calendar_days(coded.dictionary, _TOGETHER))
    return days.take(coded.indices)

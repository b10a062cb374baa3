"""Days as people write them in tables: 2018-05-01, 2018/5/1, 2018.5.1, 2018年5月1日, 20180501, also with a time."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_APART = (
    r"^\s*(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})日?"
    r"(?:[ T]\s*\d{1,2}(?:[:时]\d{1,2}.*)?)?\s*$"
)
_TOGETHER = r"^\s*(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?:[ T]?\d{2}:?\d{2}(?::?\d{2})?)?\s*$"


def parse_days(texts: pa.Array) -> pa.Array:
    """Give the day of every text, null where the text is none; the time of day is left out.

    Each distinct text is read once: a table has few days.
    """
    coded = texts.dictionary_encode()
    days = _parsed(coded.dictionary, _APART)
    if days.null_count:
        days = pc.coalesce(days, _parsed(coded.dictionary, _TOGETHER))
    return days.take(coded.indices)


def _parsed(texts: pa.Array, pattern: str) -> pa.Array:
    parts = pc.extract_regex(texts, pattern=pattern)
    year, month, day = (_numbers(pc.struct_field(parts, name)) for name in ("year", "month", "day"))
    sound = (year > 0) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    months = (np.where(sound, year, 1970) - 1970) * 12 + np.where(sound, month, 1) - 1
    start = months.astype("datetime64[M]")
    days = start.astype("datetime64[D]") + (np.where(sound, day, 1) - 1).astype("timedelta64[D]")
    sound &= days.astype("datetime64[M]") == start
    return pa.array(days, pa.date32(), mask=~sound)


def _numbers(texts: pa.Array) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    numbers: np.ndarray[tuple[int], np.dtype[np.int64]] = pc.fill_null(texts.cast(pa.int64()), 0).to_numpy()
    return numbers

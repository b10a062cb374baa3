"""Days of birth: what header names them, what they look like in a column, and their normal form ``YYYYMMDD``.

A day of birth is no identifier by itself, but beside a name it is. One place says what is one, because the words mislead: 发生日期 (when
something happened) holds 生日, and a place or a weight at birth is named like a birth.

>>> is_named("投保人出生日期"), is_named("发生日期"), is_named("birthplace")
(True, False, False)
"""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers import normal
from headwater.identifiers.columns import filled
from headwater.identifiers.headers import joined
from headwater.identifiers.simplified import simplified

_CHINESE = re.compile(
    r"出生[\s_(\-]*(?:年?月?日(?!志)|年月|日期|时间|$)|诞辰|生辰"
    "|(?<![发产招新学医卫考滋])生日(?!期|提醒|问候|祝|贺|礼|券|卡|优惠|特权|活动|积分|蛋糕)"
)
_LATIN = re.compile(r"(?:dob|csrq|csny|born(?:on|at)?|(?:(?:date|day|dt)of)?birth(?:day|date|dt|d|ymd|ym|time)?)[0-9]?")
_ENDS = re.compile(r"(?<!re)(?<!still)(?<!of)birth(?:day|date)?[0-9]?")
_ELSE = re.compile(
    "place|city|town|county|province|state|country|region|hospital|district|address|weight|length|height|order|rank|rate|"
    "certificate|cert|registration|registered|issued?|reminder|gift|coupon"
)
"""Words beside a birth that make something else of it."""
_APART = (
    r"^\s*(?P<y>(?:18|19|20)[0-9]{2})\s*[-/.年 ]\s*(?P<m>[0-9]{1,2})\s*[-/.月 ]\s*(?P<d>[0-9]{1,2})[日号]?"
    r"(?:[ T]\s*[0-9]{1,2}[:时].*)?\s*$"
)
_TOGETHER = (
    r"^\s*(?P<y>(?:18|19|20)[0-9]{2})(?P<m>[0-9]{2})(?P<d>[0-9]{2})(?:[ T]?[0-9]{2}:?[0-9]{2}(?::?[0-9]{2})?)?\s*$"
)
_MOSTLY = 0.5
_LONGEST_LIFE = 130 * 365.25  # days; the oldest person known became 122
_GROWN = 25 * 365.25  # days between the young and the old of a clientele; a log of a house is rarely as long


def is_named(header: str) -> bool:
    """Tell whether a header says that its column holds days of birth; the content is not looked at.

    >>> is_named("客户生日"), is_named("custBirth"), is_named("DATE_OF_BIRTH"), is_named("dob")
    (True, True, True, True)
    >>> is_named("事故發生日期"), is_named("出生地"), is_named("birth_weight"), is_named("country_of_birth")
    (False, False, False, False)
    """
    plain = simplified(normal.narrow(header)).strip()
    words = joined(plain)
    if _CHINESE.search(plain):
        return True
    return not any(map(_ELSE.fullmatch, words)) and any(_LATIN.fullmatch(word) or _ends(word) for word in words)


def _ends(word: str) -> bool:
    found = _ENDS.search(word)
    return found is not None and found.end() == len(word)


def is_birth(header: str, values: pa.Array) -> bool:
    """Tell whether a column holds days of birth: its header names them, and most of its cells are such days of living people."""
    return is_named(header) and are_births(values)


def are_births(values: pa.Array) -> bool:
    """Tell whether most of the filled cells of a string array are days, nearly all within one long life of each other."""
    cells = values.filter(filled(values))
    days = _numbers(days_array(cells))
    return bool(len(days) > _MOSTLY * len(cells) and _span(days, 1) <= _LONGEST_LIFE)


def span_lives(values: pa.Array) -> bool:
    """Tell whether most cells are days and lie as far apart as births of a clientele do: nine in ten over 25 years or more.

    For columns whose header says nothing. What a house records of its own time spans less.
    """
    return are_births(values) and _span(_numbers(days_array(values)), 5) >= _GROWN


def days_array(values: pa.Array) -> pa.Array:
    """Give each day of birth as a date, null where a text is no day of the calendar.

    Days are written in the order year, month, day, with two digits each where nothing stands between them.

    >>> days_array(pa.array(["1990-1-11", "19900111", "1990111", "1990-02-31"])).is_valid().to_pylist()
    [True, True, False, False]
    """
    coded = normal.as_text(values).dictionary_encode()
    texts = normal.narrow_array(coded.dictionary)
    return pc.coalesce(calendar_days(texts, _APART), calendar_days(texts, _TOGETHER)).take(coded.indices)


def compact_array(values: pa.Array) -> pa.Array:
    """Give each day of birth as ``YYYYMMDD``, null where there is none.

    >>> compact_array(pa.array(["１９４９年１２月３１日", "1980/1/5 00:00:00", "x"])).to_pylist()
    ['19491231', '19800105', None]
    """
    return pc.strftime(days_array(values), format="%Y%m%d")


def calendar_days(texts: pa.Array, pattern: str) -> pa.Array:
    """Give the date of each text that fits a pattern with the groups ``y``, ``m`` and ``d``; null where that is no day of the calendar."""
    parts = pc.extract_regex(texts, pattern=pattern)
    year, month, day = (
        pc.fill_null(pc.struct_field(parts, name).cast(pa.int64()), 0).to_numpy(zero_copy_only=False) for name in "ymd"
    )
    sound = (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1)
    start = np.where(sound, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    days = start.astype("datetime64[D]") + (np.where(sound, day, 1) - 1).astype("timedelta64[D]")
    sound &= days.astype("datetime64[M]") == start
    return pa.array(days, pa.date32(), mask=~sound)


def _numbers(days: pa.Array) -> np.ndarray:
    return np.asarray(days.drop_null().cast(pa.int32()).to_numpy(zero_copy_only=False))


def _span(days: np.ndarray, percent: int) -> float:
    """Days between the lowest and the highest, so many of a hundred left out at each end."""
    if not len(days):
        return 0.0
    low, high = np.percentile(days, (percent, 100 - percent))
    return float(high - low)

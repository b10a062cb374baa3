"""Tells which styles of a workbook show a number as a day or a time, and of which that cannot be told for sure."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from headwater.exhibits.markup import attribute, parsed

PLAIN, DATE, UNSURE = 0, 1, 2
_DAYS = frozenset({*range(14, 23), 45, 47})
_NUMBER = re.compile(r"(?:general|[0#?.,%;()+\-/ @$¥￥€£]|e[+-])*", re.I)
_DAY = re.compile(r"(?:[ymdhs]|am/pm|a/p|[/\-.:,; @年月日时分秒]|上午/下午)+", re.I)
_ASIDE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[\$[^\]]*\]|\[(?:red|black|blue|green|white|yellow|magenta|cyan)\]', re.I)


def styles_of(data: bytes) -> Any:
    """For each style of a cell, by its number, its class."""
    root = parsed(data)
    codes = {attribute(each, "numFmtId"): attribute(each, "formatCode") for each in root.iter("{*}numFmt")}
    found = []
    for formats in root.iter("{*}cellXfs"):
        for each in formats.iter("{*}xf"):
            number = attribute(each, "numFmtId") or "0"
            found.append(class_of(codes[number]) if number in codes else _built_in(number))
    return np.array(found, np.uint8)


def class_of(code: str) -> int:
    """The class of a style with this code.

    >>> [class_of(code) for code in ("#,##0.00", "yyyy/m/d;@", '0"年"', "[h]:mm", "[Red]0.0", "General")]
    [0, 1, 0, 2, 0, 0]
    """
    bare = _ASIDE.sub("", code)
    return PLAIN if _NUMBER.fullmatch(bare) else DATE if _DAY.fullmatch(bare) else UNSURE


def _built_in(number: str) -> int:
    return UNSURE if not number.isdecimal() else DATE if int(number) in _DAYS else PLAIN

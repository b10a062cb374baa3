"""Forms in running text: lines that follow each other, each with a label and what was filled in, are one person's.

>>> texts = pa.array(["下单", "收件人: 甲", "手机号码: 1", "收件人: 乙", "手机号码: 2", "", "手机号码: 3"])
>>> records(texts, np.array([1, 2, 3, 4, 6])).tolist()
[0, 1, 1, 3, 3, 5, 6]
>>> records(pa.array(["姓名：甲", "手机：1", "紧急联系人：乙", "联系电话：2"]), np.arange(4)).tolist()
[0, 0, 2, 2]
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from headwater.identifiers import normal
from headwater.identifiers.headers import named_kinds
from headwater.scanning.parties import party_of

Ints = npt.NDArray[np.int64]
_LABEL = r"^[\s*•>-]{0,4}([\p{Han}A-Za-z][\p{Han}A-Za-z _./()（）　]{0,15}?)[ ]?(?:[:：]|\t|  )\s*\S"
_LETTERS = re.compile(r"[\s*•>-]{0,4}([^:：\t]{1,17}?)[ ]?(?:[:：]|\t|  )")
_TELEPHONE = re.compile("电话|手机|phone|mobile|tel|cell", re.I)
_MOST = 12  # lines of one form


def records(texts: pa.Array, found: Ints) -> Ints:
    """Give for each line the place of the first line of its form; a line in no form is its own.

    Only lines in which something was ``found`` (their places, in any order) are looked at. A label that names no personal data, one that
    comes again, and one that names another party end a form.
    """
    first = np.arange(len(texts), dtype=np.int64)
    places = np.unique(found)
    places = places[_are_beside(places)]
    lines = texts.take(pa.array(places))
    labelled = normal.matching(lines, _LABEL)
    start, seen = -1, set[str]()
    for place, line in zip(places[labelled].tolist(), lines.filter(pa.array(labelled)).to_pylist(), strict=True):
        label = _label(line)
        kinds = _kinds(label)
        goes_on = start >= 0 and first[place - 1] == start and place - start < _MOST
        if goes_on and kinds and seen.isdisjoint(kinds) and not party_of(label):
            first[place] = start
            seen |= kinds
        else:
            start, seen = (place, kinds) if kinds else (-1, set())
    return first


def _are_beside(places: Ints) -> npt.NDArray[np.bool_]:
    """Which of sorted places have a neighbour among them."""
    steps = np.diff(places) == 1
    return np.append(steps, False) | np.append(False, steps) if len(places) else np.zeros(0, bool)


def _label(line: str) -> str:
    found = _LETTERS.match(line)
    return "".join(found[1].split()) if found else ""


def _kinds(label: str) -> set[str]:
    """What a label must not name again in its form: telephones may be of several labels, all else is there once."""
    if _TELEPHONE.search(label):
        return {label}
    return set(named_kinds(label) - {"other", "mobile", "phone", "landline"})

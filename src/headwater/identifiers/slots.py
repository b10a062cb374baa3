"""Mobiles in texts, judged by what stands at the same place of other texts: ``v=15412345678`` is none where ``v=`` has any eleven digits.

What directly precedes a number is its slot: the same key of addresses and of JSON, the same words of a log line. A column is judged by
the share of its cells that pass, and so is a slot, unless a word before it speaks of telephones.
"""

from __future__ import annotations

import re
from collections import defaultdict

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers import normal

_WIDTH = 6  # characters that make a slot
_BEFORE = 24  # characters before a number in which a word of telephones is looked for
_FEWEST, _MOST_SLOTS = 3, 8
_OTHERS = 2  # numbers of a slot for each that looks like a mobile, from which it holds any digits
_OF_A_PHONE = re.compile("phone|mobile|msisdn|tel|sms|contact|call|sj|手机|电话|联系|号码|微信|致电", re.I)


def any_digits(found: pa.Table, texts: pa.Array) -> npt.NDArray[np.bool_]:
    """Tell which finds of texts are mobiles by chance: most numbers of eleven digits behind the same characters are none.

    >>> found = pa.table({"place": [0, 1, 2], "kind": ["mobile"] * 3, "start": [4] * 3})
    >>> texts = pa.array([f"a?v={n}54020{n}5151" for n in (1, 1, 1, 2, 3, 4, 5, 6, 7, 8)])
    >>> any_digits(found, texts).tolist(), any_digits(found, texts.slice(0, 4)).tolist()
    ([True, True, True], [False, False, False])
    """
    told = np.zeros(found.num_rows, dtype=bool)
    rows = np.flatnonzero(np.asarray(pc.equal(found["kind"], "mobile")))
    if len(rows) < _FEWEST:
        return told
    some = found.take(pa.array(rows))
    before = _before(texts.take(normal.one_array(some["place"])), some["start"].to_pylist())
    slots: dict[str, list[int]] = defaultdict(list)
    for row, text in zip(rows.tolist(), before, strict=True):
        slots[text[-_WIDTH:]].append(row)
    phones = {text[-_WIDTH:] for text in before if _OF_A_PHONE.search(text)}
    judged = [(slot, of) for slot, of in slots.items() if len(of) >= _FEWEST and slot not in phones and _is_slot(slot)]
    for slot, of in sorted(judged, key=lambda item: -len(item[1]))[:_MOST_SLOTS]:
        told[of] = _numbers(slot, texts) > _OTHERS * len(of)
    return told


def _before(texts: pa.Array, starts: list[int]) -> list[str]:
    return [text[max(0, start - _BEFORE) : start] for text, start in zip(texts.to_pylist(), starts, strict=True)]


def _is_slot(text: str) -> bool:
    """Whether characters are all of a slot: none of them is a figure, which another number would not have before it."""
    return len(text) > 0 and not any(c.isdigit() for c in text) and r"\E" not in text


def _numbers(slot: str, texts: pa.Array) -> int:
    """How many numbers of eleven digits stand behind a slot; those that begin with a nought are landlines, beside which mobiles stand."""
    return int(pc.sum(pc.count_substring_regex(texts, rf"\Q{slot}\E[1-9][0-9]{{10}}(?:[^0-9]|$)")).as_py() or 0)

"""What a mask covers beyond what is found for certain: mistyped numbers, numbers beside codes, odd groups.

A report that shows a person's number with one wrong digit shows too much; an order number covered by mistake costs
little. So covering asks for shapes only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from headwater.identifiers import bank_card, email, mobile, resident_id

_DATED = "[1-9][0-9]{5}(?:1[89]|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]"
_MOBILE = (
    "1[3-9][0-9](?:[0-9]{8}|[ -][0-9]{4}[ -][0-9]{4}|[ -][0-9]{8}|[0-9][ -][0-9]{4}[ -][0-9]{3}|[0-9]{4}[ -][0-9]{4})"
)
_CARD = "[3-9][0-9]{3}(?:[ -]?[0-9]{4}){3}(?:[ -]?[0-9]{1,3})?"
_MAIL = r"[A-Za-z0-9_%+-][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9-]{1,63}\.[A-Za-z0-9.-]{1,80}"

_BEFORE, _AFTER = "(?<![0-9])", "(?![0-9])"
_SHAPES = (
    (re.compile(f"{_BEFORE}{_DATED}{_AFTER}"), resident_id.mask),
    (re.compile(f"{_BEFORE}{_CARD}{_AFTER}"), bank_card.mask),
    (re.compile(f"{_BEFORE}{_MOBILE}{_AFTER}"), mobile.mask),
    (re.compile(f"(?<![A-Za-z0-9._%+-]){_MAIL}"), email.mask),
)
PREFILTER = f"(?:^|[^0-9])(?:{_DATED}|{_CARD}|{_MOBILE})(?:[^0-9]|$)|[A-Za-z0-9_%+-]@[A-Za-z0-9]"
"""What a narrowed text must hold for anything to be covered (RE2)."""

_DIGEST = re.compile("(?<![0-9A-Za-z])[0-9a-fA-F]{24,128}(?![0-9A-Za-z])")


def covers(narrowed: str) -> Iterator[tuple[int, int, str]]:
    """Give start, end and mask of everything in a narrowed text that had better be covered."""
    taken = np.zeros(len(narrowed) + 1, dtype=bool)
    for found in _DIGEST.finditer(narrowed):
        taken[found.start() : found.end()] = True
    for pattern, mask in _SHAPES:
        for found in pattern.finditer(narrowed):
            start, end = found.span()
            if taken[start:end].any() or (mask is bank_card.mask and not bank_card.is_valid(found[0])):
                continue
            taken[start:end] = True
            yield start, end, mask(found[0])

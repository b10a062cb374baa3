"""Mainland travel permit of residents of Hong Kong and Macau (回乡证), and their two issues of it.

From 2013 H or M and eight digits; before, ten digits, of which the last two count renewals. The normal form is the
first nine characters, which stay for life. No check digit: it is believed only beside a header or a word.

>>> validate("H 12345678"), validate("m1234567801")
('H12345678', 'M12345678')
>>> mask("H12345678"), is_valid("K12345678")
('H1*****78', False)
"""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers.form import Form

_RENEWED = r"^([HM][0-9]{8})[0-9]{2}$"
_FORM = Form("^[HM][0-9]{8}(?:[0-9]{2})?$", "such a permit is H or M and eight or ten digits")
is_valid = _FORM.is_valid


def compact(text: str) -> str:
    """Give the letter and the eight digits that stay for life."""
    return re.sub(_RENEWED, r"\1", _FORM.compact(text))


def validate(text: str) -> str:
    """Give the normal form, or raise an error that says what is wrong."""
    return compact(_FORM.validate(text))


def mask(text: str) -> str:
    """Show the first two and the last two characters only."""
    return _FORM.mask(compact(text))


def compact_array(values: pa.Array) -> pa.Array:
    """Give the normal form of every value of a string array, null where it is not valid."""
    return pc.replace_substring_regex(_FORM.compact_array(values), pattern=_RENEWED, replacement=r"\1")

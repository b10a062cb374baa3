"""Landline telephone number of mainland China with its area code; service numbers (95…, 400…) are nobody's.

>>> validate("(021) 5012-3456")
'02150123456'
>>> mask("021-50123456")
'021****3456'
>>> is_valid("95588")
False
"""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers import normal
from headwater.identifiers.errors import InvalidIdentifierError, WrongShapeError

_BRACKETS = "[()]"
_COUNTRY = r"^(?:\+?86|0086)0?([1-9])"
_SHAPE = "^0(?:10|2[0-57-9]|[3-9][0-9]{2})[2-8][0-9]{6,7}$"


def compact(text: str) -> str:
    """Give area code and number without brackets, spaces and hyphens."""
    return re.sub(_COUNTRY, r"0\1", re.sub(_BRACKETS, "", normal.squeeze(text)))


def validate(text: str) -> str:
    """Give the normal form, or raise an error that says what is wrong."""
    number = compact(text)
    if not re.fullmatch(_SHAPE, number):
        raise WrongShapeError("a landline number is an area code from 0 and seven or eight digits")
    return number


def is_valid(text: str) -> bool:
    """Tell whether the text is a landline number with its area code."""
    try:
        validate(text)
    except InvalidIdentifierError:
        return False
    return True


def mask(text: str) -> str:
    """Show the area code and the last four digits only."""
    number = compact(text)
    return normal.covered(number, 3 if number[1:2] in ("1", "2") else 4, 4)


def compact_array(values: pa.Array) -> pa.Array:
    """Give the normal form of every value of a string array, null where it is not valid."""
    plain = pc.replace_substring_regex(normal.squeeze_array(values), pattern=_BRACKETS, replacement="")
    plain = pc.replace_substring_regex(plain, pattern=_COUNTRY, replacement=r"0\1")
    return normal.keep(plain, normal.matching(plain, _SHAPE))

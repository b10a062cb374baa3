"""Passport of China (mainland, Hong Kong, Macau): letters and digits without a check digit.

It is believed only beside a header or a word that speaks of passports.

>>> validate("EA 1234567")
'EA1234567'
>>> mask("E12345678")
'E1*****78'
>>> is_valid("EI1234567")
False
"""

from __future__ import annotations

import re

import pyarrow as pa

from headwater.identifiers import normal
from headwater.identifiers.errors import InvalidIdentifierError, WrongShapeError

_SHAPE = "^(?:[EGKH][0-9]{8}|E[A-HJ-NP-Z][0-9]{7}|(?:SE|DE|PE|KJ|MA|MB)[0-9]{7}|[PSD][0-9]{7})$"


def compact(text: str) -> str:
    """Give the number in capitals without spaces and hyphens."""
    return normal.squeeze(text)


def validate(text: str) -> str:
    """Give the normal form, or raise an error that says what is wrong."""
    number = compact(text)
    if not re.fullmatch(_SHAPE, number):
        raise WrongShapeError("a passport number is one or two letters and seven or eight digits")
    return number


def is_valid(text: str) -> bool:
    """Tell whether the text has the shape of a passport number."""
    try:
        validate(text)
    except InvalidIdentifierError:
        return False
    return True


def mask(text: str) -> str:
    """Show the first two and the last two characters only."""
    return normal.covered(compact(text), 2, 2)


def compact_array(values: pa.Array) -> pa.Array:
    """Give the normal form of every value of a string array, null where it is not valid."""
    plain = normal.squeeze_array(values)
    return normal.keep(plain, normal.matching(plain, _SHAPE))

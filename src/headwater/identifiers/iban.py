"""International bank account number (ISO 13616): country, two check digits, and up to thirty characters of the country.

The check is ISO 7064 MOD 97-10; the length is the country's own (``data/iban_lengths.json``). Some bank accounts of
mainland China have none: a country without a length is let go.

>>> validate("GB82 WEST 1234 5698 7654 32")
'GB82WEST12345698765432'
>>> mask("GB82 WEST 1234 5698 7654 32"), is_valid("GB82WEST12345698765433")
('GB82**************5432', False)
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files

import pyarrow as pa

from headwater.identifiers import normal
from headwater.identifiers.errors import InvalidIdentifierError, WrongCheckDigitError, WrongShapeError

_SHAPE = "^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$"


def compact(text: str) -> str:
    """Give the number in capitals without spaces and hyphens."""
    return normal.squeeze(text).removeprefix("IBAN")


@cache
def lengths() -> dict[str, int]:
    """How long the number of each country is."""
    data = json.loads((files(__package__) / "data" / "iban_lengths.json").read_text("utf-8"))
    return {str(country): int(length) for country, length in data["lengths"].items()}


def validate(text: str) -> str:
    """Give the normal form, or raise an error that names the failed check."""
    number = compact(text)
    if not re.fullmatch(_SHAPE, number, re.ASCII) or lengths().get(number[:2]) != len(number):
        raise WrongShapeError("an IBAN is a country, two check digits and as many characters as the country has")
    if int("".join(str(int(c, 36)) for c in number[4:] + number[:4])) % 97 != 1:
        raise WrongCheckDigitError("the check digits of the IBAN do not fit")
    return number


def is_valid(text: str) -> bool:
    """Tell whether the text is a valid IBAN."""
    try:
        validate(text)
    except InvalidIdentifierError:
        return False
    return True


def mask(text: str) -> str:
    """Show the first four and the last four characters only."""
    return normal.covered(compact(text), 4, 4)


def compact_array(values: pa.Array) -> pa.Array:
    """Give the normal form of every value of a string array, null where it is not valid."""
    plain = normal.squeeze_array(values)
    shaped = normal.keep(plain, normal.matching(plain, "^(?:IBAN)*[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$"))
    return pa.array([compact(text) if text and is_valid(text) else None for text in shaped.to_pylist()], pa.string())

"""Bank card number (ISO/IEC 7812): 16 to 19 digits with a Luhn check digit.

Cards of mainland China begin with 62; older ones with other numbers exist, so any first digit from 3 to 9 passes.
One random number in ten passes the check: a card wants the prefix 62, a header or a word beside it.

>>> validate("6200 0000 0000 0005")
'6200000000000005'
>>> mask("6200000000000005")
'6200********0005'
>>> is_valid("6200000000000006")
False
"""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa

from headwater.identifiers import normal
from headwater.identifiers.errors import InvalidIdentifierError, WrongCheckDigitError, WrongShapeError

UNIONPAY = "62"  # the prefix of the cards of mainland China
_SHAPE = "^[3-9][0-9]{15,18}$"


def compact(text: str) -> str:
    """Give the number without spaces and hyphens."""
    return normal.squeeze(text)


def validate(text: str) -> str:
    """Give the normal form, or raise an error that names the failed check."""
    number = compact(text)
    if not re.fullmatch(_SHAPE, number):
        raise WrongShapeError("a bank card number has 16 to 19 digits")
    if sum(_luhn(int(d), place) for place, d in enumerate(reversed(number))) % 10:
        raise WrongCheckDigitError("the Luhn check digit of the bank card number does not fit")
    return number


def _luhn(digit: int, place: int) -> int:
    return digit if place % 2 == 0 else (2 * digit - 9 if digit > 4 else 2 * digit)


def is_valid(text: str) -> bool:
    """Tell whether the text is a valid bank card number."""
    try:
        validate(text)
    except InvalidIdentifierError:
        return False
    return True


def is_unionpay(number: str) -> bool:
    """Tell whether a card number has the prefix of the cards of mainland China."""
    return number.startswith(UNIONPAY)


def is_damaged(text: str) -> bool:
    """Tell whether the text looks like a card whose last digits a spreadsheet lost (fifteen digits, then zeros)."""
    return re.fullmatch("[3-9][0-9]{14}0{1,4}", normal.squeeze(text)) is not None and not is_valid(text)


def mask(text: str) -> str:
    """Show the first four and the last four digits only."""
    return normal.covered(compact(text), 4, 4)


def compact_array(values: pa.Array) -> pa.Array:
    """Give the normal form of every value of a string array, null where it is not valid."""
    plain = normal.squeeze_array(values)
    valid = np.zeros(len(plain), dtype=bool)
    for width in range(16, 20):
        fits = normal.matching(plain, f"^[3-9][0-9]{{{width - 1}}}$")
        if fits.any():
            valid[fits] = _passes(normal.characters(plain.filter(pa.array(fits)), width))
    return normal.keep(plain, valid)


def _passes(digits: np.ndarray) -> np.ndarray:
    numbers = digits[:, ::-1].astype(np.int16) - 48
    doubled = numbers[:, 1::2] * 2
    doubled -= 9 * (doubled > 9)
    return np.asarray((numbers[:, ::2].sum(axis=1) + doubled.sum(axis=1)) % 10 == 0)

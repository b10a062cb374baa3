"""Bank card number (ISO/IEC 7812): 14 to 19 digits with a Luhn check digit.

Cards of mainland China begin with 62; older ones with other numbers exist, so other first digits pass too. Fewer
than sixteen digits have the cards of two schemes only. :func:`scheme` says by ranges of issuers (``data/card_ranges.toml``,
dated) whose a card is. One random number in ten passes the check: a card wants the prefix 62, a header or a word beside it.

>>> validate("6200 0000 0000 0005")
'6200000000000005'
>>> mask("6200000000000005"), scheme("6200000000000005"), scheme("4111111111111111")
('6200********0005', 'unionpay', 'visa')
>>> is_valid("6200000000000006"), is_valid("378282246310005"), is_valid("411111111111111")
(False, True, False)
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers import luhn, normal
from headwater.identifiers.errors import InvalidIdentifierError, WrongCheckDigitError, WrongShapeError

UNIONPAY = "62"  # the prefix of the cards of mainland China
_SHAPE = "^(?:[3-9][0-9]{15,18}|2[2-7][0-9]{14}|3[47][0-9]{13}|3(?:0[0-59]|[689][0-9])[0-9]{11})$"


def compact(text: str) -> str:
    """Give the number without spaces and hyphens."""
    return normal.squeeze(text)


def validate(text: str) -> str:
    """Give the normal form, or raise an error that names the failed check."""
    number = compact(text)
    if not re.fullmatch(_SHAPE, number, re.ASCII):
        raise WrongShapeError("a bank card number has 16 to 19 digits, with two schemes 14 or 15")
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


@cache
def _ranges() -> tuple[tuple[str, str, str, frozenset[int]], ...]:
    data = tomllib.loads((files(__package__) / "data" / "card_ranges.toml").read_text("utf-8"))
    return tuple(
        (row["scheme"], *(prefixes.split("-") if "-" in prefixes else (prefixes, prefixes)), frozenset(row["lengths"]))
        for row in data["range"]
        for prefixes in row["prefixes"]
    )


def scheme(number: str) -> str | None:
    """Tell by its first digits and its length whose a card is; ``None`` where no range of the list has it."""
    for name, first, last, lengths in _ranges():
        if len(number) in lengths and first <= number[: len(first)] <= last:
            return name
    return None


def are_issued(numbers: pa.Array) -> pa.Array:
    """Tell for each number of a column whether some range of issuers has it; a null has none."""
    encoded = numbers.dictionary_encode()
    known = pa.array(
        [text is not None and scheme(text) is not None for text in encoded.dictionary.to_pylist()], pa.bool_()
    )
    return pc.fill_null(known.take(encoded.indices), False)


def is_damaged(text: str) -> bool:
    """Tell whether the text looks like a card whose last digits a spreadsheet lost (fifteen digits, then zeros)."""
    return re.fullmatch("[3-9][0-9]{14}0{1,4}", normal.squeeze(text)) is not None and not is_valid(text)


def mask(text: str) -> str:
    """Show the first four and the last four digits only."""
    return normal.covered(compact(text), 4, 4)


def compact_array(values: pa.Array) -> pa.Array:
    """Give the normal form of every value of a string array, null where it is not valid."""
    plain = normal.squeeze_array(values)
    valid: np.ndarray = normal.matching(plain, _SHAPE)
    if valid.any():
        valid[valid] = luhn.passes(plain.filter(pa.array(valid)))
    return normal.keep(plain, valid)

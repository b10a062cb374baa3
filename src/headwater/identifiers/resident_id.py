"""Resident identity number of the People's Republic of China (GB 11643-1999) and its relatives.

Eighteen characters: area (six), birth date (eight), sequence (three, odd for men), check character (ISO 7064 MOD 11-2).
The permits of residents from Hong Kong, Macau and Taiwan (81, 82, 83) and the cards of foreign permanent residents
(first digit 9) share the check. Old numbers of fifteen digits are written out to eighteen, so that both join.

The check character decides; an area that no list knows lowers :func:`confidence` and rejects nothing, because
numbers keep the code of the day they were assigned and every list has holes.

>>> validate("11010519491231002x")
'11010519491231002X'
>>> validate("110105 491231 002")
'11010519491231002X'
>>> mask("11010519491231002X")
'1101**********002X'
>>> is_valid("110105194912310021")
False
>>> validate("110105194912310021")
Traceback (most recent call last):
    ...
headwater.identifiers.errors.WrongCheckDigitError: the check character of the resident id does not fit
"""

from __future__ import annotations

import json
import re
from datetime import date
from functools import cache
from importlib.resources import files

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers import normal
from headwater.identifiers.errors import (
    InvalidIdentifierError,
    WrongCheckDigitError,
    WrongDateError,
    WrongShapeError,
)

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
PROVINCES = frozenset(
    str(code)
    for start, end in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (81, 83))
    for code in range(start, end + 1)
)
"""The first two digits that are a province."""
KNOWN_AREA, KNOWN_PROVINCE, UNKNOWN = 0.99, 0.95, 0.8
"""How sure a valid number is by its area."""
_EARLIEST = 1870
_LATEST = 2099


def check_character(first: str) -> str:
    """Work out the check character for the first seventeen digits."""
    return CHECKS[sum(int(d) * w for d, w in zip(first, WEIGHTS, strict=True)) % 11]


def compact(text: str) -> str:
    """Give the normal form: eighteen characters, capital X; a number of fifteen digits is written out."""
    plain = normal.squeeze(text)
    if re.fullmatch("[0-9]{15}", plain):
        first = f"{plain[:6]}19{plain[6:]}"
        return first + check_character(first)
    return plain


def validate(text: str, on: date | None = None) -> str:
    """Give the normal form, or raise an error that names the failed check; no birth may lie after ``on``."""
    number = compact(text)
    if not re.fullmatch("[0-9]{17}[0-9X]", number):
        raise WrongShapeError("a resident id has 17 digits and a check character")
    if check_character(number[:17]) != number[17]:
        raise WrongCheckDigitError("the check character of the resident id does not fit")
    try:
        birth = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise WrongDateError("the birth date in the resident id does not exist") from None
    if not date(_EARLIEST, 1, 1) <= birth <= (on or date(_LATEST, 12, 31)):
        raise WrongDateError("the birth date in the resident id is not possible")
    return number


def is_valid(text: str, on: date | None = None) -> bool:
    """Tell whether the text is a valid resident id."""
    try:
        validate(text, on)
    except InvalidIdentifierError:
        return False
    return True


def is_damaged(text: str) -> bool:
    """Tell whether the text looks like a number whose last digits a spreadsheet lost (fifteen digits, then zeros)."""
    return re.fullmatch("[0-9]{15}000", normal.squeeze(text)) is not None and not is_valid(text)


def mask(text: str) -> str:
    """Show the province and city and the last four characters only."""
    return normal.covered(normal.squeeze(text), 4, 4)


@cache
def areas() -> frozenset[str]:
    """Every area code that ever stood in a resident id, as far as the lists know."""
    data = json.loads((files(__package__) / "data" / "gb2260_codes.json").read_text("utf-8"))
    return frozenset([*data["counties"], *data["cities_without_counties"], *data["residence_permits"]])


def confidence(number: str) -> float:
    """Weigh a valid number by its area: 0.99 for a known area, 0.95 for a known province, else 0.8."""
    if number[:6] in areas() or number[0] == "9":
        return KNOWN_AREA
    return KNOWN_PROVINCE if number[:2] in PROVINCES else UNKNOWN


def compact_array(values: pa.Array) -> pa.Array:
    """Give the normal form of every value of a string array, null where it is not valid."""
    plain = normal.squeeze_array(values)
    long = normal.matching(plain, "^[0-9]{17}[0-9X]$")
    short = normal.matching(plain, "^[0-9]{15}$")
    valid = np.zeros(len(plain), dtype=bool)
    if long.any():
        valid[long] = _passes(normal.characters(plain.filter(pa.array(long)), 18))
    if not short.any():
        return normal.keep(plain, valid)
    written_out = _write_out(plain.filter(pa.array(short)))
    valid[short] = _passes(normal.characters(written_out, 18))
    return normal.keep(pc.replace_with_mask(plain, pa.array(short), written_out), valid)


def _write_out(short: pa.Array) -> pa.Array:
    first = pc.binary_join_element_wise(
        pc.utf8_slice_codeunits(short, 0, 6), "19", pc.utf8_slice_codeunits(short, 6, 15), ""
    )
    checks = pa.array(list(CHECKS)).take(pa.array(_remainders(normal.characters(first, 17))))
    return pc.binary_join_element_wise(first, checks, "")


def _remainders(digits: np.ndarray) -> np.ndarray:
    return (digits[:, :17].astype(np.int32) - 48) @ np.array(WEIGHTS, dtype=np.int32) % 11


def _passes(digits: np.ndarray) -> np.ndarray:
    checks = np.frombuffer(CHECKS.encode(), dtype=np.uint8)[_remainders(digits)]
    return np.asarray((checks == digits[:, 17]) & _dates_exist(digits[:, 6:14].astype(np.int32) - 48))


def _dates_exist(d: np.ndarray) -> np.ndarray:
    year = d[:, :4] @ np.array([1000, 100, 10, 1])
    month, day = d[:, 4] * 10 + d[:, 5], d[:, 6] * 10 + d[:, 7]
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    last = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])[np.where(month <= 12, month, 0)]
    last = last + (leap & (month == 2))
    return np.asarray((year >= _EARLIEST) & (year <= _LATEST) & (day >= 1) & (day <= last))

"""Machine-readable zone of a passport, visa or identity card (ICAO 9303): TD1, TD2, TD3 with all their check digits.

The normal form is the part that has the numbers: the second line of TD2 and TD3, the first two of TD1. So a zone with
its names and one whose name line was lost are the same. :func:`holder` gives what the zone says.

>>> text = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
>>> validate(text), mask(text)
('L898902C36UTO7408122F1204159ZE184226B<<<<<10', 'L8****************************************10')
>>> holder(text).name, holder(text).number, holder(text).birth
('ERIKSSON ANNA MARIA', 'L898902C3', '740812')
>>> is_valid("L898902C36UTO7408122F1204159ZE184226B<<<<<11")
False
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pyarrow as pa

from headwater.identifiers import normal
from headwater.identifiers.errors import InvalidIdentifierError, WrongCheckDigitError, WrongDateError, WrongShapeError

_DATE = "[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
_TWO = rf"[A-Z0-9<]{{9}}[0-9][A-Z<]{{3}}{_DATE}[0-9][MFX<]{_DATE}[0-9]"
_CARD = rf"[ACI][A-Z0-9<][A-Z<]{{3}}[A-Z0-9<]{{9}}[0-9<][A-Z0-9<]{{15}}{_DATE}[0-9][MFX<]{_DATE}[0-9][A-Z<]{{3}}[A-Z0-9<]{{11}}[0-9]"
_LINES = {
    88: rf"P[A-Z0-9<][A-Z<]{{42}}{_TWO}[A-Z0-9<]{{14}}[0-9<][0-9]",
    72: rf"[ACIPV][A-Z0-9<][A-Z<]{{34}}{_TWO}[A-Z0-9<]{{7}}[0-9]",
    44: rf"{_TWO}[A-Z0-9<]{{14}}[0-9<][0-9]",
    36: rf"{_TWO}[A-Z0-9<]{{7}}[0-9]",
    90: rf"{_CARD}[A-Z<]{{30}}",
    60: _CARD,
}
_ANY = "^(?:" + "|".join(_LINES.values()) + ")$"
# for each length of a normal form: the parts with their check digits, and what the last digit is made of
_CHECKS = {
    44: (((0, 9), (13, 19), (21, 27), (28, 42)), ((0, 10), (13, 20), (21, 43))),
    36: (((0, 9), (13, 19), (21, 27)), ((0, 10), (13, 20), (21, 35))),
    60: (((5, 14), (30, 36), (38, 44)), ((5, 30), (30, 37), (38, 45), (48, 59))),
}
_KEPT = {88: (44, 88), 72: (36, 72), 90: (0, 60)}


@dataclass(frozen=True, slots=True)
class Holder:
    """What a zone says: country, number of the document, nationality, birth (YYMMDD), sex, and the name if it is there."""

    issuer: str
    number: str = field(repr=False)
    nationality: str
    birth: str = field(repr=False)
    sex: str
    name: str = field(repr=False)


def compact(text: str) -> str:
    """Give the lines that hold the numbers as one, in capitals and without spaces."""
    whole = normal.squeeze(text)
    first, last = _KEPT.get(len(whole), (0, len(whole)))
    return whole[first:last] if re.fullmatch(_ANY, whole) else whole


def check_digit(part: str) -> str:
    """Work out the check digit of a part: weights 7 3 1, letters from A = 10, the filler 0."""
    values = (0 if c == "<" else int(c, 36) for c in part)
    return str(sum(value * (7, 3, 1)[place % 3] for place, value in enumerate(values)) % 10)


def validate(text: str) -> str:
    """Give the normal form, or raise an error that names the failed check."""
    zone = compact(text)
    if len(zone) not in _CHECKS or not re.fullmatch(_LINES[len(zone)], zone, re.ASCII):
        raise WrongShapeError("a machine-readable zone has two lines of 36 or 44 characters, or three of 30")
    parts, whole = _CHECKS[len(zone)]
    if not all(_fits(zone[start:end], zone[end]) for start, end in parts):
        raise WrongCheckDigitError("a check digit of the machine-readable zone does not fit")
    if check_digit("".join(zone[start:end] for start, end in whole)) != zone[59 if len(zone) == 60 else -1]:
        raise WrongCheckDigitError("the last check digit of the machine-readable zone does not fit")
    if not zone.strip("0<"):
        raise WrongDateError("the machine-readable zone is empty")
    return zone


def _fits(part: str, digit: str) -> bool:
    return check_digit(part) == digit or (digit == "<" and not part.strip("<"))


def is_valid(text: str) -> bool:
    """Tell whether the text is a machine-readable zone, or the lines of one that hold its numbers."""
    try:
        validate(text)
    except InvalidIdentifierError:
        return False
    return True


def holder(text: str) -> Holder:
    """Read a valid zone; the name is empty where its line is not there."""
    whole, zone = normal.squeeze(text), validate(text)
    if len(zone) == 60:
        number, born, nation, issuer = zone[5:14], zone[30:36], zone[45:48], zone[2:5]
        sex, named = zone[37], whole[60:]
    else:
        number, born, nation, sex = zone[:9], zone[13:19], zone[10:13], zone[20]
        named = whole[5 : len(zone)] if len(whole) > len(zone) else ""
        issuer = whole[2:5] if named else nation
    clean = [part.strip("<") for part in (issuer, number, nation)]
    return Holder(clean[0], clean[1], clean[2], born, sex.strip("<"), " ".join(named.replace("<", " ").split()))


def mask(text: str) -> str:
    """Show the first two and the last two characters only."""
    return normal.covered(compact(text), 2, 2)


def compact_array(values: pa.Array) -> pa.Array:
    """Give the normal form of every value of a string array, null where it is not valid."""
    plain = normal.squeeze_array(values)
    shaped = normal.keep(plain, normal.matching(plain, "^[A-Z0-9<]{36,90}$"))
    return pa.array([compact(text) if text and is_valid(text) else None for text in shaped.to_pylist()], pa.string())

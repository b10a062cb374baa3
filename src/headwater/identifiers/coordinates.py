"""A place on Earth as latitude and longitude: decimal degrees, or degrees, minutes and seconds with N, S, E, W.

The normal form is decimal, five places (about a metre), latitude first. A pair in which the first number can be no
latitude is read as longitude first. Fewer than three decimal places are a town, not a place, and are not valid.

>>> validate("31.230416,121.473701"), validate("121.473701 31.230416")
('31.23042,121.47370', '31.23042,121.47370')
>>> validate("31°13'49.5\\"N 121°28'25.3\\"E"), mask("31.230416,121.473701")
('31.23042,121.47369', '31.*,121.*')
>>> is_valid("31.2,121.5"), is_valid("91.12345,181.12345")
(False, False)
"""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers import normal
from headwater.identifiers.errors import InvalidIdentifierError, NobodysError, WrongShapeError

_NUMBER = r"[-+]?[0-9]{1,3}\.[0-9]{3,15}"
_DECIMAL = rf"^[(\[]?({_NUMBER})[°NSns]?[ ]{{0,2}}[,;/| ][ ]{{0,2}}({_NUMBER})[°EWew]?[)\]]?$"
_NAMED = rf"^[Ll]at(?:itude)?[\"' :=]{{1,8}}({_NUMBER})[\"' ]{{0,4}}[,;&][\"' ]{{0,4}}[Ll](?:ng|on|ongitude)[\"' :=]{{1,8}}({_NUMBER})$"
_ANGLE = r"([0-9]{1,3})[°度][ ]?([0-9]{1,2})['′分][ ]?([0-9]{1,2}(?:\.[0-9]{1,6})?)[\"″秒]?[ ]?"
_DMS = rf"^{_ANGLE}([NSns])[, ]{{0,2}}{_ANGLE}([EWew])$"


def compact(text: str) -> str:
    """Give decimal degrees, latitude first; a text that is no pair comes back trimmed."""
    plain = normal.narrow(text).strip(" \t\r\n\f\v")
    read = _read(plain)
    return plain if read is None else f"{read[0]:.5f},{read[1]:.5f}"


def _read(plain: str) -> tuple[float, float] | None:
    if found := re.match(_DECIMAL, plain, re.ASCII):
        first, second = float(found[1]), float(found[2])
        return (second, first) if abs(first) > 90 else (first, second)
    if found := re.match(_NAMED, plain, re.ASCII):
        return float(found[1]), float(found[2])
    if found := re.match(_DMS, plain, re.ASCII):
        return _degrees(*found.groups()[:4]), _degrees(*found.groups()[4:])
    return None


def _degrees(degrees: str, minutes: str, seconds: str, side: str) -> float:
    size = int(degrees) + int(minutes) / 60 + float(seconds) / 3600
    return -size if side in "SsWw" else size


def validate(text: str) -> str:
    """Give the normal form, or raise an error that says what is wrong."""
    plain = compact(text)
    read = _read(plain)
    if read is None or abs(read[0]) > 90 or abs(read[1]) > 180:
        raise WrongShapeError("a place is a latitude up to 90 and a longitude up to 180 with three decimals or more")
    if abs(read[0]) < 0.001 and abs(read[1]) < 0.001:
        raise NobodysError("the place is the origin, which devices write that know none")
    return plain


def is_valid(text: str) -> bool:
    """Tell whether the text is a place on Earth."""
    try:
        validate(text)
    except InvalidIdentifierError:
        return False
    return True


def mask(text: str) -> str:
    """Show whole degrees only."""
    plain = compact(text)
    return re.sub(r"\.[0-9]+", ".*", plain) if _read(plain) is not None else "*" * len(plain)


def compact_array(values: pa.Array) -> pa.Array:
    """Give the normal form of every value of a string array, null where it is not valid."""
    trimmed = pc.utf8_trim(normal.narrow_array(values), characters=" \t\r\n\f\v")
    shaped = normal.keep(
        trimmed, normal.matching(trimmed, _DECIMAL) | normal.matching(trimmed, _DMS) | normal.matching(trimmed, _NAMED)
    )
    return pa.array([compact(text) if text and is_valid(text) else None for text in shaped.to_pylist()], pa.string())

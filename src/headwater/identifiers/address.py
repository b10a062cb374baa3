"""Postal address in China, as free text: places that nest (city, district, road) and numbers (号, 弄, 室).

>>> validate(" 上海市 某某区龙湖路１２号 3室")
'上海市某某区龙湖路12号3室'
>>> validate("臺北市大安區和平東路２號")
'台北市大安区和平东路2号'
>>> mask("上海市某某区龙湖路12号3室")
'上海市***'
>>> is_valid("健康险")
False
"""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers import normal
from headwater.identifiers.errors import InvalidIdentifierError, WrongShapeError
from headwater.identifiers.simplified import simplified, simplified_array

_PLACE = (
    "[\u3400-\u9fff](?:省|市|自治区|区|县|旗|镇|乡|街道|路|街|大道|巷|弄|村|小区|花园|苑|大厦|广场|新村|公寓"
    "|里|屯|庄|道)"
)
_NUMBER = "[0-9一二三四五六七八九十百]+[A-Z]?(?:号|弄|栋|幢|座|单元|室|楼|层|组|户|#|-[0-9])"
_STREET = (
    "[0-9][A-Z]?(?:[A-Z'.-]{2,40})(?:STREET|ROAD|AVENUE|BOULEVARD|LANE|DRIVE|COURT|TERRACE|SQUARE|HIGHWAY|PARKWAY"
    "|CRESCENT|RD|AVE|BLVD|ST|DADAO|LU|JIE)(?:[^A-Z]|$|[A-Z]{3,})|(?:STRASSE|STRAßE|GATAN|LAAN)[0-9]"
)
_SHAPE = f"{_PLACE}.*(?:{_PLACE}|{_NUMBER})|{_STREET}"
_REFUSED = "[@=<>{}?;；]|://"
_LENGTH = "^.{6,120}$"
_SPACES = r"[ \t\r\n\f\v,，、]+"


def compact(text: str) -> str:
    """Give the address simplified, in capitals, without spaces and commas."""
    return re.sub(_SPACES, "", re.sub("[a-z]+", lambda f: f[0].upper(), simplified(normal.narrow(text))))


def validate(text: str) -> str:
    """Give the normal form, or raise an error that says what is wrong."""
    place = compact(text)
    if not re.fullmatch(_LENGTH, place):
        raise WrongShapeError("an address has 6 to 120 characters")
    if not re.search(_SHAPE, place) or re.search(_REFUSED, place):
        raise WrongShapeError("an address names two places, or a place and a number")
    return place


def is_valid(text: str) -> bool:
    """Tell whether the text can be a postal address."""
    try:
        validate(text)
    except InvalidIdentifierError:
        return False
    return True


def mask(text: str) -> str:
    """Show the first three characters only."""
    place = compact(text)
    return f"{place[:3]}***" if len(place) > 5 else "*" * len(place)


def compact_array(values: pa.Array) -> pa.Array:
    """Give the normal form of every value of a string array, null where it is not valid."""
    plain = pc.ascii_upper(simplified_array(normal.narrow_array(values)))
    plain = pc.replace_substring_regex(plain, pattern=_SPACES, replacement="")
    valid = normal.matching(plain, _LENGTH) & normal.matching(plain, _SHAPE)
    return normal.keep(plain, valid & ~normal.matching(plain, _REFUSED))

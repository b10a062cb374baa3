"""Mobile telephone number of mainland China: eleven digits that begin with 13 to 19.

There is no check digit: a number by itself proves little, and wants a header or a word beside it. A prefix that was
not assigned when the list was made lowers :func:`confidence` and rejects nothing.

>>> validate("+86 138-0013-8000")
'13800138000'
>>> mask("13800138000")
'138****8000'
>>> is_valid("12800138000")
False
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files

import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers import normal
from headwater.identifiers.errors import InvalidIdentifierError, WrongShapeError

_COUNTRY = r"^(?:\(?\+?86\)?|0086|0)(1[3-9][0-9]{9})$"
_WITH_COUNTRY = re.compile(_COUNTRY)
_POINTS = r"^((?:\(?\+?86\)?|0086)?)\.?(1[3-9][0-9])\.([0-9]{4})\.([0-9]{4})$"
_JOINED = r"\1\2\3\4"
_WITH_POINTS = re.compile(_POINTS)
_SHAPE = "^1[3-9][0-9]{9}$"
UNASSIGNED = 0.6
"""What a find in a text is weighed by where nobody was given its prefix."""


def compact(text: str) -> str:
    """Give the number without country code, spaces, hyphens and the points between its groups."""
    number = normal.squeeze(text)
    if "." in number:
        number = _WITH_POINTS.sub(_JOINED, number)
    return _WITH_COUNTRY.sub(r"\1", number)


def validate(text: str) -> str:
    """Give the normal form, or raise an error that says what is wrong."""
    number = compact(text)
    if not re.fullmatch(_SHAPE, number):
        raise WrongShapeError("a mobile number has eleven digits and begins with 13 to 19")
    return number


def is_valid(text: str) -> bool:
    """Tell whether the text is a mobile number."""
    try:
        validate(text)
    except InvalidIdentifierError:
        return False
    return True


def mask(text: str) -> str:
    """Show the prefix and the last four digits only."""
    return normal.covered(compact(text), 3, 4)


@cache
def prefixes() -> frozenset[str]:
    """The three-digit prefixes that are in use."""
    data = json.loads((files(__package__) / "data" / "mobile_prefixes.json").read_text("utf-8"))
    return frozenset([*data["ordinary"], *data["resale"]])


def confidence(number: str) -> float:
    """Weigh a number by its prefix: 0.9 for one in use, else 0.5."""
    return 0.9 if number[:3] in prefixes() else 0.5


def compact_array(values: pa.Array) -> pa.Array:
    """Give the normal form of every value of a string array, null where it is not valid."""
    joined = pc.replace_substring_regex(normal.squeeze_array(values), pattern=_POINTS, replacement=_JOINED)
    plain = pc.replace_substring_regex(joined, pattern=_COUNTRY, replacement=r"\1")
    return normal.keep(plain, normal.matching(plain, _SHAPE))

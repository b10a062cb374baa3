"""Number plate of a vehicle in mainland China: province, letter, and five characters (six for new energy).

>>> validate("沪a·12345")
'沪A12345'
>>> mask("沪A12345")
'沪A***45'
>>> is_valid("沪A1234")
False
"""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers import normal
from headwater.identifiers.errors import InvalidIdentifierError, WrongShapeError

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_SHAPE = (
    f"^[{_PROVINCES}][A-HJ-NP-Z](?:[A-HJ-NP-Z0-9]{{4}}[A-HJ-NP-Z0-9警学挂港澳]|[A-HJ-NP-Z][A-HJ-NP-Z0-9][0-9]{{4}}"
    "|[0-9]{5}[A-HJ-NP-Z])$"
)
_DOTS = "[·.・•]"


def compact(text: str) -> str:
    """Give the plate in capitals without spaces, hyphens and the dot after the letter."""
    return re.sub(_DOTS, "", normal.squeeze(text))


def validate(text: str) -> str:
    """Give the normal form, or raise an error that says what is wrong."""
    number = compact(text)
    if not re.fullmatch(_SHAPE, number):
        raise WrongShapeError("a number plate is a province, a letter and five or six characters")
    return number


def is_valid(text: str) -> bool:
    """Tell whether the text is a number plate."""
    try:
        validate(text)
    except InvalidIdentifierError:
        return False
    return True


def mask(text: str) -> str:
    """Show the province, the letter and the last two characters only."""
    return normal.covered(compact(text), 2, 2)


def compact_array(values: pa.Array) -> pa.Array:
    """Give the normal form of every value of a string array, null where it is not valid."""
    plain = pc.replace_substring_regex(normal.squeeze_array(values), pattern=_DOTS, replacement="")
    return normal.keep(plain, normal.matching(plain, _SHAPE))

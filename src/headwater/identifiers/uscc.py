"""Unified social credit code of an organisation in China (GB 32100-2015): eighteen characters, two checks.

Department, class, area (six), organisation code (nine, with a check of its own by GB 11714), check character.

>>> validate("91350100M000100Y43")
'91350100M000100Y43'
>>> mask("91350100M000100Y43")
'9135**********0Y43'
>>> is_valid("91350100M000100Y44")
False
"""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa

from headwater.identifiers import normal
from headwater.identifiers.errors import InvalidIdentifierError, WrongCheckDigitError, WrongShapeError

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_SHAPE = "^[1-9ANY][0-9A-HJ-NP-RTUWXY][0-9]{6}[0-9A-HJ-NP-RTUWXY]{8}[0-9X][0-9A-HJ-NP-RTUWXY]$"
_WEIGHTS = np.array([pow(3, i, 31) for i in range(17)], dtype=np.int32)
_OWN_WEIGHTS = np.array([3, 7, 9, 10, 5, 8, 4, 2], dtype=np.int32)
_OWN_CHECKS = np.frombuffer(b"0123456789X", dtype=np.uint8)
_VALUE = np.zeros(256, dtype=np.int32)
_VALUE[[ord(c) for c in _ALPHABET]] = range(31)
_OWN_VALUE = np.zeros(256, dtype=np.int32)
_OWN_VALUE[[ord(c) for c in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"]] = range(36)


def compact(text: str) -> str:
    """Give the code in capitals without spaces and hyphens."""
    return normal.squeeze(text)


def validate(text: str) -> str:
    """Give the normal form, or raise an error that names the failed check."""
    code = compact(text)
    if not re.fullmatch(_SHAPE, code):
        raise WrongShapeError("a social credit code has 18 characters: department, class, area, organisation")
    letters = np.frombuffer(code.encode(), dtype=np.uint8).reshape(1, 18)
    if not _own_passes(letters)[0]:
        raise WrongCheckDigitError("the check character of the organisation code does not fit")
    if not _passes(letters)[0]:
        raise WrongCheckDigitError("the last check character of the social credit code does not fit")
    return code


def _own_passes(letters: np.ndarray) -> np.ndarray:
    remainders = -(_OWN_VALUE[letters[:, 8:16]] @ _OWN_WEIGHTS) % 11
    return np.asarray(_OWN_CHECKS[remainders] == letters[:, 16])


def _passes(letters: np.ndarray) -> np.ndarray:
    return np.asarray(-(_VALUE[letters[:, :17]] @ _WEIGHTS) % 31 == _VALUE[letters[:, 17]])


def is_valid(text: str) -> bool:
    """Tell whether the text is a valid social credit code."""
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
    valid = normal.matching(plain, _SHAPE)
    if valid.any():
        letters = normal.characters(plain.filter(pa.array(valid)), 18)
        valid[valid] = _own_passes(letters) & _passes(letters)
    return normal.keep(plain, valid)

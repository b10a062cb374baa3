"""Taiwan identity number, and the numbers of residents there: a letter, then nine digits, the last a check digit.

The second character tells which: 1 and 2 are nationals, 8 and 9 residents since 2021, A to D residents before. The
letter counts as a number of two digits, a second letter by its last digit; weights 1 9 8 7 6 5 4 3 2 1 1, sum divisible
by 10. One random number of this shape in ten passes: it wants a header or a word.

>>> validate("a123456789"), validate("A900000016")
('A123456789', 'A900000016')
>>> mask("A123456789"), is_valid("A123456788")
('A1******89', False)
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from headwater.identifiers import normal
from headwater.identifiers.form import Form

_LETTERS = dict(zip("ABCDEFGHJKLMNPQRSTUVXYWZIO", range(10, 36), strict=True))
_WEIGHTS = np.array([0, 8, 7, 6, 5, 4, 3, 2, 1, 1])
_FIRST = np.zeros(256, dtype=np.int64)
_DIGIT = np.zeros(256, dtype=np.int64)
_DIGIT[[ord(c) for c in "0123456789"]] = range(10)
for _letter, _number in _LETTERS.items():
    _FIRST[ord(_letter)] = _number // 10 + 9 * (_number % 10)
    _DIGIT[ord(_letter)] = _number % 10


def _passes(values: pa.Array) -> np.ndarray:
    letters = normal.characters(values, 10)
    return np.asarray((_FIRST[letters[:, 0]] + _DIGIT[letters] @ _WEIGHTS) % 10 == 0)


_FORM = Form(
    "^[A-Z][1289A-D][0-9]{8}$",
    "a Taiwan identity number is a letter, 1, 2, 8, 9 or A to D, and 8 digits",
    check=_passes,
)

compact, validate, is_valid = _FORM.compact, _FORM.validate, _FORM.is_valid
mask, compact_array = _FORM.mask, _FORM.compact_array

"""Hong Kong identity card number: one or two letters, six digits, a check digit mostly written in brackets.

Weights 9 to 2 with a blank as 36 and letters from A = 10; the sum with the check digit is divisible by 11, ten is A.
The normal form has no brackets. One random number of this shape in eleven passes: it wants a header or a word.

>>> validate("a123456(3)"), validate("AB987654(3)")
('A1234563', 'AB9876543')
>>> mask("A123456(3)"), is_valid("A123456(4)")
('A1****63', False)
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers import normal
from headwater.identifiers.form import Form

_WEIGHTS = np.array([9, 8, 7, 6, 5, 4, 3, 2, 1])
_VALUE = np.zeros(256, dtype=np.int64)
_VALUE[[ord(c) for c in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ "]] = range(37)


def _passes(values: pa.Array) -> np.ndarray:
    letters = normal.characters(pc.utf8_lpad(values, 9, " "), 9)
    return np.asarray(_VALUE[letters] @ _WEIGHTS % 11 == 0)


_FORM = Form(
    "^[A-Z]{1,2}[0-9]{6}[0-9A]$",
    "a Hong Kong identity card number is one or two letters, six digits and a check digit",
    dropped="[()]",
    check=_passes,
)

compact, validate, is_valid = _FORM.compact, _FORM.validate, _FORM.is_valid
mask, compact_array = _FORM.mask, _FORM.compact_array

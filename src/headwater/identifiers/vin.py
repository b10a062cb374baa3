"""Vehicle identification number (ISO 3779, GB 16735): seventeen letters and digits without I, O and Q.

The ninth is a check character in North America and China: letters count 1 to 9 by their place in the alphabet,
weights 8 7 6 5 4 3 2 10 0 9 8 7 6 5 4 3 2, modulo 11, ten is X. One random text of this shape in eleven passes.

>>> validate("1m8gdm9axkp042788")
'1M8GDM9AXKP042788'
>>> mask("1M8GDM9AXKP042788"), is_valid("1M8GDM9A1KP042788")
('1M8**********2788', False)
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from headwater.identifiers import normal
from headwater.identifiers.form import Form

_WEIGHTS = np.array([8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2])
_VALUE = np.zeros(256, dtype=np.int64)
_VALUE[[ord(c) for c in "0123456789"]] = range(10)
for _letters, _first in (("ABCDEFGH", 1), ("JKLMN", 1), ("P", 7), ("R", 9), ("STUVWXYZ", 2)):
    _VALUE[[ord(c) for c in _letters]] = range(_first, _first + len(_letters))
_LETTERS = 2  # a number of digits alone is something else: seventeen ones pass the check and name no car
_CHECKS = np.frombuffer(b"0123456789X", dtype=np.uint8)


def _passes(values: pa.Array) -> np.ndarray:
    letters = normal.characters(values, 17)
    fits = _CHECKS[_VALUE[letters] @ _WEIGHTS % 11] == letters[:, 8]
    return np.asarray(fits & ((letters > 57).sum(axis=1) >= _LETTERS))


_FORM = Form(
    "^[A-HJ-NPR-Z0-9]{8}[0-9X][A-HJ-NPR-Z0-9]{4}[A-HJ-NPR-Z0-9][0-9]{3}$",
    "a vehicle identification number has 17 letters and digits, no I, O or Q, and ends in digits",
    shown=(3, 4),
    check=_passes,
)

compact, validate, is_valid = _FORM.compact, _FORM.validate, _FORM.is_valid
mask, compact_array = _FORM.mask, _FORM.compact_array

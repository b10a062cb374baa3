"""Singapore identity number (NRIC) and number of a foreigner there (FIN): letter, seven digits, check letter.

Weights 2 7 6 5 4 3 2; T and G add 4, M (since 2022) adds 3; the remainder by 11 picks the letter. One random text of
this shape in eleven passes where its letter is one of the eleven in use.

>>> validate("s1234567d"), validate("M1234567K"), validate("G1234567X")
('S1234567D', 'M1234567K', 'G1234567X')
>>> mask("S1234567D"), is_valid("S1234567A")
('S1*****7D', False)
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from headwater.identifiers import normal
from headwater.identifiers.form import Form

_WEIGHTS = np.array([2, 7, 6, 5, 4, 3, 2])
_CHECKS = {
    "S": (0, b"JZIHGFEDCBA"),
    "T": (4, b"JZIHGFEDCBA"),
    "F": (0, b"XWUTRQPNMLK"),
    "G": (4, b"XWUTRQPNMLK"),
    "M": (3, b"XWUTRQPNJLK"),
}
_ADDED = np.zeros(256, dtype=np.int64)
_LETTERS = np.zeros((256, 11), dtype=np.uint8)
for _first, (_more, _row) in _CHECKS.items():
    _ADDED[ord(_first)] = _more
    _LETTERS[ord(_first)] = np.frombuffer(_row, dtype=np.uint8)


def _passes(values: pa.Array) -> np.ndarray:
    letters = normal.characters(values, 9)
    sums = (letters[:, 1:8].astype(np.int64) - 48) @ _WEIGHTS + _ADDED[letters[:, 0]]
    return np.asarray(_LETTERS[letters[:, 0], sums % 11] == letters[:, 8])


_FORM = Form("^[STFGM][0-9]{7}[A-Z]$", "an NRIC or FIN is a letter, seven digits and a letter", check=_passes)

compact, validate, is_valid = _FORM.compact, _FORM.validate, _FORM.is_valid
mask, compact_array = _FORM.mask, _FORM.compact_array

"""Passport of another country than China: six to nine letters and digits, at least five of them digits.

Countries write them in their own ways and publish no check: it is believed only beside a header or a word.

>>> validate("X 1234567"), mask("AB1234567")
('X1234567', 'AB*****67')
>>> is_valid("PASSPORT"), is_valid("E12345678")
(False, False)
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from headwater.identifiers import normal, passport
from headwater.identifiers.form import Form


def _is_foreign(values: pa.Array) -> np.ndarray:
    return np.asarray(
        normal.matching(values, "(?:[0-9][A-Z]*){5}") & np.asarray(passport.compact_array(values).is_null())
    )


_FORM = Form(
    "^[A-Z]{0,2}[0-9][A-Z0-9]{4,7}[0-9A-Z]$", "a passport number has six to nine letters and digits", check=_is_foreign
)

compact, validate, is_valid = _FORM.compact, _FORM.validate, _FORM.is_valid
mask, compact_array = _FORM.mask, _FORM.compact_array

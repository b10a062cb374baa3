"""National insurance number of the United Kingdom: two letters, six digits, and A to D.

No check digit. D, F, I, Q, U and V do not begin it, O is not second, and BG, GB, KN, NK, NT, TN, ZZ are not given out.

>>> validate("jg 10 37 59 a"), mask("JG103759A")
('JG103759A', 'JG*****9A')
>>> is_valid("GB103759A"), is_valid("DA103759A")
(False, False)
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from headwater.identifiers import normal
from headwater.identifiers.form import Form


def _is_given_out(values: pa.Array) -> np.ndarray:
    return ~normal.matching(values, "^(?:BG|GB|KN|NK|NT|TN|ZZ)")


_FORM = Form(
    "^[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][0-9]{6}[A-D]$",
    "a national insurance number is two letters, six digits and a letter from A to D",
    dropped="[.]",
    check=_is_given_out,
)

compact, validate, is_valid = _FORM.compact, _FORM.validate, _FORM.is_valid
mask, compact_array = _FORM.mask, _FORM.compact_array

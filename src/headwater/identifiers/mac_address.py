"""Hardware address of a network card (EUI-48): six octets, written with colons, hyphens or in three groups of four.

>>> validate("02-00-5e-10-00-01"), validate("0200.5e10.0001")
('02005E100001', '02005E100001')
>>> mask("02:00:5e:10:00:01"), is_valid("00:00:00:00:00:00")
('0200****0001', False)
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from headwater.identifiers import normal
from headwater.identifiers.form import Form


def _is_somebodys(values: pa.Array) -> np.ndarray:
    return ~normal.matching(values, "^(?:0{12}|F{12}|01005E.*|3333.*)$")  # nobody, everybody, multicast


_FORM = Form(
    "^[0-9A-F]{12}$",
    "a hardware address has six octets",
    shown=(4, 4),
    dropped="[:.]",
    check=_is_somebodys,
)

compact, validate, is_valid = _FORM.compact, _FORM.validate, _FORM.is_valid
mask, compact_array = _FORM.mask, _FORM.compact_array

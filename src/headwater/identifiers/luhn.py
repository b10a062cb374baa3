"""The Luhn check (ISO/IEC 7812-1, annex B) of many numbers at once.

>>> passes(pa.array(["6200000000000005", "6200000000000006"])).tolist()
[True, False]
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers import normal


def passes(values: pa.Array) -> np.ndarray:
    """Tell for each value, all of digits, whether the last digit is the check digit of the others."""
    lengths = pc.utf8_length(values)
    width = pc.max(lengths).as_py() or 0
    digits = normal.characters(pc.utf8_lpad(values, width, "0"), width)  # zeros in front change no sum
    numbers = digits[:, ::-1].astype(np.int16) - 48
    doubled = numbers[:, 1::2] * 2
    doubled -= 9 * (doubled > 9)
    return np.asarray((numbers[:, ::2].sum(axis=1) + doubled.sum(axis=1)) % 10 == 0)

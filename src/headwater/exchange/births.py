"""Name and day of birth together: the token of a person of whom no number is known.

Namesakes born on one day exist: such a match alone counts in the high count only.
"""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers import normal

_HEADER = re.compile("出生|生日|birth|(?<![a-z])(?:dob|csrq|csny)(?![a-z])", re.I)
_DAY = r"^\s*(?P<y>(?:18|19|20)[0-9]{2})[-/.年 ]?(?P<m>[0-9]{1,2})[-/.月 ]?(?P<d>[0-9]{1,2})(?:日|[ T].*)?\s*$"


def is_birth(header: str) -> bool:
    """Tell whether a header says that its column holds days of birth.

    >>> is_birth("出生日期"), is_birth("date_of_birth"), is_birth("下单日期")
    (True, True, False)
    """
    return _HEADER.search(normal.narrow(header)) is not None


def compact_array(values: pa.Array) -> pa.Array:
    """Give each day as ``YYYYMMDD``, null where there is none; days are written in the order year, month, day."""
    found = pc.extract_regex(normal.narrow_array(values), pattern=_DAY)
    year, month, day = (pc.struct_field(found, name) for name in ("y", "m", "d"))
    days = pc.binary_join_element_wise(year, pc.utf8_lpad(month, 2, "0"), pc.utf8_lpad(day, 2, "0"), "")
    return normal.keep(days, _exist(days))


def from_resident_ids(compact: pa.Array) -> pa.Array:
    """The days of birth that stand in resident identity numbers in their normal form; nulls stay."""
    return pc.utf8_slice_codeunits(compact, 6, 14)


def with_names(names: pa.Array, days: pa.Array) -> pa.Array:
    """The normal form of name and day of birth, null where one is missing."""
    return pc.binary_join_element_wise(names, days, "|")


def _exist(days: pa.Array) -> np.ndarray:
    month = pc.fill_null(pc.utf8_slice_codeunits(days, 4, 6), "00").cast(pa.int8()).to_numpy(zero_copy_only=False)
    day = pc.fill_null(pc.utf8_slice_codeunits(days, 6, 8), "00").cast(pa.int8()).to_numpy(zero_copy_only=False)
    return np.asarray((month >= 1) & (month <= 12) & (day >= 1) & (day <= 31))

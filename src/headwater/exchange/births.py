"""Name and day of birth together: the token of a person of whom no number is known.

Namesakes born on one day exist: such a match alone counts in the high count only. What a day of birth is, and its normal form,
says :mod:`headwater.identifiers.births`.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc


def from_resident_ids(compact: pa.Array) -> pa.Array:
    """The days of birth that stand in resident identity numbers in their normal form; nulls stay."""
    return pc.utf8_slice_codeunits(compact, 6, 14)


def with_names(names: pa.Array, days: pa.Array) -> pa.Array:
    """The normal form of name and day of birth, null where one is missing."""
    return pc.binary_join_element_wise(names, days, "|")

"""What a sentence tells of a person and what has no number of its own: a balance, an illness, a stay, a track.

Recognisers find the words; the normal form is those words without spaces and with full-width characters made ASCII, so
that the same thing told twice is one. Nothing of them is shown: their masks are the kind alone.

>>> balance = {said.kind: said for said in SAID}["balance"]
>>> balance.validate(" 余额 还有 23,456.78 元 "), balance.mask("余额还有23,456.78元")
('余额还有23,456.78元', '[balance]')
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers import normal
from headwater.identifiers.errors import InvalidIdentifierError, WrongShapeError

_SPACE = "[ \t\r\n\f\v]+"
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Said:
    """One kind of such things, with the category that it belongs to."""

    kind: str
    category: str

    def compact(self, text: str) -> str:
        """Give the words without spaces."""
        return re.sub(_SPACE, "", normal.narrow(text))

    def validate(self, text: str) -> str:
        """Give the normal form, or raise an error where nothing is said."""
        plain = self.compact(text)
        if not 1 < len(plain) <= _LONGEST:
            raise WrongShapeError("nothing is said, or too much to be one thing")
        return plain

    def is_valid(self, text: str) -> bool:
        """Tell whether something is said."""
        try:
            self.validate(text)
        except InvalidIdentifierError:
            return False
        return True

    def mask(self, text: str) -> str:
        """Show the kind alone."""
        return f"[{self.kind}]"

    def compact_array(self, values: pa.Array) -> pa.Array:
        """Give the normal form of every value of a string array, null where nothing is said."""
        plain = pc.replace_substring_regex(normal.narrow_array(values), pattern=_SPACE, replacement="")
        sizes = pc.fill_null(pc.utf8_length(plain), 0).to_numpy(zero_copy_only=False)
        return normal.keep(plain, (sizes > 1) & (sizes <= _LONGEST))


SAID = (
    Said("balance", "property"),
    Said("real_estate", "property"),
    Said("salary", "property"),
    Said("credit", "credit"),
    Said("track", "track"),
    Said("lodging", "lodging"),
    Said("call_record", "communication"),
    Said("health", "health"),
    Said("family", "other"),
    Said("marital", "other"),
    Said("religion", "other"),
    Said("crime_record", "other"),
    Said("transaction", "transaction"),
    Said("policy", "transaction"),
)
"""Every such kind; ``scanning/data/categories.toml`` has the columns that hold them."""

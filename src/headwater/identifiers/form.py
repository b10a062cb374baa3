"""An identifier that its shape makes, with or without a check: what the module of one offers, made from both.

Modules whose identifier needs no more than this take their functions from a :class:`Form`.

>>> form = Form("^[0-9]{4}$", "four digits are wanted", shown=(1, 1))
>>> form.validate("12 34"), form.mask("1234"), form.is_valid("123")
('1234', '1**4', False)
>>> form.compact_array(pa.array(["12-34", None, "x"])).to_pylist()
['1234', None, None]
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers import normal
from headwater.identifiers.errors import InvalidIdentifierError, WrongCheckDigitError, WrongShapeError


@dataclass(frozen=True, slots=True)
class Form:
    """How an identifier is written in its normal form, and what says whether it holds.

    ``shape`` is a pattern for the whole squeezed text, read by ``re`` and by RE2 alike; ``wrong`` says what the shape
    is; ``dropped`` are further characters that its writings have and its normal form has not; ``check`` tells of
    values that have the shape which ones pass; ``shown`` are how many characters a mask shows at each end.
    """

    shape: str
    wrong: str
    shown: tuple[int, int] = (2, 2)
    dropped: str = ""
    check: Callable[[pa.Array], np.ndarray] | None = None

    def compact(self, text: str) -> str:
        """Give the normal form, valid or not: capitals, without spaces and hyphens."""
        plain = normal.squeeze(text)
        return normal.squeeze(re.sub(self.dropped, "", plain)) if self.dropped else plain

    def validate(self, text: str) -> str:
        """Give the normal form, or raise an error that names the failed check."""
        plain = self.compact(text)
        if not re.fullmatch(self.shape, plain, re.ASCII):
            raise WrongShapeError(self.wrong)
        if self.check is not None and not self.check(pa.array([plain]))[0]:
            raise WrongCheckDigitError("the check digit does not fit")
        return plain

    def is_valid(self, text: str) -> bool:
        """Tell whether the text is a valid one."""
        try:
            self.validate(text)
        except InvalidIdentifierError:
            return False
        return True

    def mask(self, text: str) -> str:
        """Show as little as recognition needs."""
        return normal.covered(self.compact(text), *self.shown)

    def compact_array(self, values: pa.Array) -> pa.Array:
        """Give the normal form of every value of a string array, null where it is not valid."""
        plain = normal.squeeze_array(values)
        if self.dropped:
            plain = normal.squeeze_array(pc.replace_substring_regex(plain, pattern=self.dropped, replacement=""))
        valid = normal.matching(plain, self.shape)
        if self.check is not None and valid.any():
            valid[valid] = self.check(plain.filter(pa.array(valid)))
        return normal.keep(plain, valid)

"""Telephone number of any country but mainland China, which has kinds of its own: international form, by Google's plan.

Written with + (or 00) and the country it is known anywhere; a number without them only where the country is known:
:func:`of_region` gives the identifier for one. The normal form is E.164.

>>> validate("+44 20 7946 0018"), mask("+44 20 7946 0018")
('+442079460018', '+44******0018')
>>> is_valid("020 7946 0018"), of_region("GB").validate("020 7946 0018")
(False, '+442079460018')
>>> is_valid("+86 154 0000 0001")
False
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers import normal
from headwater.identifiers.errors import InvalidIdentifierError, NobodysError, WrongShapeError

_CHINA = 86
_SHAPE = r"^[+(0-9][0-9 ()./-]{5,24}$"
_INTERNATIONAL = r"^(?:\+|00)[ (]?[1-9]"
_CHINESE = re.compile(rf"(?:\+|00)[ (]{{0,2}}{_CHINA}")
_EDGES = " \t\r\n\f\v'\""


@dataclass(frozen=True, slots=True)
class Phone:
    """Telephone numbers, those without a country read as ``region``'s (ISO 3166 in capitals, or nothing)."""

    region: str | None = None

    def compact(self, text: str) -> str:
        """Give + and the number with its country; a text that is no number comes back trimmed."""
        plain = normal.narrow(text).strip(_EDGES)
        number = self._number(plain)
        return plain if number is None else number

    def _number(self, plain: str) -> str | None:
        import phonenumbers  # its tables are read only where a number is met

        if plain.startswith("00"):
            plain = "+" + plain[2:]
        if not (plain.startswith("+") or self.region) or len(plain) > 32:
            return None
        try:
            read = phonenumbers.parse(plain, self.region)
        except phonenumbers.NumberParseException:
            return None
        if not phonenumbers.is_valid_number(read) or read.extension:
            return None
        return str(phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.E164))

    def validate(self, text: str) -> str:
        """Give the normal form, or raise an error that says what is wrong."""
        plain = normal.narrow(text).strip(_EDGES)
        number = None if _CHINESE.match(plain) else self._number(plain)
        if _CHINESE.match(plain) or (number or "").startswith(f"+{_CHINA}"):
            raise NobodysError("numbers of mainland China have kinds of their own")
        if number is None:
            raise WrongShapeError("no country has such a telephone number")
        return number

    def is_valid(self, text: str) -> bool:
        """Tell whether the text is a telephone number of another country."""
        try:
            self.validate(text)
        except InvalidIdentifierError:
            return False
        return True

    def mask(self, text: str) -> str:
        """Show the country and the last four digits only."""
        return normal.covered(self.compact(text), 3, 4)

    def compact_array(self, values: pa.Array) -> pa.Array:
        """Give the normal form of every value of a string array, null where it is not valid."""
        trimmed = pc.utf8_trim(normal.narrow_array(values), characters=_EDGES)
        shaped = normal.matching(trimmed, _SHAPE)
        if self.region is None:
            shaped &= normal.matching(trimmed, _INTERNATIONAL)
        rows = normal.keep(trimmed, shaped).to_pylist()
        return pa.array([self.compact(text) if text and self.is_valid(text) else None for text in rows], pa.string())


@cache
def of_region(region: str) -> Phone:
    """Give the identifier of telephone numbers of one country, by its two letters: what a column of such a country holds."""
    return Phone(region)


_PHONE = Phone()
compact, validate, is_valid = _PHONE.compact, _PHONE.validate, _PHONE.is_valid
mask, compact_array = _PHONE.mask, _PHONE.compact_array

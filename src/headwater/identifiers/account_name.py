"""The name of an account at a service, as at WeChat, Alipay or a social medium: known only by the word beside it.

A raw WeChat id (``wxid_`` and fourteen characters) tells itself. Others have six to twenty letters, digits, hyphens
and underscores from a letter on; on social media two to thirty. Capitals do not count.

>>> wechat.validate("wxid_a1b2c3d4e5f6g7"), wechat.mask("Li_Si-1990")
('wxid_a1b2c3d4e5f6g7', 'li******90')
>>> wechat.is_valid("12345678"), handle.validate("@li.si"), alipay.is_valid("15400000001")
(False, 'li.si', True)
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers import email, normal
from headwater.identifiers.errors import InvalidIdentifierError, WrongShapeError

_EDGES = " \t\r\n\f\v\"'@"


@dataclass(frozen=True, slots=True)
class AccountName:
    """The names that one service allows: ``shape`` is a pattern for the whole name in small letters."""

    shape: str
    wrong: str

    def compact(self, text: str) -> str:
        """Give the name in small letters without spaces and quotation marks around it and @ before it."""
        return re.sub("[A-Z]+", lambda found: found[0].lower(), normal.narrow(text)).strip(_EDGES)

    def validate(self, text: str) -> str:
        """Give the normal form, or raise an error that says what is wrong."""
        plain = self.compact(text)
        if not re.fullmatch(self.shape, plain, re.ASCII):
            raise WrongShapeError(self.wrong)
        return plain

    def is_valid(self, text: str) -> bool:
        """Tell whether the text can be such a name."""
        try:
            self.validate(text)
        except InvalidIdentifierError:
            return False
        return True

    def mask(self, text: str) -> str:
        """Show the first two and the last two characters only; of an address what its mask shows."""
        plain = self.compact(text)
        return email.mask(plain) if "@" in plain else normal.covered(plain, 2, 2)

    def compact_array(self, values: pa.Array) -> pa.Array:
        """Give the normal form of every value of a string array, null where it is not valid."""
        plain = pc.utf8_trim(pc.ascii_lower(normal.narrow_array(values)), characters=_EDGES)
        return normal.keep(plain, normal.matching(plain, self.shape))


wechat = AccountName("^[a-z][a-z0-9_-]{5,19}$", "a WeChat id has six to twenty characters and begins with a letter")
alipay = AccountName(
    r"^(?:1[3-9][0-9]{9}|2088[0-9]{12}|[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4})$",
    "an Alipay account is a mobile number, a mail address or 2088 and twelve digits",
)
handle = AccountName(
    "^(?:[a-z0-9_][a-z0-9_.-]{1,29}|[\u4e00-\u9fffa-z0-9_-]{2,24})$",
    "a name on a social medium has two to thirty characters",
)

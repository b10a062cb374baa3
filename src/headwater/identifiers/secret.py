"""What opens an account: passwords, their hashes, codes sent by message, session cookies, tokens, keys.

None has a check; each is known by the words or the form around it. A mask shows nothing of them, not even how long
they are.

>>> sms_code.validate("４８２９１３"), sms_code.mask("482913"), sms_code.is_valid("12")
('482913', '******', False)
>>> password.is_valid("S3cret!"), password.is_valid("********"), password.is_valid("as agreed")
(True, False, False)
>>> password_hash.validate("5F4DCC3B5AA765D61D8327DEB882CF99")
'5f4dcc3b5aa765d61d8327deb882cf99'
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers import normal
from headwater.identifiers.errors import InvalidIdentifierError, WrongShapeError

_SPACE = " \t\r\n\f\v"
_HIDDEN = "******"
_HEXADECIMAL = "^[0-9A-F]+$"


@dataclass(frozen=True, slots=True)
class Secret:
    """One kind of secret: ``shape`` is a pattern for all of it, ``not_shape`` for what only looks like it."""

    shape: str
    wrong: str
    not_shape: str = "^$"

    def compact(self, text: str) -> str:
        """Give the secret without spaces around it; hexadecimal ones in small letters."""
        plain = normal.narrow(text).strip(_SPACE)
        return plain.lower() if re.fullmatch(_HEXADECIMAL, plain) else plain

    def validate(self, text: str) -> str:
        """Give the normal form, or raise an error that says what is wrong."""
        plain = self.compact(text)
        if not re.search(self.shape, plain, re.ASCII) or re.search(self.not_shape, plain, re.ASCII):
            raise WrongShapeError(self.wrong)
        return plain

    def is_valid(self, text: str) -> bool:
        """Tell whether the text can be such a secret."""
        try:
            self.validate(text)
        except InvalidIdentifierError:
            return False
        return True

    def mask(self, text: str) -> str:
        """Show nothing."""
        return _HIDDEN

    def compact_array(self, values: pa.Array) -> pa.Array:
        """Give the normal form of every value of a string array, null where it is not valid."""
        plain = pc.utf8_trim(normal.narrow_array(values), characters=_SPACE)
        hexadecimal = pc.match_substring_regex(plain, _HEXADECIMAL)
        plain = pc.if_else(hexadecimal, pc.ascii_lower(plain), plain)
        return normal.keep(plain, normal.matching(plain, self.shape) & ~normal.matching(plain, self.not_shape))


sms_code = Secret("^[0-9]{4,8}$", "a code sent by message has four to eight digits")
password = Secret(
    r"^[!-~]{4,64}$",
    "a password has 4 to 64 printing characters and no space",
    not_shape=(
        r"^(?:[*xX•#.-]{4,64}|null|none|true|false|undefined|string|[$%#]?[{<(\[].{0,60}[\])}>]|.{0,60}\(\)?|.{1,60}\.git"
        r"|[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*){1,8}(?:[\[(].{0,40})?|[A-Za-z_]{1,40}[\[(].{0,40})$"
    ),
)
password_hash = Secret(
    r"^(?:(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{56}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})"
    r"|\$2[abxy]?\$[0-9]{2}\$[./A-Za-z0-9]{53}|\$argon2(?:id|i|d)\$[!-~]{20,120}|\$[156]\$[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{22,86}"
    r"|pbkdf2_sha(?:1|256)\$[!-~]{20,120}|\*[0-9A-F]{40}|\{SS?HA\}[A-Za-z0-9+/=]{20,60})$",
    "a hash of a password has one of the known lengths of hexadecimals, or names its method",
)
session = Secret(
    r"^(?:eyJ[A-Za-z0-9_-]{8,1000}\.eyJ[A-Za-z0-9_-]{8,1000}\.[A-Za-z0-9_-]{10,1000}|[A-Za-z0-9+/_.=%-]{16,1000})$",
    "a session's token has 16 characters or more of letters, digits and a few marks",
)
api_key = Secret(
    r"^(?:(?:AKIA|ASIA|LTAI|AKID)[A-Za-z0-9]{12,36}|gh[pousr]_[A-Za-z0-9]{36,80}|github_pat_[A-Za-z0-9_]{22,90}|glpat-[A-Za-z0-9_-]{20,40}|sk-[A-Za-z0-9_-]{20,170}"
    r"|xox[abprs]-[A-Za-z0-9-]{10,80}|AIza[A-Za-z0-9_-]{35}|[A-Za-z0-9+/_=-]{16,128}"
    r"|-----BEGIN (?:[A-Z]{2,12} ){0,2}PRIVATE KEY-----)$",
    "a key has 16 characters or more, or is the first line of a private key",
)

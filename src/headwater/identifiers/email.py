"""Electronic mail address: local part, @, and a domain with a dot.

>>> validate(" Zhang.San＠Example.COM ")
'zhang.san@example.com'
>>> mask("zhang.san@example.com")
'z***@example.com'
>>> is_valid("a@localhost")
False
"""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers import normal
from headwater.identifiers.errors import InvalidIdentifierError, WrongShapeError

_SHAPE = (
    r"^[a-z0-9_%+](?:[a-z0-9._%+-]{0,62}[a-z0-9_%+-])?@"
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z][a-z0-9-]{1,23}$"
)

_FILES = "png|jpe?g|gif|svg|webp|bmp|ico|js|mjs|css|json|xml|html?|txt|log|exe|dll|jar|class|php|woff2?|ttf|mp[34]|pdf|docx?|xlsx?"
_NO_DOMAIN = rf"\.(?:{_FILES})$"
"""Endings of files that no country or registry has as a domain: ``logo@2x.png`` is a picture."""


def compact(text: str) -> str:
    """Give the address in small letters without surrounding spaces."""
    return _lower(normal.narrow(text)).strip(" \t\r\n\f\v<>")


def _lower(text: str) -> str:
    return re.sub("[A-Z]+", lambda found: found[0].lower(), text)


def validate(text: str) -> str:
    """Give the normal form, or raise an error that says what is wrong."""
    address = compact(text)
    if not re.fullmatch(_SHAPE, address, re.ASCII) or ".." in address or re.search(_NO_DOMAIN, address):
        raise WrongShapeError("an e-mail address is a local part, @ and a domain with a dot")
    return address


def is_valid(text: str) -> bool:
    """Tell whether the text is an e-mail address."""
    try:
        validate(text)
    except InvalidIdentifierError:
        return False
    return True


def mask(text: str) -> str:
    """Show the first letter and the domain only."""
    address = compact(text)
    local, _, domain = address.partition("@")
    if not local or not domain:
        return "*" * len(address)
    return f"{local[0] if len(local) > 1 else ''}***@{domain}"


def compact_array(values: pa.Array) -> pa.Array:
    """Give the normal form of every value of a string array, null where it is not valid."""
    plain = pc.utf8_trim(pc.ascii_lower(normal.narrow_array(values)), characters=" \t\r\n\f\v<>")
    return normal.keep(plain, normal.matching(plain, _SHAPE) & ~normal.matching(plain, rf"\.\.|{_NO_DOMAIN}"))

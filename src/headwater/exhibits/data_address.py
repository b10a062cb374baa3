"""Content that is written into an address (``data:image/png;base64,…``)."""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import unquote_to_bytes

_OTHER = re.compile(r"[^A-Za-z0-9+/]")


def from_data_address(address: str) -> bytes:
    """The bytes of such an address, as far as they can be read.

    >>> from_data_address("data:text/plain;base64,aGVsbG8="), from_data_address("data:,a%20b")
    (b'hello', b'a b')
    """
    head, _, body = address.partition(",")
    return from_base64(body) if head.rstrip().endswith(";base64") else unquote_to_bytes(body)


def from_base64(text: str) -> bytes:
    """The bytes of a text in base 64, torn or with other signs in it.

    >>> from_base64("aGVs bG8"), from_base64("aGVsbG8x!!Z")
    (b'hello', b'hello1')
    """
    digits = _OTHER.sub("", text)
    digits = digits[: len(digits) - 1] if len(digits) % 4 == 1 else digits
    try:
        return base64.b64decode(digits + "=" * (-len(digits) % 4))
    except binascii.Error:
        return b""

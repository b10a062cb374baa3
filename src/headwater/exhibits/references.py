"""References to characters in XML that stand for none: halves of surrogate pairs, of which the parser makes bytes in no encoding."""

from __future__ import annotations

import re
from typing import BinaryIO

_LIKELY = re.compile(
    rb"&(\0?)#\1(?P<code>(?:0\1)*5\1[567]\1[0-9]\1[0-9]\1[0-9]|[xX]\1(?:0\1)*[dD]\1[89a-fA-F]\1[0-9a-fA-F]\1[0-9a-fA-F])\1;"
)
"""What may be one, in UTF-8 and the like, and in UTF-16, where every sign has a zero beside it."""
_LONGEST = 48


class Mended:
    """A stream of XML in which such references stand for U+FFFD; everything else is as it was, in its place."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        """Give some bytes, a few more than are asked for where a reference would be cut; none at the end."""
        data = self._stream.read(size)
        while (place := data.rfind(b"&", -_LONGEST)) >= 0 and b";" not in data[place:]:
            more = self._stream.read(_LONGEST)
            if not more:
                break
            data += more
        return mended(data)


def mended(data: bytes) -> bytes:
    """Give a piece of XML with references to halves of surrogate pairs turned to U+FFFD, as long as it was.

    >>> mended(b"<a>x&#55296;y&#xDFFF;&#24352;&#57344;</a>")
    b'<a>x&#65533;y&#xFFFD;&#24352;&#57344;</a>'
    """
    return _LIKELY.sub(_none, data) if b"&" in data else data


def _none(found: re.Match[bytes]) -> bytes:
    """U+FFFD in the signs of a reference, if that is to half a pair."""
    between, code = found[1], found["code"].replace(b"\0", b"").lower()
    hexadecimal = code.startswith(b"x")
    value = int(code[1:], 16) if hexadecimal else int(code)
    if not 0xD800 <= value <= 0xDFFF:
        return found[0]
    said = b"x" + b"FFFD".rjust(len(code) - 1, b"0") if hexadecimal else b"65533".rjust(len(code), b"0")
    return b"".join(bytes((sign,)) + between for sign in b"&#" + said) + b";"

"""Numbers covered by their shape alone: a wrong check digit makes a mobile's or a card's number nobody's less."""

from __future__ import annotations

import re

_MOBILE = re.compile(r"(?<![0-9A-Za-z])1[3-9][0-9]{9}(?![0-9])")
_LONG = re.compile(r"(?<![0-9A-Za-z])[0-9]{12,}[0-9Xx](?![0-9A-Za-z])")


def cover_shapes(text: str) -> str:
    """A text with every number as long as a mobile's, a card's or an identity number covered in its middle.

    >>> cover_shapes("15400000001 and 6200000000000006")
    '154****0001 and 6200********0006'
    """
    covered = _MOBILE.sub(lambda hit: f"{hit[0][:3]}****{hit[0][-4:]}", text)
    return _LONG.sub(lambda hit: f"{hit[0][:4]}{'*' * (len(hit[0]) - 8)}{hit[0][-4:]}", covered)

"""Takes the time of its making out of a PDF, so that the same page gives the same bytes."""

from __future__ import annotations

import re

NEVER = b"19700101000000+00'00'"

_TIME = re.compile(rb"(/(?:CreationDate|ModDate) ?\(D:)(\d{14}[+-]\d\d'\d\d')(\))")


def steady(data: bytes) -> bytes:
    """The PDF with the times of its making set to 1970, nothing moved: the table of places stays right.

    Text of a page is packed, and never looks like one of these entries.

    >>> steady(b"/CreationDate (D:20261123171833+00'00')")
    b"/CreationDate (D:19700101000000+00'00')"
    """
    return _TIME.sub(lambda found: found[1] + NEVER + found[3], data)

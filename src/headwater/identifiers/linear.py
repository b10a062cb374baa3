"""Patterns that somebody else wrote, run by RE2: the time they take grows with the text and no faster.

>>> [m.group() for m in compiled("PL[0-9]{9}").finditer("PL000000001, PL12")]
['PL000000001']
>>> compiled("(a)\\\\1")
Traceback (most recent call last):
    ...
headwater.identifiers.errors.WrongPatternError: is no pattern that RE2 reads: invalid escape sequence: \\1
"""

from __future__ import annotations

from functools import cache
from typing import Any

import re2

from headwater.identifiers.errors import WrongPatternError

_LONGEST = 2000
_MEMORY = 16 << 20


@cache
def compiled(pattern: str) -> Any:
    """Compile a pattern, or raise an error that says what RE2 does not read in it (look-around, back references)."""
    if len(pattern) > _LONGEST:
        raise WrongPatternError(f"is longer than {_LONGEST} characters")
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    try:
        found = re2.compile(pattern, options)
    except re2.error as error:
        why = error.args[0] if error.args else ""
        raise WrongPatternError(
            f"is no pattern that RE2 reads: {why.decode() if isinstance(why, bytes) else why}"
        ) from None
    if found.fullmatch(""):
        raise WrongPatternError("matches nothing at all, so that it would be found everywhere")
    return found

"""Texts held against Sigma's patterns, as expressions of the column engine.

Literal parts become parameters of the engine's own prefix, suffix and substring tests; nothing of a rule becomes SQL.
Patterns with further wildcards and regular expressions run in RE2 on both engines, whose time is linear in the text:
no pattern can make it run away (see :meth:`headwater.store.engine.Engine.matches`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.compute as pc
from sigma.types import SigmaCasedString, SigmaRegularExpression, SigmaString, SpecialChars

from headwater.detection.sigma.taxonomy import NotInTheLakeError

Matcher = Callable[[Any, str], Any]
"""Whether a text matches a regular expression anywhere: the engine's."""
MANY, ONE = SpecialChars.WILDCARD_MULTI, SpecialChars.WILDCARD_SINGLE
LONGEST = 2_000
"""Characters of a pattern."""


def text_like(column: ibis.Value, pattern: SigmaString, matches: Matcher) -> ibis.Value:
    """Whether a text is what a Sigma string says; capitals count only with the modifier ``cased``."""
    cased = isinstance(pattern, SigmaCasedString)
    parts = [part if cased or not isinstance(part, str) else part.lower() for part in pattern.s]
    _look(parts)
    text = column if cased else column.lower()
    match parts:
        case []:
            return text == ibis.literal("")
        case [str(whole)]:
            return text == ibis.literal(whole)
        case [first] if first is MANY:
            return text.notnull()
        case [str(start), last] if last is MANY:
            return text.startswith(ibis.literal(start))
        case [first, str(end)] if first is MANY:
            return text.endswith(ibis.literal(end))
        case [first, str(middle), last] if first is MANY and last is MANY:
            return text.contains(ibis.literal(middle))
    return matches(text, checked(_expression(parts)))


def text_matches(column: ibis.Value, pattern: SigmaRegularExpression, matches: Matcher) -> ibis.Value:
    """Whether a regular expression matches anywhere in a text."""
    flags = "".join(sorted(pattern.sigma_to_re_flag[flag] for flag in pattern.flags))
    _look(pattern.regexp.s)
    return matches(column, checked((f"(?{flags})" if flags else "") + str(pattern.regexp)))


def checked(pattern: str) -> str:
    """The pattern, when RE2 takes it.

    :raises NotInTheLakeError: when it does not: look-around and back-references have no linear time
    """
    if len(pattern) > LONGEST:
        raise NotInTheLakeError(f"a pattern of more than {LONGEST} characters")
    try:
        pc.match_substring_regex(pa.array([""]), pattern)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise NotInTheLakeError(f"regular expression not taken by RE2: {str(error).splitlines()[0]}") from error
    return pattern


def _look(parts: list[Any]) -> None:
    for part in parts:
        if not isinstance(part, str | SpecialChars):
            raise NotInTheLakeError(f"placeholder %{part.name}% has no list here: write the values out")
        if isinstance(part, str) and "\0" in part:
            raise NotInTheLakeError("a value with the character NUL")


def _expression(parts: list[Any]) -> str:
    known = {MANY: ".*", ONE: "."}
    return "(?s)^" + "".join(known[p] if p in known else re.escape(p) for p in parts) + r"\z"

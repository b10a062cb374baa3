"""Escapes in JSON that are half a character, as programs write that cut a text in the middle of an emoji."""
# {"text": "好的\ud83d"}

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

_WHOLE = r"(?i)\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}"
_HALF = r"(?i)\\ud[89a-f][0-9a-f]{2}"
_ANY = re.compile(r"(?is)\\(?:(ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2})|(ud[89a-f][0-9a-f]{2})|.)")


def whole(text: pa.Array) -> pa.Array:
    r"""Give JSON texts with each half of a character as U+FFFD, so that the rest of the message can be read.

    >>> whole(pa.array([r'{"a": "x\ud83d", "b": "\ud83d\ude00", "c": "\\ud83d"}']))[0].as_py()
    '{"a": "x\\ufffd", "b": "\\ud83d\\ude00", "c": "\\\\ud83d"}'
    """
    escaped = pc.fill_null(pc.match_substring_regex(text, _HALF), False)
    if not pc.any(escaped, min_count=0).as_py():
        return text
    some = text.filter(escaped)
    torn = pc.match_substring_regex(pc.replace_substring_regex(some, _WHOLE, ""), _HALF)
    if not pc.any(torn, min_count=0).as_py():
        return text
    mended = pa.array([_ANY.sub(_read, each) for each in some.filter(torn).to_pylist()], pa.string())
    return pc.replace_with_mask(text, escaped, pc.replace_with_mask(some, torn, mended))


def _read(found: re.Match[str]) -> str:
    return r"\ufffd" if found[2] else found[0]

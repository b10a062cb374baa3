"""Globs over paths of the case folder, and what they mean."""

from __future__ import annotations

import re
from functools import cache


@cache
def glob(pattern: str) -> re.Pattern[str]:
    """A glob as a regular expression: ``**/`` is any number of folders, ``*`` anything within one name."""
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", pattern)
    known = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(known.get(part, re.escape(part)) for part in parts) + r"\Z")

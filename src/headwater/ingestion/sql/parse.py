"""Statements as syntax trees: sqlglot, told of the things that it gets wrong.

sqlglot reads what it does not know as an opaque command, or worse as a column with an alias; ``INTO OUTFILE`` gives it
a table of that name. So the frame of such statements is taken off first, and only known kinds of tree are accepted.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

# its warnings quote the statement, and a statement holds personal values
logging.getLogger("sqlglot").setLevel(logging.CRITICAL + 1)

DIALECTS = ("postgres", "mysql", "tsql")
MAX_TEXT = 200_000

_EXPLAIN = re.compile(r"\s*explain\b", re.I)
_CURSOR = re.compile(r"\s*declare\s+\S+\s+(?:[a-z]+\s+){0,5}?cursor\s+(?:with(?:out)?\s+hold\s+)?for\s+", re.I)
_PREPARE = re.compile(r"\s*prepare\s+[\w\"]+\s*(?:\([^)]*\))?\s*(?:as|from)\s+", re.I)
_TABLE = re.compile(r"\s*table\s+(?:only\s+)?([\w.\"$]+)\s*;?\s*$", re.I)
_OUTFILE = re.compile(
    r"\binto\s+(?:outfile|dumpfile)\s+'(?:[^'\\]|\\.|'')*'"
    r"(?:\s+(?:character\s+set|fields|columns|lines)\b.*?)?(?=\s+from\b|\s*;?\s*$)",
    re.I | re.S,
)

_ROOTS = (
    exp.Query,
    exp.Copy,
    exp.Insert,
    exp.Update,
    exp.Delete,
    exp.Merge,
    exp.Create,
    exp.Drop,
    exp.Alter,
    exp.TruncateTable,
    exp.Analyze,
    exp.Set,
    exp.Transaction,
    exp.Commit,
    exp.Rollback,
    exp.Use,
    exp.Grant,
    exp.Revoke,
    exp.Comment,
    exp.Values,
    exp.Command,
)


@dataclass(frozen=True, slots=True)
class Parsed:
    """The trees of one text, and the frame taken off it: ``explain``, ``cursor``, ``prepare``, ``outfile`` or none."""

    roots: tuple[exp.Expression, ...]
    frame: str = ""


def parse(text: str) -> Parsed | None:
    """The trees of a statement; ``None`` when it cannot be read for what it is. Never fails."""
    if len(text) > MAX_TEXT or "\x00" in text:
        return None
    if _EXPLAIN.match(text):
        return Parsed((), "explain")
    text, frame = _unframed(text)
    for dialect in DIALECTS:
        roots = _roots(text, dialect)
        if roots:
            return Parsed(roots, frame)
    return None


def _unframed(text: str) -> tuple[str, str]:
    for frame, pattern in (("cursor", _CURSOR), ("prepare", _PREPARE)):
        if found := pattern.match(text):
            return text[found.end() :], frame
    if found := _TABLE.match(text):
        return f"SELECT * FROM {found.group(1)}", ""
    without, count = _OUTFILE.subn(" ", text, count=1)
    return (without, "outfile") if count else (text, "")


def _roots(text: str, dialect: str) -> tuple[exp.Expression, ...]:
    try:
        trees = [t for t in sqlglot.parse(text, read=dialect) if t is not None]
    except (SqlglotError, RecursionError, ValueError, AttributeError, TypeError, IndexError, KeyError):
        # hostile text takes the parser to places where it raises what it likes; the caller counts it
        return ()
    if not trees or not all(isinstance(t, _ROOTS) for t in trees):
        return ()
    return tuple(t.unnest() if isinstance(t, exp.Subquery) and not t.args.get("limit") else t for t in trees)

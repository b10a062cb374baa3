"""Literals with a grammar of their own: patterns, arrays, whole numbers."""

from __future__ import annotations

import re
from typing import Any

from sqlglot import exp

from headwater.ingestion.sql.values import Unsupported

_LONGEST_PATTERN, _MOST_WILDCARDS = 500, 12
_SIMPLE_ARRAY = re.compile(r"\{[^{}\"\\]*\}")
# what PostgreSQL's and RE2's regular expressions understand alike
_SHARED_REGEX = re.compile(
    r"\^?(?:(?:[^\W_]|[ _\-@%,:/]|\\\.|\\d|\.|\[\^?(?:[^\W_](?:-[^\W_])?|[ _@.])+\]|\((?!\?)|\)|\|)"
    r"(?:[*+?]|\{[0-9]{1,2}(?:,[0-9]{1,2})?\})?)*\$?"
)


def integer_of(node: Any) -> int:
    """A whole number that stands in the statement, with its sign."""
    if isinstance(node, exp.Paren):
        return integer_of(node.this)
    if isinstance(node, exp.Neg):
        return -integer_of(node.this)
    if isinstance(node, exp.Literal) and re.fullmatch(r"[0-9]{1,9}", node.this):
        return int(node.this)
    raise Unsupported("a whole number that is not written out")


def array_items(node: Any) -> list[Any]:
    """The items of ``ARRAY['a', 'b']`` or ``'{a,b}'``, as nodes."""
    node = node.unnest()
    if isinstance(node, exp.Cast):
        node = node.this.unnest()
    if isinstance(node, exp.Array):
        return list(node.expressions)
    if isinstance(node, exp.Literal) and node.is_string and _SIMPLE_ARRAY.fullmatch(node.this.strip()):
        items = [i.strip() for i in node.this.strip()[1:-1].split(",")]
        if any(i.upper() == "NULL" for i in items):
            raise Unsupported("a null in an array")
        return [exp.Literal.string(i) for i in items if i]
    raise Unsupported("an array that is not written out")


def like_pattern(node: Any, mark: str) -> str:
    """A LIKE pattern with a backslash for its escape; refused when it would take long to match."""
    node = node.unnest()
    if not (isinstance(node, exp.Literal) and node.is_string):
        raise Unsupported("a pattern that is not written out")
    pattern = str(node.this)
    if mark != "\\":
        pattern = re.sub(f"{re.escape(mark)}(.)|\\\\", lambda m: "\\" + (m[1] or "\\"), pattern, flags=re.S)
    if len(pattern) > _LONGEST_PATTERN or pattern.count("%") > _MOST_WILDCARDS:
        raise Unsupported("a pattern that is too long")
    if (len(pattern) - len(pattern.rstrip("\\"))) % 2:
        raise Unsupported("a pattern that ends in its escape")
    return pattern


def regex_pattern(node: Any) -> str:
    """A regular expression in the part of the language that both engines read alike."""
    pattern = node.expression.unnest()
    if not (isinstance(pattern, exp.Literal) and pattern.is_string) or len(pattern.this) > _LONGEST_PATTERN:
        raise Unsupported("a pattern that is not written out")
    text = str(pattern.this)
    if not _SHARED_REGEX.fullmatch(text) or text.count("(") != text.count(")"):
        raise Unsupported("a regular expression")
    if isinstance(node, exp.SimilarTo):
        if re.search(r"[.^$\\]", text):
            raise Unsupported("a regular expression")
        text = re.sub(r"[%_]", lambda m: ".*" if m[0] == "%" else ".", text)
    return text

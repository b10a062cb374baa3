"""Text that does harm where it is taken for anything but text: what is typed, and what an answer may hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ATTACKS: Mapping[str, str] = {
    "script": "</textarea></title></style><script>document.title='hacked'</script>",
    "image": "\"'><img src=x onerror=\"document.title='hacked'\">",
    "vector": "<svg/onload=document.title='hacked'><math><mi//xlink:href='data:x,<script>document.title=1</script>'>",
    "address": "javascript:document.title='hacked'//",
    "attribute": "' onfocus=document.title='hacked' autofocus='",
    "template": "{{ 7*7 }} ${7*7} {% raw %} <%= 7*7 %> #{7*7}",
    "formula": '=HYPERLINK("http://192.0.2.1/","x")',
    "command": "@SUM(1+1)*cmd|' /C calc'!A0",
    "bidi": "\u202egnp.exe\u202c \u2066left\u2069 \u200fright",
    "control": "a\x07b\x1b[31mred\x1b[0m\x08c\x7fd\x85e",
    "zero width": "in\u200bvis\u2060ible\ufeff",
    "long": "无" * 400 + "W" * 600,
    "lines": "one\r\ntwo\rthree\u2028four",
    "combining": "Z" + "\u0335\u0336\u0337" * 40,
    "htmx": "<div hx-get=/api/v1/cases hx-trigger=load hx-on::load=\"document.title='hacked'\">",
    "sql": "'); DROP TABLE users;-- \" OR 1=1",
    "path": "../../../../etc/passwd\\..\\..\\%2e%2e%2f",
}
"""What is tried, by what it is tried against."""
NULL = "before\x00after"
"""A character that no database's text and no page may hold."""
MARKER = "hacked"
"""The title of a page in which one of them has run."""
FREE = frozenset(
    {"title", "text", "note", "story", "clears", "answer", "path", "source", "reason", "organisation", "limits"}
)
"""Keys of an answer that hold text which nobody decides by."""


def everything() -> str:
    """All of them in one text."""
    return " ".join(ATTACKS.values())


def poisoned(result: dict[str, Any]) -> dict[str, Any]:
    """An answer with another attack behind each of its free texts, as hostile evidence would have put it there."""
    attacks = list(ATTACKS.values())
    count = 0

    def on(value: Any, key: str) -> Any:
        nonlocal count
        if isinstance(value, dict):
            return {k: on(v, k) for k, v in value.items()}
        if isinstance(value, list):
            return [on(v, key) for v in value]
        if isinstance(value, str) and key in FREE:
            count += 1
            return f"{value} {attacks[count % len(attacks)]}"
        return value

    found: dict[str, Any] = on(result, "")
    return found

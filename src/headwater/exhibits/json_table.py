"""Tables written as JSON: a list of objects, an object that wraps one, or one object a line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

from headwater.exhibits.encodings import HEAD, encoding_of
from headwater.exhibits.member import Member

LARGEST = 256 << 20
"""A JSON text of more bytes is scanned line by line, like any text: its tree would not fit into memory."""
WIDEST = 400
"""Objects with more different keys than this are no rows of one table."""
_DEPTH = 6
_SPACE = re.compile(r"[\s,]*")

Record = tuple[int, dict[str, str]]


def json_records(member: Member) -> list[Record] | None:
    """The rows of a JSON table, each with its 1-based line; ``None`` where the text is no such table.

    Objects within a row become columns named ``outer.inner``; lists stay JSON text. Half of what stands in the list
    has to be objects, and there have to be two of them.
    """
    with member.open() as stream:
        head = stream.read(HEAD)
        if not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
            return None
        data = head + stream.read(max(0, LARGEST + 1 - len(head)))
    encoding = encoding_of(head)
    if encoding is None or len(data) > LARGEST:
        return None
    try:
        text = data.decode(encoding).lstrip("\ufeff")
        values = list(_values(text))
    except (ValueError, RecursionError):
        return None
    rows = [(line, value) for line, value in _unwrapped(values) if isinstance(value, dict)]
    if len(rows) < 2 or 2 * len(rows) < len(values):
        return None
    flat = [(line, dict(_flat(row, ""))) for line, row in rows]
    return flat if len({name for _, row in flat for name in row}) <= WIDEST else None


def _values(text: str) -> Iterator[tuple[int, Any]]:
    """The values of the outermost list, or those that follow one another in the text, each with its line."""
    decoder = json.JSONDecoder()
    start = _SPACE.match(text)
    at = start.end() if start else 0
    listed = text[at] == "["
    at += listed
    lines = list(accumulate((len(line) for line in text.split("\n")), lambda a, b: a + b + 1, initial=0))
    line = 0
    while True:
        at = _SPACE.match(text, at).end()  # type: ignore[union-attr]  # it matches the empty text too
        if at >= len(text) or (listed and text[at] == "]"):
            return
        while lines[line + 1] <= at:
            line += 1
        value, at = decoder.raw_decode(text, at)
        yield line + 1, value


def _unwrapped(values: list[tuple[int, Any]]) -> list[tuple[int, Any]]:
    """The longest list of objects inside a single object, as interfaces wrap what they return; else the values."""
    if len(values) != 1 or not isinstance(values[0][1], dict):
        return values
    inner = max(_lists(values[0][1], 0), key=len, default=[])
    return [(values[0][0], row) for row in inner]


def _lists(value: Any, depth: int) -> Iterator[list[Any]]:
    if isinstance(value, list):
        yield [row for row in value if isinstance(row, dict)]
    elif isinstance(value, dict) and depth < _DEPTH:
        for part in value.values():
            yield from _lists(part, depth + 1)


def _flat(row: dict[str, Any], before: str) -> Iterator[tuple[str, str]]:
    for name, value in row.items():
        if isinstance(value, dict) and before.count(".") < _DEPTH:
            yield from _flat(value, f"{before}{name}.")
        elif value is not None and value != "":
            yield f"{before}{name}", value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

"""All lists of objects in a JSON text, each with the line of every object: exports wrap several, and lists of lists of messages."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

from headwater.exhibits.json_keyed import Member, can_be_keyed, keyed_rows

Record = tuple[int, dict[str, Any]]
Lists = dict[str, list[Record]]

ROOT = ""
"""The name of what stands in no list: the single values of the outermost object."""

_SPACE = re.compile(r"[\s,]*")
_DEEPEST = 12


def lists_in(text: str) -> Lists:
    """Every list of objects by its path of keys; lists at the same path in several objects are one.

    A list within the objects of another stays in its cell, unless it holds more objects than the list around it has: the
    messages of a chat are rows, the marks in a message are none. An object that is keyed by values, not by their names, is a list.

    :raises ValueError: if the text is no JSON
    :raises RecursionError: if it is nested without end
    """
    return _Walk(text).found


class _Walk:
    """Goes through a text once to decode it, and through the objects with long lists again."""

    def __init__(self, text: str) -> None:
        self.found: Lists = {}
        self._text, self._decoder = text, json.JSONDecoder()
        self._starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
        at = self._skip(0)
        if text[at : at + 1] == "[":
            self._list(at, ROOT, 0)
        else:
            self._several(at)

    def _several(self, at: int) -> None:
        """One object, or one after the other."""
        rows: list[tuple[int, Any]] = []
        while at < len(self._text):
            value, end = self._decoder.raw_decode(self._text, at)
            rows.append((at, value))
            at = self._skip(end)
        if len(rows) == 1 and isinstance(rows[0][1], dict):
            self._object(rows[0][0], ROOT, 0, {})
        else:
            self._rows(rows, ROOT, 0)

    def _skip(self, at: int) -> int:
        found = _SPACE.match(self._text, at)
        return found.end() if found else at

    def _line(self, at: int) -> int:
        return bisect_right(self._starts, at)

    def _object(self, at: int, path: str, depth: int, single: dict[str, Any], *, rooted: bool = True) -> int:
        """Read an object member by member; its own values go into the object that stands for all of them."""
        if (end := self._keyed(at, path, depth)) is not None:
            return end
        begun, at = at, self._skip(at + 1)
        while self._text[at : at + 1] != "}":
            key, at = self._key(at)
            inner = f"{path}.{key}" if path else key
            sign = self._text[at : at + 1]
            if sign == "[":
                at, value = self._list(at, inner, depth + 1)
                if value:
                    single[inner] = value
            elif sign == "{" and depth < _DEEPEST:
                at = self._object(at, inner, depth + 1, single, rooted=False)
            else:
                single[inner], at = self._decoder.raw_decode(self._text, at)
            at = self._skip(at)
        if rooted and (kept := {name: value for name, value in single.items() if value not in (None, "", [], {})}):
            self.found.setdefault(ROOT, []).append((self._line(begun), kept))
        return at + 1

    def _key(self, at: int) -> tuple[str, int]:
        """A key, and where its value begins."""
        key, at = self._decoder.raw_decode(self._text, at)
        at = self._skip(at)
        if self._text[at : at + 1] != ":" or not isinstance(key, str):
            raise ValueError
        return key, self._skip(at + 1)

    def _keyed(self, at: int, path: str, depth: int) -> int | None:
        """Read an object whose keys are values as a list; where it ends, or ``None`` if it is another."""
        at = self._skip(at + 1)
        if self._text[at : at + 1] == "}":
            return None
        key, value_at = self._key(at)
        if not can_be_keyed(key, self._text[value_at : value_at + 1], depth):
            return None
        members: list[Member] = []
        while self._text[at : at + 1] != "}":
            begun = at
            key, at = self._key(at)
            value, at = self._decoder.raw_decode(self._text, at)
            members.append((begun, key, value))
            at = self._skip(at)
        rows = keyed_rows(members, path)
        if rows is None:
            return None
        self.found.setdefault(path, []).extend((self._line(place), row) for place, row in rows)
        return at + 1

    def _list(self, at: int, path: str, depth: int) -> tuple[int, list[Any]]:
        """Read a list: objects become rows, and what is none is given back as a value."""
        at = self._skip(at + 1)
        rows: list[tuple[int, Any]] = []
        while self._text[at : at + 1] != "]":
            value, end = self._decoder.raw_decode(self._text, at)
            rows.append((at, value))
            at = self._skip(end)
        if any(isinstance(value, dict) for _, value in rows):
            self._rows(rows, path, depth)
            return at + 1, []
        return at + 1, [value for _, value in rows]

    def _rows(self, rows: list[tuple[int, Any]], path: str, depth: int) -> None:
        long = {name for name, count in _counts(rows) if count > len(rows)} if depth < _DEEPEST else set()
        kept = self.found.setdefault(path, [])
        for at, value in rows:
            row = value if isinstance(value, dict) else {"value": value}
            kept.append((self._line(at), {name: cell for name, cell in row.items() if name not in long}))
            if isinstance(value, dict) and long & value.keys():
                self._long(at, path, long, depth)

    def _long(self, at: int, path: str, long: set[str], depth: int) -> None:
        at = self._skip(at + 1)
        while self._text[at : at + 1] != "}":
            key, at = self._decoder.raw_decode(self._text, at)
            at = self._skip(self._skip(at) + 1)
            if key in long and self._text[at : at + 1] == "[":
                at, _ = self._list(at, f"{path}.{key}" if path else key, depth + 1)
            else:
                _, at = self._decoder.raw_decode(self._text, at)
            at = self._skip(at)


def _counts(rows: list[tuple[int, Any]]) -> Iterator[tuple[str, int]]:
    """For every key of the rows, how many objects stand in lists under it."""
    counted: dict[str, int] = {}
    for _, row in rows:
        for name, cell in row.items() if isinstance(row, dict) else ():
            if isinstance(cell, list) and cell and all(isinstance(inner, dict) for inner in cell):
                counted[name] = counted.get(name, 0) + len(cell)
    yield from counted.items()

"""Objects of JSON that are lists in truth: keyed by a value, as by a number of telephone, or by names over objects that are alike."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from headwater.identifiers.headers import named_kinds

_LONGEST = 64
"""Longer keys are looked through as text only."""
_VALUE = re.compile("[0-9]{5}|@|[0-9]{3}[ -][0-9]{3,4}[ -][0-9]{4}")
_MOST = 0.7
_FEWEST = 3
KEY, VALUE = "1", "value"
"""What the columns of keys, and of values that are no objects, are called; the first is no word, so that the keys speak for themselves."""

Member = tuple[int, str, Any]
"""A member of an object: its place in the text, key and value."""


def can_be_keyed(key: str, opens: str, depth: int) -> bool:
    """Tell by its first key, and by the sign that opens the value, whether an object may be a list: most are none."""
    return is_key(key) or (opens == "{" and depth <= 1)


def is_key(key: str) -> bool:
    """Tell whether a key looks like a value rather than the name of one."""
    return len(key) <= _LONGEST and _VALUE.search(key) is not None


def keyed_rows(members: Sequence[Member], path: str) -> list[tuple[int, dict[str, Any]]] | None:
    """Give a row for each member of an object, with its key in a column; ``None`` where the keys are names of values.

    A member that is a list of objects gives a row for each of them.
    """
    if sum(is_key(key) for _, key, _ in members) < _MOST * len(members) and not _are_alike(members):
        return None
    rows = [(at, key, row) for at, key, value in members for row in _rows(value)]
    last = path.rpartition(".")[2]
    name = last if named_kinds(last) - {"other"} else KEY
    while any(name in row for _, _, row in rows):
        name += "_"
    return [(at, {name: key, **row}) for at, key, row in rows]


def _rows(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        return [value]
    if isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
        return value
    return [{VALUE: value}]


def _are_alike(members: Sequence[Member]) -> bool:
    """Whether they are several objects, most of them with the same keys."""
    if len(members) < _FEWEST or not all(isinstance(value, dict) and value for _, _, value in members):
        return False
    keys = Counter(frozenset(value) for _, _, value in members)
    return keys.most_common(1)[0][1] >= _MOST * len(members)

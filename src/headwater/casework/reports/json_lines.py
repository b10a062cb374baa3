"""Writes records as JSON, one a line, such that no terminal and no editor is led astray by what a name holds."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from headwater.casework.reports.json import plain
from headwater.casework.reports.visible import INVISIBLE


def lines(records: Iterable[Mapping[str, Any]]) -> bytes:
    """Records as UTF-8 JSON lines, keys sorted: same records, same bytes."""
    return "".join(f"{line(record)}\n" for record in records).encode("utf-8")


def line(record: Mapping[str, Any]) -> str:
    """One record as one line of JSON.

    What would hide, reorder or break text is written as its JSON escape: whoever reads the line back gets the value as
    it was, whoever looks at the line sees what stands there.

    >>> line({"path": "a\\u202egpj.exe"})
    '{"path":"a\\\\u202egpj.exe"}'
    """
    text = json.dumps(plain(record), ensure_ascii=False, sort_keys=True, allow_nan=False, separators=(",", ":"))
    return text if text.isprintable() else "".join(_escaped(c) for c in text)


def _escaped(character: str) -> str:
    # invisible characters stand inside of strings only: outside of them json.dumps writes none
    if unicodedata.category(character) not in INVISIBLE:
        return character
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[i : i + 4]}" for i in range(0, len(units), 4))

"""An answer read piece by piece: the rows of long lists one at a time, everything else whole.

Each row is decoded by the standard library at once: ``ijson``, which gives signs one by one, takes twice as long to make a desk.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Set
from pathlib import Path
from typing import Any, TextIO

from headwater.model.errors import StoreError

NEVER_WHOLE = frozenset({"", "network", "read"})
"""Mappings that are opened up: what stands in them comes out by itself."""
AT_ONCE = 1 << 20
"""Characters that are read at once; of a longer value as many more as it has."""
_SPACE = re.compile(r"[ \t\n\r]*")


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")


_DECODER = json.JSONDecoder(parse_constant=_no_number)


def pieces(file: Path, lists: Set[str]) -> Iterator[tuple[str, Any]]:
    """Every row of the lists (``findings.item``), and every other part (``case``, ``network.counts``) whole.

    :param lists: prefixes of rows: the keys that lead to the list, and ``item``
    :raises StoreError: where the file is no answer
    """
    try:
        with file.open(encoding="utf-8", newline="") as opened:
            reader = _Reader(opened)
            yield from _mapping(reader, "", frozenset(prefix.removesuffix(".item") for prefix in lists))
            reader.end()
    except (ValueError, RecursionError, OSError) as error:
        raise StoreError(f"is no answer that can be read ({type(error).__name__})", str(file)) from error


class _Reader:
    """A text of which only the stretch is held that is being read."""

    def __init__(self, stream: TextIO) -> None:
        self._stream, self._text, self._at, self._ended = stream, "", 0, False

    def sign(self) -> str:
        """The next sign that is no space; it is not taken. Nothing at the end."""
        while True:
            self._at = _SPACE.match(self._text, self._at).end()  # type: ignore[union-attr]  # it always matches
            if self._at < len(self._text) or not self._more():
                return self._text[self._at : self._at + 1]

    def take(self, signs: str) -> str:
        """Take the next sign, which must be one of these."""
        found = self.sign()
        if not found or found not in signs:
            raise ValueError(f"{signs!r} is missing")
        self._at += 1
        return found

    def value(self) -> Any:
        """Take the next value whole."""
        self.sign()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except ValueError:
                if not self._more():
                    raise
                continue
            if end < len(self._text) or not self._more():  # a number may go on
                self._at = end
                return value

    def end(self) -> None:
        """Insist that nothing comes any more."""
        if self.sign():
            raise ValueError("something stands behind the answer")

    def _more(self) -> bool:
        """Let go of what was read, and read as much again as is held; whether there was anything."""
        if not self._ended:
            held = self._text[self._at :]
            read = self._stream.read(max(AT_ONCE, len(held)))
            self._text, self._at, self._ended = held + read, 0, not read
        return not self._ended


def _mapping(reader: _Reader, prefix: str, lists: Set[str]) -> Iterator[tuple[str, Any]]:
    """The parts of a mapping that is opened up."""
    reader.take("{")
    if reader.sign() == "}":
        reader.take("}")
        return
    more = ","
    while more == ",":
        key = reader.value()
        if not isinstance(key, str):
            raise ValueError("a key is no text")
        reader.take(":")
        yield from _part(reader, f"{prefix}.{key}" if prefix else key, lists)
        more = reader.take(",}")


def _part(reader: _Reader, name: str, lists: Set[str]) -> Iterator[tuple[str, Any]]:
    if name in lists and reader.sign() == "[":
        yield from ((f"{name}.item", row) for row in _rows(reader))
    elif name in NEVER_WHOLE and reader.sign() == "{":
        yield from _mapping(reader, name, lists)
    else:
        yield name, reader.value()


def _rows(reader: _Reader) -> Iterator[Any]:
    reader.take("[")
    if reader.sign() == "]":
        reader.take("]")
        return
    more = ","
    while more == ",":
        yield reader.value()
        more = reader.take(",]")

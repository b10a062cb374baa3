"""JSON: every list of objects in it as a table, the single values as one more, and whatever is no JSON after all as text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from headwater.exhibits.batches import sheets_of
from headwater.exhibits.contents import Content, Given, Passage
from headwater.exhibits.encodings import HEAD, encoding_of
from headwater.exhibits.json_keyed import KEY, is_key
from headwater.exhibits.json_lists import ROOT, Record, lists_in
from headwater.exhibits.json_table import LARGEST, WIDEST
from headwater.exhibits.member import Member
from headwater.exhibits.text import lines
from headwater.model.exhibit import NotRead

_BEGINS = re.compile(r"\ufeff?\s*(?:\{\s*[\"}]|\[\s*[\[{\"\]])")
_DEEPEST = 6


class _Json:
    """Reads JSON and JSON lines."""

    name = "json"

    def fits(self, head: bytes, member: Member) -> bool:
        """It begins as an object, or as a list of objects, lists or texts."""
        encoding = encoding_of(head)
        return encoding is not None and bool(_BEGINS.match(head[:4096].decode(encoding, "replace")))

    def read(self, member: Member, given: Given) -> Iterator[Content]:
        """Give the tables; a text that is no JSON, or too large to be decoded, comes line by line."""
        with member.open() as stream:
            data = stream.read(LARGEST + 1)
        encoding = encoding_of(data[:HEAD]) or "utf-8"
        try:
            found = lists_in(data.decode(encoding).lstrip("\ufeff")) if len(data) <= LARGEST else {}
        except (ValueError, RecursionError, IndexError):
            found = {}
        del data
        if not found:
            yield from _text(member, encoding)
        for name, records in found.items():
            yield from _table(name if len(found) > 1 else ROOT, records)


READER = _Json()


def _table(name: str, records: list[Record]) -> Iterator[Content]:
    """A table of the objects; where they have more keys than a table has columns, one of keys and values."""
    flat = [(line, dict(_flat(row, "", 0))) for line, row in records]
    names = list(dict.fromkeys(key for _, row in flat for key in row))
    if len(names) > WIDEST:
        pairs = ((line, [key, cell]) for line, row in flat for key, cell in row.items())
        yield from sheets_of(name, ("key", "value"), pairs)
    else:
        yield from sheets_of(name, names, ((line, [row.get(key) for key in names]) for line, row in flat))


def _flat(row: dict[str, Any], before: str, depth: int) -> Iterator[tuple[str, str]]:
    values = [name for name in row if is_key(name)]
    if values:
        yield f"{before}{KEY}", "; ".join(values).encode("utf-8", "replace").decode()
    for name, value in row.items():
        if isinstance(value, dict) and depth < _DEEPEST:
            yield from _flat(value, f"{before}{name}.", depth + 1)
        elif value is not None and value not in ("", [], {}):
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            yield (
                f"{before}{name}",
                text.encode("utf-8", "replace").decode(),
            )  # half a character may be written as an escape


def _text(member: Member, encoding: str) -> Iterator[Content]:
    aside = 0
    with member.open() as stream:
        for batch in lines(stream, encoding):
            yield Passage("", tuple(batch.text), batch.first)
            aside += len(batch.rejected)
    if aside:
        yield NotRead(member.path, f"{aside:,} lines could not be read")

"""Apple's property lists, as XML or binary: every value with its path of keys, as a table of two columns."""

from __future__ import annotations

import datetime
import plistlib
import re
from collections.abc import Iterator
from typing import Any
from xml.parsers.expat import ExpatError

from headwater.exhibits.batches import sheets_of, text_of
from headwater.exhibits.contents import Content, Enclosed, Given
from headwater.exhibits.member import Member
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead

_BINARY = b"bplist00"
_XML = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,2000}?-->\s*)*(?:<!DOCTYPE plist|<plist[\s>])", re.S
)
_LARGEST = 256 << 20
_DEEPEST = 64
_MOST = 500_000
_FAULTS = (
    plistlib.InvalidFileException, ExpatError, ValueError, TypeError, KeyError, IndexError,
    RecursionError, OverflowError, MemoryError, AttributeError,
)  # fmt: skip


class _Plist:
    """Reads property lists."""

    name = "plist"

    def fits(self, head: bytes, member: Member) -> bool:
        """A list says so in its first bytes, or by its first element."""
        return head.startswith(_BINARY) or bool(_XML.match(head))

    def read(self, member: Member, given: Given) -> Iterator[Content]:
        """Give the values by their paths; a list within a value is given as a file of its own."""
        with member.open() as stream:
            data = stream.read(_LARGEST + 1)
        if len(data) > _LARGEST:
            yield NotRead(member.path, f"is a property list of more than {_LARGEST:,} bytes")
            return
        try:
            root = plistlib.loads(data)
        except _FAULTS as error:
            raise UnreadableError("the property list is damaged", member.path) from error
        walk = _Walk()
        rows = ((number, [key, value]) for number, (key, value) in enumerate(walk.values(root, "", 0), start=1))
        for sheet in sheets_of("", ("key", "value"), rows):
            yield sheet
            yield from walk.files
            walk.files.clear()
        if walk.fault:
            yield NotRead(member.path, walk.fault)


READER = _Plist()


class _Walk:
    """Goes through a list; values that are shared again and again are counted, so that it ends."""

    def __init__(self) -> None:
        self.files: list[Enclosed] = []
        self.fault = ""
        self._left = _MOST

    def values(self, value: Any, path: str, depth: int) -> Iterator[tuple[str, str | None]]:
        self._left -= 1
        if self._left < 0 or depth > _DEEPEST:
            self.fault = (
                f"holds more than {_MOST:,} values, or more than {_DEEPEST} in one another: the rest was not read"
            )
            return
        if isinstance(value, dict):
            for key, inner in value.items():
                if self._left >= 0:
                    yield from self.values(inner, f"{path}.{key}" if path else str(key), depth + 1)
        elif isinstance(value, list):
            for place, inner in enumerate(value, start=1):
                if self._left >= 0:
                    yield from self.values(inner, f"{path}.{place}" if path else str(place), depth + 1)
        elif isinstance(value, bytes) and value.startswith(_BINARY):
            self.files.append(Enclosed(path, value))
        elif (text := _text(value)) is not None:
            yield path, text


def _text(value: Any) -> str | None:
    if isinstance(value, bytes):
        return text_of(value)
    if isinstance(value, plistlib.UID):
        return None
    return value.isoformat(" ") if isinstance(value, datetime.datetime) else str(value)

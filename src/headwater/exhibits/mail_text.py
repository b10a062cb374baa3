"""One mail: its head, its text, its attachments under the names that they were given, and the mails inside it."""

from __future__ import annotations

import email
import re
from collections.abc import Iterable, Iterator
from email.message import Message
from email.policy import compat32
from typing import Any

from headwater.exhibits.contents import Content, Enclosed, Passage
from headwater.exhibits.data_address import from_base64
from headwater.exhibits.html_text import html_bytes
from headwater.exhibits.mail_words import decoded, head_text, parameter, raw_text
from headwater.exhibits.passages import passages
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead

SHOWN = ("From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Subject", "Date")
"""The fields of the head that are given, in this order."""

LARGEST = 512 << 20
"""A mail of more bytes is not read: its parts would not fit into memory."""

_DEEPEST = 16
_MOST_PARTS = 20_000
_LOCKED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime", "multipart/encrypted"})
_FAULTS = (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError, UnicodeError)
_SPACE = re.compile(r"\s+")


def mail_contents(data: bytes, path: str, part: str = "") -> Iterator[Content]:
    """Give everything that a mail holds; ``part`` is put before the names of what is given.

    :raises UnreadableError: if it cannot be taken apart
    """
    if len(data) > LARGEST:
        raise UnreadableError(f"is a mail of more than {LARGEST:,} bytes")
    try:
        message = email.message_from_bytes(data, policy=compat32)
    except _FAULTS as error:
        raise UnreadableError("is a mail whose parts cannot be told apart") from error
    yield from _Mail(path).message(message, part, 0)


class _Mail:
    """Walks through the parts of one mail and of those inside it."""

    def __init__(self, path: str) -> None:
        self._path, self._parts = path, 0

    def message(self, message: Message, part: str, depth: int) -> Iterator[Content]:
        yield from passages(f"{part} headers".strip(), head_lines(_fields(message)))
        yield from self._part(message, part, depth)

    def _part(self, message: Message, part: str, depth: int) -> Iterator[Content]:
        self._parts += 1
        kind = _kind(message)
        if self._parts > _MOST_PARTS or depth > _DEEPEST:
            if self._parts == _MOST_PARTS + 1 or depth > _DEEPEST:
                yield NotRead(self._path, "holds more parts, or mails deeper in one another, than are read")
            return
        if kind in _LOCKED and "signed" not in str(message.get("Content-Type", "")):
            yield NotRead(self._path, "is encrypted")
        if kind == "message/rfc822" or (message.is_multipart() and kind.startswith("message/")):
            for number, inner in enumerate(_inner(message), start=1):
                name = f"{part} attached message {number}".strip()
                yield from self.message(inner, name, depth + 1)
        elif kind == "multipart/alternative" and message.is_multipart():
            yield from self._alternatives(message, part, depth)
        elif message.is_multipart():
            for inner in _inner(message):
                yield from self._part(inner, part, depth + 1)
        else:
            yield from self._leaf(message, kind, part)

    def _alternatives(self, message: Message, part: str, depth: int) -> Iterator[Content]:
        """Of a text in two forms, the lines of the second that the first has not."""
        said: set[str] = set()
        for inner in _inner(message):
            for content in self._part(inner, part, depth + 1):
                if isinstance(content, Passage) and not content.hidden and not content.name.endswith("headers"):
                    new = [line if _squeezed(line) not in said else "" for line in content.lines]
                    yield from passages(content.name, new)
                    said.update(map(_squeezed, content.lines))
                else:
                    yield content

    def _leaf(self, message: Message, kind: str, part: str) -> Iterator[Content]:
        name, charset = file_name(message), parameter(message.get("Content-Type", ""), "charset")
        data = _payload(message)
        attached = raw_text(message.get("Content-Disposition", "")).strip().lower().startswith("attachment")
        if not data:
            return
        if not kind.startswith("text/") or attached or (name and kind not in ("text/plain", "text/html")):
            label = name or f"{kind.replace('/', ' ')} {self._parts}"
            yield Enclosed(f"{part}/{label}" if part else label, data)
        elif kind == "text/html":
            try:
                yield from html_bytes(data, charset, f"{part} body".strip())
            except UnreadableError as error:
                yield NotRead(f"{self._path}#body", str(error))
        else:
            yield from passages(f"{part} body".strip(), [decoded(data, charset)])


def head_lines(fields: Iterable[tuple[str, str]]) -> Iterator[str]:
    """The fields of a head that are given, one a line, in the usual order."""
    known = [(name.lower(), name, value) for name, value in fields]
    for wanted in SHOWN:
        yield from (f"{wanted}: {value}" for low, _, value in known if low == wanted.lower() and value)


def _fields(message: Message) -> Iterator[tuple[str, str]]:
    for name, value in message.raw_items():
        yield name, head_text(value)


def file_name(message: Message) -> str:
    """The name that an attachment was given, in the charset that it was meant in."""
    for field, wanted in (("Content-Disposition", "filename"), ("Content-Type", "name")):
        name = parameter(_raw(message, field), wanted)
        if name:
            return name
    return head_text(_raw(message, "Content-Location")).rpartition("/")[2][:200]


def _raw(message: Message, field: str) -> str:
    return next((str(value) for name, value in message.raw_items() if name.lower() == field.lower()), "")


def _kind(message: Message) -> str:
    try:
        return message.get_content_type()
    except _FAULTS:
        return "application/octet-stream"


def _inner(message: Message) -> list[Message]:
    payload = _given(message, decode=False)
    return [each for each in payload if isinstance(each, Message)] if isinstance(payload, list) else []


def _payload(message: Message) -> bytes:
    """The bytes of a part; where its encoding is broken, as far as they can be read."""
    raw = _given(message, decode=False)
    way = raw_text(_raw(message, "Content-Transfer-Encoding")).strip().lower()
    if isinstance(raw, str) and way == "base64":
        return from_base64(raw)
    data = _given(message, decode=True)
    if isinstance(data, bytes):
        return data
    return raw.encode("utf-8", "surrogateescape") if isinstance(raw, str) else b""


def _given(message: Message, *, decode: bool) -> Any:
    payload: Any = message.get_payload
    try:
        return payload(decode=decode)
    except _FAULTS:
        return None


def _squeezed(line: str) -> str:
    return _SPACE.sub("", line)

"""One message of Outlook: head, text in its forms, recipients, attachments, messages inside, and its other properties."""

from __future__ import annotations

from collections.abc import Iterator

from headwater.exhibits.contents import Content, Enclosed
from headwater.exhibits.html_text import html_bytes
from headwater.exhibits.mail_text import head_lines
from headwater.exhibits.mail_words import head_text
from headwater.exhibits.mapi import Properties, unpacked_rtf
from headwater.exhibits.ole import Compound, Path
from headwater.exhibits.ole_copy import MOST, compound_bytes
from headwater.exhibits.passages import passages
from headwater.exhibits.rtf_text import RtfText
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead

_SUBJECT, _BODY, _HTML, _RTF, _TRANSPORT = 0x0037, 0x1000, 0x1013, 0x1009, 0x007D
_SENDER, _ADDRESS, _TO, _CC, _BCC = 0x0C1A, (0x5D01, 0x0C1F, 0x0065), 0x0E04, 0x0E03, 0x0E02
_SENT, _RECEIVED = 0x0039, 0x0E06
_NAME, _RECIPIENT_ADDRESS = 0x3001, (0x39FE, 0x3003)
_LONG_NAME, _SHORT_NAME, _DATA = 0x3707, 0x3704, 0x3701
_TOLD = frozenset({_SUBJECT, _BODY, _HTML, _SENDER, *_ADDRESS, _TO, _CC, _BCC, 0x001A, 0x0070, 0x0E1D, 0x003D, 0x0064,
                   0x0C1E, 0x300B, 0x1035})  # fmt: skip
_DEEPEST = 16


def message_contents(file: Compound, at: Path, path: str, part: str = "", depth: int = 0) -> Iterator[Content]:
    """Give everything that the message in a storage holds.

    :raises UnreadableError: if its streams cannot be read at all
    """
    message = Properties(file, at, 24 if at else 32)
    storages = [p for p in file.below(*at) if p in file.storages]
    yield from passages(f"{part} headers".strip(), _head(message, file, storages))
    yield from _body(message, path, part)
    known = {number: text for number, text in message.texts() if number not in _TOLD and text.strip()}
    transport = known.pop(_TRANSPORT, "")
    yield from passages(f"{part} transport headers".strip(), [head_text(t) for t in transport.split("\n")], hidden=True)
    yield from passages(f"{part} properties".strip(), dict.fromkeys(known.values()), hidden=True)
    for number, storage in enumerate((p for p in storages if p[-1].startswith("__attach")), start=1):
        try:
            yield from _attachment(file, storage, path, f"{part} attachment {number}".strip(), depth)
        except UnreadableError as error:
            yield NotRead(f"{path}!attachment {number}", str(error))


def _head(message: Properties, file: Compound, storages: list[Path]) -> Iterator[str]:
    sender, address = message.text(_SENDER), message.text(*_ADDRESS)
    date = message.time(_SENT, _RECEIVED)
    fields = [("From", _both(sender, address)), ("To", message.text(_TO)), ("Cc", message.text(_CC)),
              ("Bcc", message.text(_BCC)), ("Subject", message.text(_SUBJECT)), ("Date", date)]  # fmt: skip
    yield from head_lines(fields)
    for storage in storages:
        if storage[-1].startswith("__recip"):
            person = Properties(file, storage, 8)
            yield f"Recipient: {_both(person.text(_NAME), person.text(*_RECIPIENT_ADDRESS))}"


def _both(name: str, address: str) -> str:
    return f"{name} <{address}>" if name and address and name != address else name or address


def _body(message: Properties, path: str, part: str) -> Iterator[Content]:
    """The plain text; what else the message says of itself only where there is none, or where it holds a table."""
    plain, title = message.text(_BODY), f"{part} body".strip()
    yield from passages(title, [plain])
    try:
        page = message.binary(_HTML) or message.text(_HTML).encode()
        if page:
            found = html_bytes(page, message.charset() if b"charset" not in page[:4096] else None, title)
        else:
            found = RtfText(title).read(unpacked_rtf(message.binary(_RTF)))
        said = {"".join(line.split()) for line in plain.splitlines()}
        for content in found:
            lines = getattr(content, "lines", ())
            if getattr(content, "name", "") == title and isinstance(lines, tuple):
                yield from passages(title, ["" if "".join(line.split()) in said else line for line in lines])
            else:
                yield content
    except UnreadableError as error:
        yield NotRead(f"{path}#{title}", str(error))


def _attachment(file: Compound, storage: Path, path: str, part: str, depth: int) -> Iterator[Content]:
    attached = Properties(file, storage, 8)
    name = attached.text(_LONG_NAME, _SHORT_NAME, _NAME) or part
    inside = attached.object(_DATA)
    if inside is None:
        data = attached.binary(_DATA)
        if data:
            yield Enclosed(name, data)
        else:
            yield NotRead(f"{path}!{part}", "the attachment is not in the message: it only points to it")
    elif file.has(*inside, "__properties_version1.0"):
        if depth >= _DEEPEST:
            raise UnreadableError(f"lies in more than {_DEEPEST} messages inside each other")
        yield from message_contents(file, inside, path, part.replace("attachment", "attached message"), depth + 1)
    else:
        streams = {s[len(inside) :]: file.read(*s) for s in file.streams if s[: len(inside)] == inside}
        if sum(map(len, streams.values())) > MOST:
            raise UnreadableError(f"is an object of more than {MOST:,} bytes")
        yield Enclosed(name, compound_bytes(streams))

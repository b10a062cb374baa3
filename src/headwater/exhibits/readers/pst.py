"""Outlook's mail stores (.pst, .ost), by libpff, which is an extra: every message of every folder, deleted ones too on request."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import Any

from headwater.exhibits.contents import Content, Enclosed, Given
from headwater.exhibits.html_text import html_bytes
from headwater.exhibits.mail_text import head_lines
from headwater.exhibits.mail_words import decoded, head_text
from headwater.exhibits.member import Member
from headwater.exhibits.passages import passages
from headwater.exhibits.rtf_text import RtfText
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead

MISSING = "is an Outlook store: install headwater[pst] to read it"
_MAGIC = b"!BDN"
_FAULTS = (OSError, ValueError, TypeError, RuntimeError, AttributeError, MemoryError, OverflowError, struct.error)
_DEEPEST = 100
_LARGEST = 512 << 20
_NAMES = (0x3707, 0x3704, 0x3001)


class Pst:
    """Reads Outlook's mail stores."""

    name = "outlook store"

    def fits(self, head: bytes, member: Member) -> bool:
        """Tell by the first four bytes and the mark of the kind of store."""
        return head.startswith(_MAGIC) and head[8:10] in (b"SM", b"SO", b"AB")

    def read(self, member: Member, given: Given) -> Iterator[Content]:
        """Give the messages folder by folder; one that cannot be read does not stop the others."""
        library = _library()
        store = library.file()
        with member.open() as stream:
            try:
                store.open_file_object(stream)
                root = store.get_root_folder()
            except _FAULTS as error:
                raise UnreadableError("is damaged: the mail store cannot be opened") from error
            try:
                yield from _folder(root, member.path, "", 0)
                if given.deleted:
                    yield from _recovered(store, member.path)
            finally:
                store.close()


def _library() -> Any:
    try:
        import pypff
    except ImportError as error:
        raise UnreadableError(MISSING) from error
    return pypff


def _folder(folder: Any, path: str, name: str, depth: int) -> Iterator[Content]:
    if folder is None or depth > _DEEPEST:
        return
    own = "/".join(filter(None, (name, _got(folder.get_name))))
    for number in range(_got(folder.get_number_of_sub_messages) or 0):
        message = _got(lambda n=number: folder.get_sub_message(n))
        yield from _message(message, path, f"{own} message {number + 1}".strip())
    for number in range(_got(folder.get_number_of_sub_folders) or 0):
        yield from _folder(_got(lambda n=number: folder.get_sub_folder(n)), path, own, depth + 1)


def _recovered(store: Any, path: str) -> Iterator[Content]:
    _got(store.recover_items)
    for number in range(_got(store.get_number_of_recovered_items) or 0):
        item = _got(lambda n=number: store.get_recovered_item(n))
        if hasattr(item, "get_subject"):
            yield from _message(item, path, f"deleted message {number + 1}")


def _message(message: Any, path: str, part: str) -> Iterator[Content]:
    if message is None:
        yield NotRead(f"{path}#{part}", "the message is damaged")
        return
    fields = [("Subject", _got(message.get_subject) or ""), ("From", _got(message.get_sender_name) or ""),
              ("Date", str(_got(message.get_client_submit_time) or ""))]  # fmt: skip
    transport = _got(message.get_transport_headers) or ""
    told = [(k, head_text(v)) for k, _, v in (line.partition(": ") for line in _unfolded(transport)) if v]
    yield from passages(f"{part} headers", dict.fromkeys([*head_lines(told), *head_lines(fields)]))
    plain = _got(message.get_plain_text_body) or b""
    text = decoded(plain) if isinstance(plain, bytes) else str(plain)
    yield from passages(f"{part} body", [text])
    try:
        if page := _got(message.get_html_body):
            yield from (c for c in html_bytes(page, None, f"{part} body") if not text or type(c).__name__ != "Passage")
        elif not text and (rich := _got(message.get_rtf_body)):
            yield from RtfText(f"{part} body").read(rich)
    except UnreadableError as error:
        yield NotRead(f"{path}#{part}", str(error))
    for number in range(_got(message.get_number_of_attachments) or 0):
        yield _attachment(_got(lambda n=number: message.get_attachment(n)), path, f"{part} attachment {number + 1}")


def _attachment(attachment: Any, path: str, part: str) -> Content:
    size = _got(attachment.get_size) if attachment is not None else None
    if not size or size > _LARGEST:
        return NotRead(f"{path}!{part}", "the attachment is empty, a message of its own, damaged, or too large")
    data = _got(lambda: attachment.read_buffer(size))
    if not data:
        return NotRead(f"{path}!{part}", "the attachment is damaged")
    return Enclosed(f"{part}/{_name(attachment) or 'file'}", data)


def _name(attachment: Any) -> str:
    found: dict[int, str] = {}
    for records in _got(lambda: list(attachment.record_sets)) or ():
        for entry in _got(lambda r=records: list(r.entries)) or ():
            if _got(lambda e=entry: e.entry_type) in _NAMES:
                found[entry.entry_type] = _got(entry.get_data_as_string) or ""
    return next((found[number] for number in _NAMES if found.get(number)), "")


def _unfolded(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\n\t", " ").replace("\n ", " ").split("\n")


def _got(call: Callable[..., Any]) -> Any:
    """What the library gives, ``None`` where the store is damaged at this place."""
    try:
        return call()
    except _FAULTS:
        return None


READER = Pst()

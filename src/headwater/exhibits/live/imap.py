"""A mailbox that is on a server: its messages as files, none of them marked as read (EXAMINE and BODY.PEEK only)."""

from __future__ import annotations

import base64
import imaplib
import io
import os
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote, urlsplit

from headwater.exhibits.limits import Budget, Limits, Meter
from headwater.exhibits.member import Member
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import Exhibit, NotRead

LARGEST = 256 << 20
"""A message of more bytes is listed and not fetched."""

_PATIENCE = 60.0
_LISTED = re.compile(rb'\((?P<flags>[^)]*)\) (?:"(?:[^"\\]|\\.)*"|NIL) (?P<name>.*)\Z', re.S)
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_WIDE = re.compile(r"&([A-Za-z0-9+,]*)-")
_FAULTS = (imaplib.IMAP4.error, OSError, ValueError)


def messages(
    address: str,
    password: str,
    folders: Sequence[str] | None = None,
    limits: Limits | None = None,
    context: ssl.SSLContext | None = None,
) -> Iterator[Member | NotRead]:
    """Give every message of a mailbox, as ``imaps://host/folder/UID.eml``, folder after folder.

    ``address`` is ``imaps://user@host[:port]``, or ``imap://`` for a server that goes over to TLS by STARTTLS: nothing is sent
    in the clear. ``folders`` are read as they are named there (``INBOX``); all of them if it is ``None``.

    :raises UnreadableError: if the server cannot be reached or refuses the account
    """
    with _connected(address, password, context or ssl.create_default_context()) as (server, place):
        for raw, name in _folders(server, place, folders):
            yield from _folder(server, f"{place}/{name}", raw, limits or Limits())


@contextmanager
def _connected(address: str, password: str, context: ssl.SSLContext) -> Iterator[tuple[imaplib.IMAP4, str]]:
    told = urlsplit(address)
    place = f"{told.scheme}://{told.hostname}"
    if told.scheme not in ("imap", "imaps") or not told.hostname or not told.username:
        raise UnreadableError("the address of a mailbox is imaps://user@host")
    try:
        if told.scheme == "imaps":
            server: imaplib.IMAP4 = imaplib.IMAP4_SSL(
                told.hostname, told.port or 993, ssl_context=context, timeout=_PATIENCE
            )
        else:
            server = _secured(imaplib.IMAP4(told.hostname, told.port or 143, timeout=_PATIENCE), context)
    except _FAULTS as error:
        raise UnreadableError(f"the mailbox cannot be reached ({type(error).__name__})", place) from None
    try:
        server.login(told.username, password)
    except _FAULTS as error:
        server.shutdown()
        raise UnreadableError(f"the mailbox cannot be opened ({type(error).__name__})", place) from None
    try:
        yield server, place
    finally:
        try:
            server.logout()
        except _FAULTS:
            server.shutdown()


def _secured(server: imaplib.IMAP4, context: ssl.SSLContext) -> imaplib.IMAP4:
    try:
        server.starttls(context)
    except _FAULTS:
        server.shutdown()
        raise
    return server


def _folders(server: imaplib.IMAP4, place: str, wanted: Sequence[str] | None) -> list[tuple[bytes, str]]:
    try:
        status, rows = server.list()
    except _FAULTS as error:
        raise UnreadableError("the folders of the mailbox cannot be listed", place) from error
    found = []
    for row in rows if status == "OK" else []:
        match = _LISTED.match(row if isinstance(row, bytes) else b"")
        if match and b"\\noselect" not in match["flags"].lower():
            raw = match["name"]
            name = raw.decode("ascii", "replace").strip('"').replace('\\"', '"').replace("\\\\", "\\")
            found.append((raw, folder_name(name)))
    return [each for each in found if wanted is None or each[1] in wanted]


def folder_name(written: str) -> str:
    """The name of a folder, which servers write in a variant of UTF-7.

    >>> folder_name("&XfJT0ZAB-"), folder_name("a&-b")
    ('已发送', 'a&b')
    """
    return _WIDE.sub(lambda found: _wide(found[1]) if found[1] else "&", written)


def _wide(text: str) -> str:
    try:
        return base64.b64decode(text.replace(",", "/") + "=" * (-len(text) % 4)).decode("utf-16-be")
    except ValueError:
        return "?"


def _folder(server: imaplib.IMAP4, place: str, raw: bytes, limits: Limits) -> Iterator[Member | NotRead]:
    try:
        status, _ = server.select(raw.decode("ascii", "replace"), readonly=True)  # EXAMINE
        status, found = server.uid("SEARCH", "ALL") if status == "OK" else (status, [])
    except _FAULTS:
        status, found = "NO", []
    if status != "OK":
        yield NotRead(place, "the folder cannot be opened")
        return
    for uid in (found[0] or b"").split():
        yield _message(
            server, f"{place}/{quote(uid.decode('ascii', 'replace'))}.eml", uid.decode("ascii", "replace"), limits
        )


def _message(server: imaplib.IMAP4, place: str, uid: str, limits: Limits) -> Member | NotRead:
    try:
        _, told = server.uid("FETCH", uid, "(RFC822.SIZE)")
        size = _SIZE.search(b" ".join(part for part in told if isinstance(part, bytes)))
        if size is None:
            return NotRead(place, "the message is not there any more")
        if int(size[1]) > LARGEST:
            return NotRead(place, f"is a message of more than {LARGEST:,} bytes")
        _, parts = server.uid("FETCH", uid, "(BODY.PEEK[])")
    except _FAULTS as error:
        return NotRead(place, f"the message cannot be fetched ({type(error).__name__})")
    data = next((part[1] for part in parts if isinstance(part, tuple)), None)
    if data is None:
        return NotRead(place, "the message is not there any more")
    return _member(place, data, limits)


def _member(place: str, data: bytes, limits: Limits) -> Member:
    def opener() -> BinaryIO:
        return io.BytesIO(data)

    exhibit = Exhibit(place, Path(os.devnull), "live", None, len(data))
    return Member(place, exhibit, len(data), None, opener, Meter(Budget(limits, len(data))))

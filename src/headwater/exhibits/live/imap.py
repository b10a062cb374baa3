"""A mailbox that is on a server: its messages as files, none of them marked as read (EXAMINE and BODY.PEEK only)."""

from __future__ import annotations

import base64
import errno
import imaplib
import io
import re
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import groupby
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from headwater.exhibits.limits import Budget, Limits, Meter
from headwater.exhibits.live.doors import Door
from headwater.exhibits.live.entries import LiveExhibit, live
from headwater.exhibits.member import Member
from headwater.exhibits.names import shown
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead

BATCH = 200
"""Messages whose numbers fall into the same two hundred are read together: an exhibit of their own."""

STRETCH = 50_000
"""So many messages of a folder are asked for at once."""

LARGEST = 256 << 20
"""A message of more bytes is listed and not fetched."""

_PATIENCE = 60.0
_LISTED = re.compile(rb'\((?P<flags>[^)]*)\) (?:"(?:[^"\\]|\\.)*"|NIL) (?P<name>.*)\Z', re.S)
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_WIDE = re.compile(r"&([A-Za-z0-9+,]*)-")
_FAULTS = (imaplib.IMAP4.error, OSError, ValueError)


def exhibits(door: Door, holder: str | None = None) -> Iterator[LiveExhibit | NotRead]:
    """List the messages of a mailbox, folder after folder, in batches; of one folder where the address ends with its name.

    The address is ``imaps://user@host[:port]``, or ``imap://`` for a server that goes over to TLS by STARTTLS: nothing is sent in
    the clear. A batch is cited as ``imaps://host/folder/1-200``, its messages as ``imaps://host/folder/7.eml``.

    :raises UnreadableError: if the server cannot be reached or refuses the account, or has no folder of that name
    """
    wanted = unquote(urlsplit(door.address).path).strip("/")
    server = _server_of(door)
    with _connected(door) as connection:
        folders = [each for each in _folders(connection, door.shown) if wanted in ("", each[1])]
        if not folders:
            raise UnreadableError("the mailbox has no such folder", door.shown)
        for raw, name in folders:
            yield from _batches(connection, door, f"{server}/{_cited(name)}", raw, holder)


def members(exhibit: LiveExhibit, passwords: Sequence[str] = ()) -> Iterator[Member | NotRead]:
    """Give the messages of a batch; each is fetched when it is opened first, while the connection is there.

    :raises UnreadableError: if the server cannot be reached or refuses the account
    """
    raw, *numbers = exhibit.name
    place = exhibit.path.rpartition("/")[0]
    with _connected(exhibit.door) as server:
        try:
            status, _ = server.select(raw, readonly=True)  # EXAMINE
        except _FAULTS:
            status = "NO"
        if status != "OK":
            raise UnreadableError("the folder cannot be opened", exhibit.path)
        for uid in numbers:
            yield _message(server, exhibit, f"{place}/{uid}.eml", uid)


def _server_of(door: Door) -> str:
    told = urlsplit(door.shown)
    return f"{told.scheme}://{told.netloc}"


def _cited(name: str) -> str:
    return shown(name.replace("!", "%21").encode("utf-8", "backslashreplace"))


@contextmanager
def _connected(door: Door) -> Iterator[imaplib.IMAP4]:
    told, place = urlsplit(door.address), _server_of(door)
    if not told.hostname or not told.username or door.password is None:
        raise UnreadableError("the address of a mailbox is imaps://user@host, and it needs a password", place)
    context = ssl.create_default_context()
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
        _log_in(server, unquote(told.username), door.password)
    except _FAULTS as error:
        server.shutdown()
        why = _kind(error, "the account or its password is refused")
        raise UnreadableError(f"the mailbox cannot be opened ({why})", place) from None
    try:
        yield server
    finally:
        try:
            server.logout()
        except _FAULTS:
            server.shutdown()


def _log_in(server: imaplib.IMAP4, user: str, password: str) -> None:
    if (user + password).isascii() or "AUTH=PLAIN" not in server.capabilities:
        server.login(user, password)
    else:
        server.authenticate("PLAIN", lambda _: f"\0{user}\0{password}".encode())
    if "ID" in server.capabilities:  # NetEase's servers open no folder for who has not said this
        with suppress(*_FAULTS):
            server.xatom("ID", '("name" "headwater")')


def _kind(error: Exception, otherwise: str | None = None) -> str:
    """What sort of error it is: what the server says may name the account."""
    if isinstance(error, imaplib.IMAP4.abort | ConnectionError):
        return "the connection was lost"
    return otherwise if otherwise and isinstance(error, imaplib.IMAP4.error) else type(error).__name__


def _secured(server: imaplib.IMAP4, context: ssl.SSLContext) -> imaplib.IMAP4:
    try:
        server.starttls(context)
    except _FAULTS:
        server.shutdown()
        raise
    return server


def _folders(server: imaplib.IMAP4, place: str) -> list[tuple[str, str]]:
    """The folders that can be opened: as the server names them, and as people do."""
    try:
        status, rows = server.list()
    except _FAULTS as error:
        raise UnreadableError("the folders of the mailbox cannot be listed", place) from error
    found = []
    for row in rows if status == "OK" else []:
        match = _LISTED.match(_whole(row))
        if match and not {b"\\noselect", b"\\nonexistent"} & set(match["flags"].lower().split()):
            raw = match["name"].decode("ascii", "replace")
            found.append((raw, folder_name(raw.strip('"').replace('\\"', '"').replace("\\\\", "\\"))))
    return found


def _whole(row: object) -> bytes:
    """A line of the list; a name that the server gives by its length stands quoted in it."""
    if isinstance(row, tuple):
        before, name = row[0].rpartition(b"{")[0], row[1]
        return bytes(before + b'"' + name.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"')
    return row if isinstance(row, bytes) else b""


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


def _batches(
    server: imaplib.IMAP4, door: Door, place: str, raw: str, holder: str | None
) -> Iterator[LiveExhibit | NotRead]:
    try:
        status, there = server.select(raw, readonly=True)  # EXAMINE
        validity = server.response("UIDVALIDITY")[1]
        numbers = sorted(_numbers(server, int((there[0] or b"0") if status == "OK" else 0)))
    except _FAULTS:
        status, numbers = "NO", []
    if status != "OK":
        yield NotRead(place, "the folder cannot be opened")
        return
    since = next((each.decode("ascii", "replace") for each in validity if isinstance(each, bytes)), None)
    for block, of_block in groupby(numbers, lambda number: (number - 1) // BATCH):
        uids = tuple(map(str, of_block))
        cited = f"{place}/{block * BATCH + 1}-{block * BATCH + BATCH}"
        yield live(cited, door, (raw, *uids), holder=holder, version=f"{since} {' '.join(uids)}" if since else None)


def _numbers(server: imaplib.IMAP4, count: int) -> set[int]:
    """The numbers of so many messages, asked for in stretches: an answer of more than a million bytes is not taken."""
    found: set[int] = set()
    for first in range(1, count + 1, STRETCH):
        status, rows = server.uid("SEARCH", f"{first}:{min(first + STRETCH - 1, count)}")
        if status != "OK":
            raise OSError(errno.EIO, "the server did not answer")
        found.update(int(uid) for row in rows for uid in (row or b"").split())
    return found


def _message(server: imaplib.IMAP4, exhibit: LiveExhibit, place: str, uid: str) -> Member | NotRead:
    try:
        _, told = server.uid("FETCH", uid, "(RFC822.SIZE)")
        size = _SIZE.search(b" ".join(part for part in told if isinstance(part, bytes)))
    except _FAULTS as error:
        return NotRead(place, f"the message cannot be fetched ({_kind(error)})")
    if size is None:
        return NotRead(place, "the message is not there any more")
    if int(size[1]) > LARGEST:
        return NotRead(place, f"is a message of more than {LARGEST:,} bytes")
    meter = Meter(Budget(Limits(), int(size[1])))
    return Member(place, exhibit, int(size[1]), None, _fetched(server, uid), meter)


def _fetched(server: imaplib.IMAP4, uid: str) -> Callable[[], BinaryIO]:
    """Opens a message that is fetched once, and not marked as read."""
    held: list[bytes] = []

    def opener() -> BinaryIO:
        if not held:
            try:
                _, parts = server.uid("FETCH", uid, "(BODY.PEEK[])")
            except _FAULTS as error:
                raise OSError(errno.EIO, f"the message cannot be fetched ({_kind(error)})") from None
            data = next((part[1] for part in parts if isinstance(part, tuple)), None)
            if data is None:
                raise OSError(errno.ENOENT, "the message is not there any more")
            held.append(data)
        return io.BytesIO(held[0])

    return opener

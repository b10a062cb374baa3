"""Encrypted office files, opened with the passwords that were given."""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterable
from typing import BinaryIO, Literal
from xml.parsers.expat import ExpatError

import msoffcrypto
from msoffcrypto.exceptions import DecryptionError, EncryptionError, FileFormatError, InvalidKeyError, ParseError

from headwater.exhibits.member import Member
from headwater.model.errors import UnreadableError

LOCKED = "is encrypted"
"""The reason of what none of the passwords opens."""

_LARGEST = 1 << 30
_MOST_TURNS = 1_000_000
_TURNS = re.compile(rb"spinCount=[\"']?(\d{1,20})")
_DEFAULT = "VelvetSweatshop"  # Excel encrypts workbooks that are only protected against changes with it
_FAULTS = (DecryptionError, ExpatError, EncryptionError, FileFormatError, InvalidKeyError, ParseError, OSError, ValueError, KeyError,
           IndexError, TypeError, AttributeError, AssertionError, NotImplementedError, struct.error, RecursionError,
           OverflowError, UnicodeError, LookupError, MemoryError, ZeroDivisionError)  # fmt: skip


def unlocked(member: Member, passwords: Iterable[str] = ()) -> bytes | None:
    """Give the content of an encrypted office file, or ``None`` where no password opens it.

    :raises UnreadableError: if the file is not encrypted, or is damaged
    """
    with member.open() as stream:
        return unlocked_bytes(stream, passwords)


def unlocked_bytes(stream: BinaryIO, passwords: Iterable[str] = ()) -> bytes | None:
    """The same for a stream that is open."""
    if is_locked(stream) is not True:
        raise UnreadableError("is no encrypted office file, or a damaged one")
    if stream.seek(0, 2) > _LARGEST:
        raise UnreadableError(f"is an encrypted file of more than {_LARGEST:,} bytes")
    if _is_endless(stream):
        raise UnreadableError("is encrypted so that trying one password would take minutes")
    for password in dict.fromkeys((*passwords, _DEFAULT)):
        data = _tried(stream, password)
        if data is not None:
            return data
    return None


def _is_endless(stream: BinaryIO) -> bool:
    """Office turns a password a hundred thousand times; a hostile file may ask for any number."""
    stream.seek(0)
    return any(int(turns) > _MOST_TURNS for turns in _TURNS.findall(stream.read()))


def is_locked(stream: BinaryIO) -> bool | Literal["unknown"]:
    """Tell whether an office file is encrypted; ``"unknown"`` where it is damaged or none."""
    stream.seek(0)
    try:
        return bool(msoffcrypto.OfficeFile(stream).is_encrypted())
    except _FAULTS:
        return "unknown"
    finally:
        stream.seek(0)


def _tried(stream: BinaryIO, password: str) -> bytes | None:
    stream.seek(0)
    out = io.BytesIO()
    try:
        office = msoffcrypto.OfficeFile(stream)
        office.load_key(password=password, verify_password=True)
        office.decrypt(out)
    except _FAULTS:
        return None
    return out.getvalue() or None

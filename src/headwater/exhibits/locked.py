"""Encrypted office files, opened with the passwords that were given."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable
from typing import BinaryIO, Literal

import msoffcrypto
from msoffcrypto.exceptions import DecryptionError, EncryptionError, FileFormatError, InvalidKeyError, ParseError

from headwater.exhibits.member import Member
from headwater.model.errors import UnreadableError

LOCKED = "is encrypted"
"""The reason of what none of the passwords opens."""

_LARGEST = 1 << 30
_DEFAULT = "VelvetSweatshop"  # Excel encrypts workbooks that are only protected against changes with it
_FAULTS = (DecryptionError, EncryptionError, FileFormatError, InvalidKeyError, ParseError, OSError, ValueError, KeyError,
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
    for password in dict.fromkeys((*passwords, _DEFAULT)):
        data = _tried(stream, password)
        if data is not None:
            return data
    return None


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

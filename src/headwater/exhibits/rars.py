"""Encrypted RAR archives: told by their headers, and unpacked with a password by the system's ``unar``, where that is there.

The password is an argument of that program: who may list the processes of this machine can see it while it runs.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from headwater.exhibits.archives import ENCRYPTED, NO_PASSWORD
from headwater.exhibits.names import shown
from headwater.model.errors import UnreadableError

_ABSENT = f"{ENCRYPTED}: to open it with a password, the program unar has to be installed"
_READ = 1 << 18
_LISTING = 1 << 26
_PATIENCE = 600.0
_RAR5 = 8
_FILE, _END, _CRYPT_RECORD = 2, 5, 1
_HAS_EXTRA, _HAS_DATA, _GOES_ON = 1, 2, 8
_SIGNATURE, _PADDING = b"Rar!\x1a\x07\x01\x00", 1 << 12


@dataclass(frozen=True, slots=True)
class Listed:
    """A file in the archive, as the program lists it."""

    index: int
    name: str
    size: int
    encrypted: bool


def encrypted_in_rar5(stream: BinaryIO) -> list[bool]:
    """For each file of a RAR 5 archive, in its order, whether it is encrypted: older libarchives give the cipher's text for the file's."""
    found: list[bool] = []
    place, whole = _RAR5, stream.seek(0, 2)
    while place < whole:
        stream.seek(place)
        head = stream.read(1 << 16)
        try:
            size, at = _number(head, 4)
            kind, inner = _number(head, at)
            flags, inner = _number(head, inner)
            extra, inner = _number(head, inner) if flags & _HAS_EXTRA else (0, inner)
            data, inner = _number(head, inner) if flags & _HAS_DATA else (0, inner)
        except IndexError:
            break
        if kind == _FILE and not flags & _GOES_ON:
            found.append(_has_lock(head[max(at + size - extra, 0) : at + size]))
        place += at + size + data
        if kind == _END:  # another volume may follow
            stream.seek(place)
            after = stream.read(_PADDING).find(_SIGNATURE)
            place = place + after + _RAR5 if after >= 0 else whole
        if not size:
            break
    return found


def _has_lock(extra: bytes) -> bool:
    at = 0
    try:
        while at < len(extra):
            size, at = _number(extra, at)
            if _number(extra, at)[0] == _CRYPT_RECORD:
                return True
            at += max(size, 1)
    except IndexError:
        pass
    return False


def _number(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for place in range(10):
        value |= (data[at + place] & 0x7F) << (7 * place)
        if data[at + place] < 0x80:
            return value, at + place + 1
    raise IndexError


def with_password(stream: BinaryIO, passwords: Sequence[str]) -> tuple[str, list[Listed]]:
    """The first password that opens the archive, and its files.

    :raises UnreadableError: if none does, or the program is not there
    """
    if not passwords:
        raise UnreadableError(ENCRYPTED)
    if not (shutil.which("unar") and shutil.which("lsar")):
        raise UnreadableError(_ABSENT)
    for password in passwords:
        listed = _listed(stream, password)
        probe = min((f for f in listed if f.encrypted and f.size), key=lambda f: f.size, default=None)
        if listed and (probe is None or is_whole(stream, password, probe)):
            return password, listed
    raise UnreadableError(NO_PASSWORD)


def _listed(stream: BinaryIO, password: str) -> list[Listed]:
    with _running(stream, "lsar", "-ja", "-nr", "-p", password) as program:
        assert program.stdout
        text = program.stdout.read(_LISTING)
    try:
        rows = json.loads(text)["lsarContents"]
        return [
            Listed(
                row["XADIndex"], _shown(row["XADFileName"]), row.get("XADFileSize", 0), bool(row.get("XADIsEncrypted"))
            )
            for row in rows
            if not row.get("XADIsDirectory") and not row.get("XADIsLink")
        ]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return []


def _shown(name: object) -> str:
    return shown(str(name).encode("utf-8", "backslashreplace"))


def is_whole(stream: BinaryIO, password: str, file: Listed) -> bool:
    """Whether the password opens a file and its checksum holds."""
    with _running(stream, "lsar", "-t", "-nr", "-p", password, "-i", index=file.index) as program:
        assert program.stdout
        while program.stdout.read(_READ):
            pass
        return program.wait() == 0


def content(stream: BinaryIO, password: str, file: Listed) -> Iterator[bytes]:
    """The content of a file, in chunks; a damaged one ends with its reason.

    :raises UnreadableError: if it is damaged
    """
    got = 0
    with _running(stream, "unar", "-q", "-nr", "-o", "-", "-p", password, "-i", index=file.index) as program:
        assert program.stdout
        while chunk := program.stdout.read(_READ):
            got += len(chunk)
            yield chunk
    if got != file.size or not is_whole(stream, password, file):
        raise UnreadableError("the packed data is damaged, or needs another password")


@contextmanager
def _running(stream: BinaryIO, *command: str, index: int | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program on the archive, which it finds as an open file: no path is written, and what is quiet for long is ended."""
    with tempfile.TemporaryFile() as copy:
        stream.seek(0)
        shutil.copyfileobj(stream, copy, _READ)
        copy.flush()
        last = [str(index)] if index is not None else []
        program = subprocess.Popen(
            [*command, f"/dev/fd/{copy.fileno()}", *last],
            pass_fds=[copy.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        clock = threading.Timer(_PATIENCE, program.kill)
        clock.start()
        try:
            yield program
        finally:
            clock.cancel()
            program.kill()
            program.wait()
            assert program.stdout
            program.stdout.close()

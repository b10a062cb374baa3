"""Digests of files: what ties a finding to the very bytes it was read from."""

from __future__ import annotations

import hashlib
from pathlib import Path

_CHUNK = 1 << 20


def digest(file: Path) -> str:
    """Give the SHA-256 of a file as 64 hexadecimal digits; the file is streamed."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def digest_prefix(file: Path, size: int) -> str | None:
    """Give the SHA-256 of the first ``size`` bytes of a file, or ``None`` if the file is shorter.

    A log that has only grown since it was last read still begins with the bytes that were read then.
    """
    state = hashlib.sha256()
    with file.open("rb") as stream:
        while size > 0:
            chunk = stream.read(min(size, _CHUNK))
            if not chunk:
                return None
            state.update(chunk)
            size -= len(chunk)
    return state.hexdigest()

"""What is worked out of a lake or an answer for all pages, kept in the workspace: by one thread, while others wait for it."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from threading import Lock

ALONE = Lock()
"""Held while something is worked out: fifty who come at once would else each do the same, and all be slower for it."""


def keep(file: Path, data: bytes) -> None:
    """Write what is sealed; another server on the same workspace may do so at the same moment."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = file.with_name(f".{file.name}.{os.getpid()}-{secrets.token_hex(4)}")
    try:
        aside.touch(0o600)
        aside.write_bytes(data)
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)

"""Which key signs a package, and how it is unlocked: never by a passphrase on the command line."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import typer

from headwater.casework.package.keys import Signer, is_locked, new_signer, signer_of
from headwater.model.errors import StoreError

ENVIRONMENT = "HEADWATER_PASSPHRASE"
DEFAULT = Path("keys") / "package.key"
"""Below the workspace: the key that signs where none is named, made at the first package."""


def unlocked(file: Path | None) -> bytes | None:
    """A passphrase: the first line of a file, or the environment's, or none."""
    if file is None:
        given = os.environ.get(ENVIRONMENT)
        return given.encode() if given else None
    try:
        return file.read_bytes().split(b"\n")[0].rstrip(b"\r")
    except OSError as error:
        raise StoreError(f"the passphrase cannot be read: {error.strerror}", str(file)) from None


def signing_key(file: Path | None, workspace: Path, passphrase: Path | None) -> tuple[Signer, Path | None]:
    """The key that was named, or the workspace's own; and where that lies if it was made just now."""
    place = file or workspace / DEFAULT
    if file is None and not place.exists():
        return new_signer(place, unlocked(passphrase)), place
    given = unlocked(passphrase)
    if given is None and sys.stdin.isatty() and is_locked(place):
        given = typer.prompt("passphrase", hide_input=True, err=True).encode()
    return signer_of(place, given), None

"""The token key: made with the workspace, kept outside the lake, never logged.

Where it comes from, in this order: the environment variable ``HEADWATER_TOKEN_KEY`` (64 hex digits), the system
keyring when ``HEADWATER_KEYRING`` names an entry, else the file ``keys/token.key`` of the workspace (mode 0600 in a
folder of mode 0700).
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from headwater.model.errors import StoreError

KEY_BYTES = 32
ENVIRONMENT = "HEADWATER_TOKEN_KEY"
KEYRING = "HEADWATER_KEYRING"
SERVICE = "headwater"


@dataclass(frozen=True, slots=True)
class Secret:
    """A key's places: its file's name, and the environment variables that give it or name its entry in the keyring."""

    file: str
    environment: str
    keyring: str


TOKEN = Secret("token.key", ENVIRONMENT, KEYRING)


def token_key(workspace: Path) -> bytes:
    """The key of a workspace, made at the first call. Raises :class:`StoreError` when it is unusable."""
    return secret_key(workspace / "keys", TOKEN)


def secret_key(folder: Path, secret: Secret) -> bytes:
    """A key of 256 bits: from the environment, the system keyring, or a file of a folder, made at the first call.

    :raises StoreError: when it is unusable
    """
    if given := os.environ.get(secret.environment):
        return _from_hex(given, f"environment variable {secret.environment}")
    if entry := os.environ.get(secret.keyring):
        return _from_keyring(entry)
    return file_key(folder / secret.file)


def _from_hex(text: str, place: str) -> bytes:
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise StoreError(f"the key must be {2 * KEY_BYTES} hexadecimal digits", place)
    return key


def _from_keyring(entry: str) -> bytes:
    import keyring  # asked for by name only: a machine without a desktop has none
    from keyring.errors import KeyringError

    try:
        text = keyring.get_password(SERVICE, entry)
        if text is None:
            text = secrets.token_hex(KEY_BYTES)
            keyring.set_password(SERVICE, entry, text)
    except KeyringError as error:
        raise StoreError(f"the system keyring cannot be used: {error}", f"keyring entry {entry}") from error
    return _from_hex(text, f"keyring entry {entry}")


def file_key(file: Path) -> bytes:
    """A key of 256 bits that lies in a file of mode 0600, made at the first call (the folder: 0700).

    :raises StoreError: when the file is no key, or others can read it
    """
    if not file.exists():
        _make(file)
    if file.stat().st_mode & 0o077:
        raise StoreError("the key can be read by others; make it mode 0600", str(file))
    return _from_hex(file.read_text("ascii", errors="replace"), str(file))


def _make(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as out:
        out.write(secrets.token_hex(KEY_BYTES) + "\n")
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(aside, file)  # whoever links first made the key; a second process takes that one
    except FileExistsError:
        pass
    finally:
        aside.unlink()

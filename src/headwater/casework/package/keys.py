"""Signing keys: made, kept for their owner alone, read again."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from headwater.model.errors import StoreError

LEAST_PASSPHRASE = 12
K = TypeVar("K", Ed25519PrivateKey, X25519PrivateKey)


@dataclass(frozen=True, slots=True)
class Signer:
    """An Ed25519 key that signs packages. Its ``repr`` shows nothing of it."""

    key: Ed25519PrivateKey = field(repr=False)

    @property
    def public(self) -> bytes:
        """The public half, 32 bytes."""
        return self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the public half: what people write down and compare."""
        return fingerprint(self.public)

    def derived(self, purpose: bytes) -> bytes:
        """32 secret bytes that only this key gives, and always the same for a purpose."""
        secret = self.key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        return HKDF(SHA256(), 32, b"headwater/derived/1", purpose).derive(secret)


def fingerprint(public: bytes) -> str:
    """SHA-256 of a public key, 64 hexadecimal digits."""
    return sha256(public).hexdigest()


def new_signer(file: Path, passphrase: bytes | None = None) -> Signer:
    """Make a signing key: ``FILE`` for its owner alone (0600), ``FILE.pub`` for everybody.

    :raises StoreError: when a file is there already, or the passphrase is short
    """
    return Signer(_new(Ed25519PrivateKey.generate(), file, passphrase))


def new_recipient(file: Path, passphrase: bytes | None = None) -> X25519PrivateKey:
    """Make a key that packages can be encrypted to, as :func:`new_signer` does."""
    return _new(X25519PrivateKey.generate(), file, passphrase)


def _new(key: K, file: Path, passphrase: bytes | None) -> K:
    if passphrase is not None and len(passphrase) < LEAST_PASSPHRASE:
        raise StoreError(f"the passphrase must have {LEAST_PASSPHRASE} characters or more")
    lock = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock)
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    _write(file, pem, 0o600)
    _write(file.with_name(f"{file.name}.pub"), public, 0o644)
    return key


def _write(file: Path, data: bytes, mode: int) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError:
        raise StoreError("is there already: a key is never overwritten", str(file)) from None
    except OSError as error:
        raise StoreError(f"the key cannot be written: {error.strerror}", str(file)) from None
    with os.fdopen(handle, "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())


def signer_of(file: Path, passphrase: bytes | None = None) -> Signer:
    """Read a signing key.

    :raises StoreError: when it is missing, open to others, of another kind, or locked with another passphrase
    """
    key = _private(file, passphrase)
    if not isinstance(key, Ed25519PrivateKey):
        raise StoreError("is no Ed25519 key; `headwater package key new FILE` makes one", str(file))
    return Signer(key)


def recipient_of(file: Path, passphrase: bytes | None = None) -> X25519PrivateKey:
    """Read the private half of a recipient's key; errors as for :func:`signer_of`."""
    key = _private(file, passphrase)
    if not isinstance(key, X25519PrivateKey):
        raise StoreError("is no X25519 key; `headwater package key recipient FILE` makes one", str(file))
    return key


def recipient_public(file: Path) -> X25519PublicKey:
    """Read the public half of a recipient's key.

    :raises StoreError: when it is missing or something else
    """
    try:
        key = load_pem_public_key(file.read_bytes())
    except (OSError, ValueError) as error:
        raise StoreError("is no public key in PEM form", str(file)) from error
    if not isinstance(key, X25519PublicKey):
        raise StoreError("is no X25519 key; `headwater package key recipient FILE` makes one", str(file))
    return key


def is_locked(file: Path) -> bool:
    """Whether a key file wants a passphrase."""
    return file.is_file() and b"ENCRYPTED" in file.read_bytes()[:100]


def _private(file: Path, passphrase: bytes | None) -> object:
    try:
        mode = file.stat().st_mode
        data = file.read_bytes()
    except OSError as error:
        raise StoreError(f"the key cannot be read: {error.strerror}", str(file)) from None
    if stat.S_IMODE(mode) & 0o077:
        raise StoreError("the key can be read by others than its owner; chmod 600", str(file))
    try:
        return load_pem_private_key(data, passphrase)
    except TypeError:
        wanted = "is locked: a passphrase is needed" if passphrase is None else "has no passphrase, and one was given"
        raise StoreError(wanted, str(file)) from None
    except ValueError:
        raise StoreError("is no key, or locked with another passphrase", str(file)) from None

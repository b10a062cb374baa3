"""Raw files inside a package, for one recipient's eyes: X25519, HKDF-SHA-256, ChaCha20-Poly1305 in pieces of 1 MiB.

The same file, signer and recipient give the same bytes, because nothing is drawn by chance: the one-time key follows from the
signer's secret, the recipient and the file's SHA-256. That is safe here. A key is used for one content alone, so that no
two messages ever share key and nonce; what repetition gives away (that two packages hold the same file) the digests in the manifest
tell anyway; and whoever has the signer's secret, and could work the keys out, is who had the files.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from typing import BinaryIO, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from headwater.casework.package.keys import Signer
from headwater.model.errors import HeadwaterError

MAGIC = b"headwater/exhibit/1\n"
PIECE, TAG = 1 << 20, 16
CIPHER = "X25519, HKDF-SHA-256, ChaCha20-Poly1305, pieces of 1 MiB"


class Readable(Protocol):
    """What gives its bytes piece by piece."""

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes."""


class ExhibitError(HeadwaterError):
    """An encrypted file cannot be opened: another key, or it was altered."""


class Watched:
    """A file whose bytes are digested as they are read, so that a change since the manifest was begun is seen."""

    def __init__(self, source: BinaryIO) -> None:
        self._source, self._state = source, hashlib.sha256()

    @property
    def sha256(self) -> str:
        """The digest of what was read so far."""
        return self._state.hexdigest()

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes."""
        data = self._source.read(size)
        self._state.update(data)
        return data


def sealed_size(size: int) -> int:
    """How many bytes a file of so many has when it is encrypted."""
    return len(MAGIC) + 32 + size + TAG * max(1, -(-size // PIECE))


class Sealed(io.RawIOBase):
    """An encrypted file as a stream; ``sha256`` is the digest that the file has in the manifest."""

    def __init__(self, source: Readable, sha256: str, signer: Signer, recipient: X25519PublicKey) -> None:
        purpose = b"exhibit\n" + recipient.public_bytes_raw() + bytes.fromhex(sha256)
        once = X25519PrivateKey.from_private_bytes(signer.derived(purpose))
        public = once.public_key().public_bytes_raw()
        cipher = _cipher(once.exchange(recipient), public, recipient, sha256)
        self._pieces = _locked(source, cipher)
        self._held = MAGIC + public

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        while len(self._held) < size or size < 0:
            piece = next(self._pieces, None)
            if piece is None:
                break
            self._held += piece
        size = len(self._held) if size < 0 else size
        given, self._held = self._held[:size], self._held[size:]
        return given


def unsealed(source: Readable, sha256: str, key: X25519PrivateKey) -> Iterator[bytes]:
    """The file's own bytes, piece by piece.

    :raises ExhibitError: when the key is another's, or a byte was altered, moved or cut off
    """
    head = source.read(len(MAGIC) + 32)
    if len(head) < len(MAGIC) + 32 or not head.startswith(MAGIC):
        raise ExhibitError("is no encrypted file of a package")
    public = head[len(MAGIC) :]
    try:
        secret = key.exchange(X25519PublicKey.from_public_bytes(public))
    except ValueError as error:
        raise ExhibitError("holds no usable key") from error
    cipher = _cipher(secret, public, key.public_key(), sha256)
    for number, last, piece in _numbered(source, PIECE + TAG):
        try:
            yield cipher.decrypt(_nonce(number, last), piece, None)
        except InvalidTag as error:
            raise ExhibitError("was encrypted to another key, or altered") from error


def _cipher(secret: bytes, public: bytes, recipient: X25519PublicKey, sha256: str) -> ChaCha20Poly1305:
    bound = public + recipient.public_bytes_raw() + bytes.fromhex(sha256)
    return ChaCha20Poly1305(HKDF(SHA256(), 32, b"headwater/exhibit/1", bound).derive(secret))


def _locked(source: Readable, cipher: ChaCha20Poly1305) -> Iterator[bytes]:
    for number, last, piece in _numbered(source, PIECE):
        yield cipher.encrypt(_nonce(number, last), piece, None)


def _nonce(number: int, last: bool) -> bytes:
    """The place of a piece, and whether it is the last: none can be moved, doubled or cut off."""
    return number.to_bytes(11, "big") + bytes([last])


def _numbered(source: Readable, size: int) -> Iterator[tuple[int, bool, bytes]]:
    piece, number = source.read(size), 0
    while True:
        further = source.read(size) if len(piece) == size else b""
        yield number, not further, piece
        if not further:
            return
        piece, number = further, number + 1

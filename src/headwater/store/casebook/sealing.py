"""The casebook's secrets: one key of 256 bits, and what is derived from it (HKDF, RFC 5869) for each purpose.

Sealed values are AES-256-GCM (NIST SP 800-38D) with a random nonce, bound to table, column and row: a sealed value that
is moved to another place does not open. Blind values let equal names be found without storing them.
"""

from __future__ import annotations

import hmac
import os
import unicodedata
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from headwater.model.errors import StoreError

VERSION = b"\x01"
NONCE_BYTES = 12
BLIND_DIGITS = 32
_SEPARATOR = "\x1f"


class Sealer:
    """Seals, opens, signs and blinds with keys of one casebook. Its ``repr`` shows nothing of them."""

    __slots__ = ("_blinding", "_box", "_signing")

    def __init__(self, key: bytes) -> None:
        self._box = AESGCM(_derived(key, "seal"))
        self._signing = _derived(key, "sign")
        self._blinding = _derived(key, "blind")

    def __repr__(self) -> str:
        return "Sealer(<key>)"

    def seal(self, text: str, *place: str) -> bytes:
        """A text that only this key opens, and only at this place (table, column, row)."""
        nonce = os.urandom(NONCE_BYTES)
        return VERSION + nonce + self._box.encrypt(nonce, text.encode(), _bound(place))

    def unseal(self, sealed: bytes, *place: str) -> str:
        """The text that was sealed for this place.

        :raises StoreError: when it was sealed for another place, by another key, or was changed
        """
        nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            if sealed[:1] != VERSION:
                raise InvalidTag
            return self._box.decrypt(nonce, body, _bound(place)).decode()
        except (InvalidTag, ValueError) as error:
            raise StoreError(
                "a sealed value was changed or moved, or another key sealed it", "/".join(place)
            ) from error

    def signature(self, purpose: str, digest: str) -> str:
        """A keyed digest (HMAC-SHA-256) of a text, for one purpose, in hexadecimal digits."""
        return hmac.new(self._signing, f"{purpose}{_SEPARATOR}{digest}".encode(), sha256).hexdigest()

    def is_signed(self, purpose: str, digest: str, signature: str) -> bool:
        """Whether a signature is this key's, compared in constant time."""
        return hmac.compare_digest(self.signature(purpose, digest).encode(), signature.encode())

    def blind(self, kind: str, *values: str) -> str:
        """The same digits for the same values, and nothing to be read back without the key."""
        told = _SEPARATOR.join((kind, *values)).encode()
        return hmac.new(self._blinding, told, sha256).hexdigest()[:BLIND_DIGITS]

    def fingerprint(self) -> str:
        """Tells whether a casebook was made with this key, and gives nothing of it away."""
        return self.blind("headwater casebook key")


def folded(name: str) -> str:
    """A name as it is compared: compatible forms, case, blanks and invisible characters make no other name.

    >>> folded("  Ｌi\u200b  Na ") == folded("li na")
    True
    """
    seen = "".join(c for c in unicodedata.normalize("NFKC", name) if unicodedata.category(c) != "Cf")
    return " ".join(unicodedata.normalize("NFKC", seen.casefold()).split())


def _derived(key: bytes, purpose: str) -> bytes:
    info = f"headwater casebook {purpose} 1".encode()
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=info).derive(key)


def _bound(place: tuple[str, ...]) -> bytes:
    return _SEPARATOR.join(place).encode()

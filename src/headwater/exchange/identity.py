"""Who a side is: a name and two public keys, made of one secret that never leaves its folder.

Signatures are Ed25519 (RFC 8032); the key that two sides share without telling it to each other is X25519 (RFC 7748) through
HKDF with SHA-256 (RFC 5869). Both by the library ``cryptography``.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from headwater.exchange.errors import ExchangeError, TamperedError

LONGEST_NAME = 80
_HEX = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class Card:
    """What others know of a side: its name, and in 64 hexadecimal digits each the keys that verify and that agree."""

    name: str
    signing: str
    agreement: str

    def __post_init__(self) -> None:
        check_name(self.name)
        for key in (self.signing, self.agreement):
            if not is_hex(key, 64):
                raise TamperedError("a card holds no public key")

    @property
    def fingerprint(self) -> str:
        """What two people read to each other on the telephone, so that nobody slipped in a card: 32 digits in eights."""
        text = blake2b(
            f"{self.signing} {self.agreement}".encode(), digest_size=16, person=b"headwater card"
        ).hexdigest()
        return " ".join(text[i : i + 8] for i in range(0, 32, 8))

    def as_json(self) -> dict[str, str]:
        """The card as it stands in files."""
        return {"name": self.name, "signing": self.signing, "agreement": self.agreement}


class Identity:
    """A side that can sign. Its ``repr`` shows the name and nothing of the key."""

    __slots__ = ("_seed", "card")

    def __init__(self, name: str, seed: bytes) -> None:
        self._seed = seed
        signing = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
        self.card = Card(name, signing.hex(), self._agreeing().public_key().public_bytes_raw().hex())

    def __repr__(self) -> str:
        return f"Identity({self.card.name!r})"

    @property
    def name(self) -> str:
        """The side's name."""
        return self.card.name

    def sign(self, message: bytes) -> str:
        """The signature of a message: 128 hexadecimal digits."""
        return Ed25519PrivateKey.from_private_bytes(self._seed).sign(message).hex()

    def shared_key(self, other: Card, purpose: str) -> bytes:
        """The 256-bit key that this side and another alone know, one for each purpose; both get the same.

        :raises TamperedError: when the other card's key is none
        """
        try:
            secret = self._agreeing().exchange(X25519PublicKey.from_public_bytes(bytes.fromhex(other.agreement)))
        except ValueError as error:
            raise TamperedError("a card holds no public key", other.name) from error
        both = "".join(sorted((self.card.agreement, other.agreement))).encode()
        return HKDF(SHA256(), 32, both, b"headwater match " + purpose.encode()).derive(secret)

    def _agreeing(self) -> X25519PrivateKey:
        drawn = blake2b(key=self._seed, digest_size=32, person=b"headwater x25519").digest()
        return X25519PrivateKey.from_private_bytes(drawn)


def verify(signing: str, message: bytes, signature: str, place: str | None = None) -> None:
    """Check a signature.

    :raises TamperedError: when it is not that key's signature of that message
    """
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(signing)).verify(bytes.fromhex(signature), message)
    except (ValueError, InvalidSignature) as error:
        raise TamperedError(
            "the signature does not hold: the file was changed, or is somebody else's", place
        ) from error


def check_name(name: str) -> None:
    """Names are short and printable, so that they can stand in a log and on a terminal.

    :raises ExchangeError: when one is not
    """
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        raise ExchangeError(f"a name has 1 to {LONGEST_NAME} printable characters")


def is_hex(text: object, digits: int) -> bool:
    """Tell whether something is a text of so many small hexadecimal digits."""
    return isinstance(text, str) and len(text) == digits and _HEX.issuperset(text)

"""Tokens by keyed hashes, where no blinding was agreed: twice BLAKE2b (RFC 7693) in place of points of a curve.

The two parties share a key that the holder has not (:meth:`Identity.shared_key`), and hash with it before they ask; the holder
hashes what it gets with its own. So the holder cannot test numbers, and no party can without the holder. What the holder
does see, and blinding would hide: which tokens both parties asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

WIDTH = 16
"""Bytes of a token on its way to the holder and back."""


def paired(inputs: Sequence[bytes], key: bytes) -> list[bytes]:
    """Hash inputs with the key that both parties share."""
    return _hashed(inputs, key, b"headwater pair", WIDTH)


def answered(elements: Sequence[bytes], key: bytes) -> list[bytes]:
    """Hash what was asked with the holder's key of this exchange."""
    return _hashed(elements, key, b"headwater hold", WIDTH)


def holder_key(secret: bytes, exchange: str) -> bytes:
    """The holder's key for one exchange."""
    return blake2b(exchange.encode(), key=secret, digest_size=32, person=b"headwater exch").digest()


def sealed(tokens: Sequence[bytes], key: bytes, width: int) -> list[bytes]:
    """Hash finished values with the key of both parties: the holder, who has it not, can count tokens and test nothing."""
    return _hashed(tokens, key, b"headwater seal", width)


def _hashed(items: Sequence[bytes], key: bytes, purpose: bytes, width: int) -> list[bytes]:
    start = blake2b(key=key, digest_size=width, person=purpose)
    digests = []
    for item in items:
        state = start.copy()
        state.update(item)
        digests.append(state.digest())
    return digests

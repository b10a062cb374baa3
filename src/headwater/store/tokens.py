"""Tokens: a keyed hash of the normal form of an identifier, so that two sources can be joined and nothing read back.

BLAKE2b (RFC 7693) keyed with the workspace's 256-bit key, 128 bits long, shown as 32 hexadecimal digits. The kind of
identifier goes into the hash, so that the same digits as a phone and as a card number give different tokens.
"""

from __future__ import annotations

from hashlib import blake2b

import pyarrow as pa
import pyarrow.compute as pc

TOKEN_BYTES = 16
_SEPARATOR = b"\x1f"


class Tokeniser:
    """Turns compact identifiers into tokens with one key. Its ``repr`` shows nothing of the key."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        self._key = key

    def __repr__(self) -> str:
        return "Tokeniser(<key>)"

    def token(self, kind: str, compact: str) -> str:
        """The token of one identifier in its compact form."""
        state = blake2b(key=self._key, digest_size=TOKEN_BYTES)
        state.update(kind.encode() + _SEPARATOR + compact.encode())
        return state.hexdigest()

    def tokens(self, kind: str, values: pa.Array | pa.ChunkedArray) -> pa.Array:
        """The tokens of an array of compact forms; nulls stay null, each distinct value is hashed once."""
        if isinstance(values, pa.ChunkedArray):
            values = values.combine_chunks()
        if isinstance(values, pa.ChunkedArray):  # an empty chunked array stays one
            return pa.array([], pa.string())
        coded = pc.dictionary_encode(values.cast(pa.string()))
        start = blake2b(key=self._key, digest_size=TOKEN_BYTES)
        start.update(kind.encode() + _SEPARATOR)
        digests = []
        for value in coded.dictionary.to_pylist():
            state = start.copy()
            state.update(value.encode())
            digests.append(state.hexdigest())
        return pa.array(digests, pa.string()).take(coded.indices)

    def derived(self, purpose: str) -> bytes:
        """A key of 256 bits for another purpose, which gives nothing of this one away."""
        told = b"derived" + _SEPARATOR + purpose.encode()
        return blake2b(told, key=self._key, digest_size=32).digest()

    def fingerprint(self) -> str:
        """A digest that tells whether two workspaces share a key, and gives nothing of it away."""
        return self.token("headwater:key", "fingerprint")

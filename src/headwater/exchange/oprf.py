"""The oblivious pseudorandom function of RFC 9497 over ristretto255 with SHA-512 (2HashDH; Jarecki, Kiayias, Krawczyk 2014).

One side holds a key, the other an input. The second learns the function's value of its input and nothing of the key; the
first learns nothing. In the mode ``voprf`` the holder proves (DLEQ: Chaum and Pedersen 1992, batched as the RFC says) that it
used the key whose public half everybody knows: it cannot give each party another key.

One thing differs from the RFC. There the weight of a value in the proof of many depends on its place and on the value alone, so that a
holder can choose wrong values place by place until their weighted sum is right: the generalised birthday problem (Wagner 2002), for 2^14
values some 2^31 steps. Here the weights depend on all values of the batch, and there is nothing to choose. The RFC's own form is kept
for its vectors (``whole=False``).

Where many values are asked for, every call takes and gives lists. A proof covers at most :data:`BATCH` of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b, sha512
from typing import Literal

from headwater.exchange import group
from headwater.exchange.errors import ExchangeError, TamperedError

Mode = Literal["oprf", "voprf"]
BATCH = 16_384
"""How many evaluations one proof covers; the RFC's counter allows 65,535."""
OUTPUT_BYTES = 64
PROOF_BYTES = 64
LONGEST_INPUT = (1 << 16) - 1
_MODES: dict[Mode, int] = {"oprf": 0, "voprf": 1}
_BLOCK = 128  # of SHA-512
_ZEROS = bytes(_BLOCK)


def context(mode: Mode) -> bytes:
    """The context string of a mode (section 3.1): values of one mode are none of the other."""
    return b"OPRFV1-" + bytes([_MODES[mode]]) + b"-ristretto255-SHA512"


def _prefixed(data: bytes) -> bytes:
    return len(data).to_bytes(2, "big") + data


def expand(message: bytes, tag: bytes) -> bytes:
    """``expand_message_xmd`` with SHA-512 to 64 bytes (RFC 9380 section 5.3.1): one block is enough."""
    suffix = tag + bytes([len(tag)])
    first = sha512(_ZEROS + message + b"\x00\x40\x00" + suffix).digest()
    return sha512(first + b"\x01" + suffix).digest()


def hash_to_group(message: bytes, mode: Mode) -> bytes:
    """Map a text to a point of which nobody knows a multiple."""
    return group.point_from_hash(expand(message, b"HashToGroup-" + context(mode)))


def hash_to_scalar(message: bytes, mode: Mode, tag: bytes = b"HashToScalar-") -> int:
    """Map a text to a scalar."""
    return group.reduce(expand(message, tag + context(mode)))


def derive_key(seed: bytes, info: bytes, mode: Mode) -> int:
    """The secret key of a seed of 32 bytes (``DeriveKeyPair``, section 3.2.1): one seed serves many exchanges."""
    for counter in range(256):
        secret = hash_to_scalar(seed + _prefixed(info) + bytes([counter]), mode, b"DeriveKeyPair")
        if secret:
            return secret
    raise ExchangeError("the seed gives no key")  # chance: 2^-64000


def blinds(seed: bytes, first: int, count: int) -> list[int]:
    """Scalars that hide inputs number ``first`` and on, drawn from a secret seed: they need not be kept one by one."""
    found = []
    for number in range(first, first + count):
        drawn = blake2b(number.to_bytes(8, "little"), key=seed, digest_size=64, person=b"headwater blind").digest()
        found.append(group.reduce(drawn) or 1)
    return found


def blind(inputs: Sequence[bytes], factors: Sequence[int], mode: Mode) -> list[bytes]:
    """Hide inputs: their points times a secret scalar each. What the holder gets is a random point, whatever the input."""
    if any(len(each) > LONGEST_INPUT for each in inputs):
        raise ExchangeError(f"an input is longer than {LONGEST_INPUT:,} bytes")
    return group.multiples([group.encode(f) for f in factors], [hash_to_group(each, mode) for each in inputs])


def finalize(inputs: Sequence[bytes], factors: Sequence[int], evaluated: Sequence[bytes]) -> list[bytes]:
    """Take the blind off and hash: 64 bytes a value."""
    inverse = [group.encode(each) for each in group.inverses(factors)]
    points = group.multiples(inverse, evaluated)
    return [_hashed(each, point) for each, point in zip(inputs, points, strict=True)]


def evaluate(secret: int, inputs: Sequence[bytes], mode: Mode) -> list[bytes]:
    """The function's values of the key holder's own inputs, without a blind."""
    key = group.encode(secret)
    points = group.multiples([key] * len(inputs), [hash_to_group(each, mode) for each in inputs])
    return [_hashed(each, point) for each, point in zip(inputs, points, strict=True)]


def _hashed(data: bytes, point: bytes) -> bytes:
    return sha512(_prefixed(data) + _prefixed(point) + b"Finalize").digest()


@dataclass(frozen=True, slots=True)
class Holder:
    """Whoever holds the key of one mode. ``repr`` shows nothing of it."""

    secret: int = field(repr=False)
    mode: Mode = "voprf"

    @property
    def public(self) -> bytes:
        """The public half of the key."""
        return group.base_multiple(self.secret)

    def blind_evaluate(self, blinded: Sequence[bytes]) -> list[bytes]:
        """Multiply what was asked by the key.

        :raises TamperedError: when something is no point of the group
        """
        return group.multiples([group.encode(self.secret)] * len(blinded), blinded)

    def prove(
        self, blinded: Sequence[bytes], evaluated: Sequence[bytes], nonce: int | None = None, *, whole: bool = True
    ) -> bytes:
        """Prove that one and the public key were used for all (``GenerateProof``, section 2.2.1); at most 65,535."""
        public = self.public
        mixed = group.total(group.multiples(weights(public, blinded, evaluated, whole=whole), blinded))
        risen = group.multiple(self.secret, mixed)
        drawn = group.random_scalar() if nonce is None else nonce
        commitments = group.base_multiple(drawn), group.multiple(drawn, mixed)
        challenge = _challenge(public, mixed, risen, *commitments)
        return group.encode(challenge) + group.encode(drawn - challenge * self.secret)


def verify(
    public: bytes, blinded: Sequence[bytes], evaluated: Sequence[bytes], proof: bytes, *, whole: bool = True
) -> None:
    """Check a proof (``VerifyProof``, section 2.2.2).

    :raises TamperedError: when another key was used for any of the values
    """
    if len(proof) != PROOF_BYTES or len(blinded) != len(evaluated) or not blinded or not group.is_point(public):
        raise TamperedError("the proof has not the right shape")
    challenge, response = group.decode(proof[:32]), group.decode(proof[32:])
    factors = weights(public, blinded, evaluated, whole=whole)
    mixed = group.total(group.multiples(factors, blinded))
    risen = group.total(group.multiples(factors, evaluated))
    second = group.total([group.base_multiple(response), group.multiple(challenge, public)])
    third = group.total([group.multiple(response, mixed), group.multiple(challenge, risen)])
    if _challenge(public, mixed, risen, second, third) != challenge:
        raise TamperedError("the proof does not hold: the holder used another key than the one that was agreed")


def weights(public: bytes, blinded: Sequence[bytes], evaluated: Sequence[bytes], *, whole: bool) -> list[bytes]:
    """The random weights that make one statement of many (``ComputeComposites``), one scalar for each value.

    ``whole``: each weight depends on all values; else, as in the RFC, on its own.
    """
    seed = sha512(_prefixed(public) + _prefixed(b"Seed-" + context("voprf"))).digest()
    if whole:
        seed = sha512(_prefixed(b"Whole-" + context("voprf")) + seed + b"".join((*blinded, *evaluated))).digest()
    head = _prefixed(seed)
    return [
        group.encode(hash_to_scalar(head + i.to_bytes(2, "big") + _prefixed(b) + _prefixed(e) + b"Composite", "voprf"))
        for i, (b, e) in enumerate(zip(blinded, evaluated, strict=True))
    ]


def _challenge(*points: bytes) -> int:
    return hash_to_scalar(b"".join(map(_prefixed, points)) + b"Challenge", "voprf")

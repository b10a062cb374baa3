"""The checker's own Ed25519 and SM3: published vectors, the usual libraries as oracles, and every lax form refused."""

from __future__ import annotations

import hashlib
import io
import random

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import headwater_verify as verify

# RFC 8032, 7.1: public key, message, signature
VECTORS = (
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
)


@pytest.mark.parametrize(("key", "message", "signature"), VECTORS)
def test_published_signatures_hold_and_no_flip_of_them_does(key: str, message: str, signature: str) -> None:
    told = bytes.fromhex(key), bytes.fromhex(message), bytes.fromhex(signature)
    assert verify.signed_by(*told)
    for bit in range(0, 512, 7):
        flipped = bytearray(told[2])
        flipped[bit // 8] ^= 1 << bit % 8
        assert not verify.signed_by(told[0], told[1], bytes(flipped))
    assert not verify.signed_by(told[0], told[1] + b"x", told[2])


def test_signatures_of_the_usual_library_hold() -> None:
    chance = random.Random(1)
    for _ in range(12):
        key, message = Ed25519PrivateKey.from_private_bytes(chance.randbytes(32)), chance.randbytes(90)
        public = key.public_key().public_bytes_raw()
        assert verify.signed_by(public, message, key.sign(message))
        assert not verify.signed_by(public[::-1], message, key.sign(message))


def test_a_signature_has_one_form_only() -> None:
    key, message, signature = (bytes.fromhex(each) for each in VECTORS[1])
    s = int.from_bytes(signature[32:], "little")
    assert s + verify.L < 2**256
    assert not verify.signed_by(key, message, signature[:32] + (s + verify.L).to_bytes(32, "little"))
    assert not verify.signed_by(key, message, signature + b"\0")
    assert not verify.signed_by(key + b"\0", message, signature)


def test_keys_that_sign_everything_are_refused() -> None:
    """Points of small order: with them one signature fits many messages."""
    small = [bytes([1]) + bytes(31), bytes(32), (verify.P - 1).to_bytes(32, "little")]
    small += [
        bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
        bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
    ]
    for key in small:
        for r in small:
            assert not verify.signed_by(key, b"anything", r + bytes(32))


def test_points_that_are_none_or_are_written_otherwise_are_refused() -> None:
    for y in (verify.P, verify.P + 1, 2**255 - 1, 2):
        assert verify._point(y.to_bytes(32, "little")) is None
    assert verify._point((1 | 1 << 255).to_bytes(32, "little")) is None  # minus nought


# GB/T 32905-2016, annex A
SM3 = (
    (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
    (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
)


@pytest.mark.parametrize(("data", "digest"), SM3)
def test_published_digests_of_sm3(data: bytes, digest: str) -> None:
    state = verify.SlowSm3()
    for byte in data:
        state.update(bytes([byte]))
    assert state.hexdigest() == digest


def test_slow_sm3_is_the_sm3_of_openssl() -> None:
    if "sm3" not in hashlib.algorithms_available:
        pytest.skip("this OpenSSL has no SM3")
    chance = random.Random(2)
    for size in (0, 1, 55, 56, 63, 64, 65, 119, 120, 1000):
        data = chance.randbytes(size)
        state = verify.SlowSm3()
        state.update(data[: size // 3])
        state.update(data[size // 3 :])
        assert state.hexdigest() == hashlib.new("sm3", data).hexdigest()


@pytest.mark.parametrize("size", [0, 1, verify.CHUNK - 1, verify.CHUNK, verify.CHUNK + 1, 3 * verify.CHUNK + 5])
def test_digests_over_threads_are_those_of_the_whole(size: int) -> None:
    data, out = random.Random(size).randbytes(size), io.BytesIO()
    digester = verify.Digester()
    sha256, sm3, _, done = digester.take(io.BytesIO(data), None, out.write)
    digester.close()
    assert (sha256, done, out.getvalue()) == (hashlib.sha256(data).hexdigest(), size, data)
    assert sm3 == hashlib.new("sm3", data).hexdigest()


def test_where_openssl_has_no_sm3_the_slow_one_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = hashlib.new("sm3", b"x" * 5000).hexdigest()

    def without(name: str, *_data: object) -> object:
        raise ValueError(f"unsupported hash type {name}")

    monkeypatch.setattr(hashlib, "new", without)
    digester = verify.Digester()
    assert digester.slow
    assert digester.take(io.BytesIO(b"x" * 5000), None, len)[1] == wanted
    digester.close()

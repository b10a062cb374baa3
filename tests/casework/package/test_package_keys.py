"""Keys are their owner's alone, never overwritten, locked by a passphrase where one is given, and never shown."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

import headwater_verify as verify
from headwater.casework.package.keys import new_recipient, new_signer, recipient_of, recipient_public, signer_of
from headwater.model.errors import StoreError


def test_a_key_is_made_for_its_owner_alone_and_never_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "me.key"
    made = new_signer(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert signer_of(file).fingerprint == made.fingerprint
    with pytest.raises(StoreError, match="never overwritten"):
        new_signer(file)
    assert verify.public_key(str(tmp_path / "keys" / "me.key.pub")) == made.public
    assert verify.public_key(made.fingerprint.upper()) == bytes.fromhex(made.fingerprint)
    assert made.public.hex() not in repr(made)


def test_a_passphrase_locks(tmp_path: Path) -> None:
    file = tmp_path / "k"
    new_signer(file, b"long enough, yes")
    with pytest.raises(StoreError, match="a passphrase is needed"):
        signer_of(file)
    with pytest.raises(StoreError, match="another passphrase"):
        signer_of(file, b"not the right one")
    assert signer_of(file, b"long enough, yes").public == verify.public_key(f"{file}.pub")
    with pytest.raises(StoreError, match="12 characters"):
        new_signer(tmp_path / "short", b"short")


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "k"
    new_signer(file)
    file.chmod(0o640)
    with pytest.raises(StoreError, match="chmod 600"):
        signer_of(file)


@pytest.mark.parametrize("data", [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_what_is_no_key_is_refused_without_its_bytes(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "k"
    file.write_bytes(data)
    file.chmod(0o600)
    with pytest.raises(StoreError) as told:
        signer_of(file)
    assert "AAAA" not in str(told.value)


def test_keys_of_the_two_kinds_are_told_apart(tmp_path: Path) -> None:
    new_signer(tmp_path / "s")
    key = new_recipient(tmp_path / "r")
    assert recipient_public(tmp_path / "r.pub").public_bytes_raw() == key.public_key().public_bytes_raw()
    with pytest.raises(StoreError, match="no Ed25519 key"):
        signer_of(tmp_path / "r")
    with pytest.raises(StoreError, match="no X25519 key"):
        recipient_of(tmp_path / "s")
    with pytest.raises(StoreError, match="no X25519 key"):
        recipient_public(tmp_path / "s.pub")


def test_what_is_derived_is_the_keys_own_and_steady(tmp_path: Path) -> None:
    one, two = new_signer(tmp_path / "a"), new_signer(tmp_path / "b")
    assert one.derived(b"x") == signer_of(tmp_path / "a").derived(b"x")
    assert len({one.derived(b"x"), one.derived(b"y"), two.derived(b"x")}) == 3

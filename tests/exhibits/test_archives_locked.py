"""Encrypted archives open with a password, and say that they are encrypted without one."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest
import pyzipper
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_archives import aes_zip, locked_rar5, old_zip, seven_zip
from support_exhibits import exhibit, opened, zipped

from headwater.exhibits.enclosing import enclosed
from headwater.exhibits.limits import Limits
from headwater.exhibits.member import Member, plain

TEXT = b"".join(b"line %d\n" % n for n in range(40000))
FILES = {"a.txt": TEXT, "b/c.csv": b"1,2\n"}


def packs() -> dict[str, bytes]:
    return {
        "aes": aes_zip(FILES, "secret"),
        "aes-128": aes_zip(FILES, "secret", bits=128),
        "aes-stored": aes_zip(FILES, "secret", method=pyzipper.ZIP_STORED),
        "aes-bzip2": aes_zip(FILES, "secret", method=pyzipper.ZIP_BZIP2),
        "old": old_zip(FILES, b"secret"),
        "old-stored": old_zip(FILES, b"secret", deflated=False),
        "7z": seven_zip(FILES, "secret"),
        "7z-names": seven_zip(FILES, "secret", secret_names=True),
    }


@pytest.fixture(scope="module")
def packed() -> dict[str, bytes]:
    return packs()


KINDS = ["aes", "aes-128", "aes-stored", "aes-bzip2", "old", "old-stored", "7z", "7z-names"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_password_opens_it(tmp_path: Path, packed: dict[str, bytes], kind: str) -> None:
    found = exhibit(tmp_path, "leaks/a", packed[kind])
    contents, not_read = opened(found, passwords=("wrong", "密码", "secret"))
    assert contents == {f"leaks/a!{name}": data for name, data in FILES.items()}
    assert not_read == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("passwords", [(), ("wrong", "12345")])
def test_without_the_password_it_says_that_it_is_encrypted(
    tmp_path: Path, packed: dict[str, bytes], kind: str, passwords: tuple[str, ...]
) -> None:
    contents, not_read = opened(exhibit(tmp_path, "leaks/a", packed[kind]), passwords=passwords)
    assert contents == {}
    assert not_read
    assert all("is encrypted" in item.reason for item in not_read)
    assert all(("no given password" in item.reason) == bool(passwords) for item in not_read)


def test_many_wrong_passwords_do_not_pass_the_old_cipher(tmp_path: Path, packed: dict[str, bytes]) -> None:
    guesses = tuple(str(n) for n in range(1500))  # its own check lets one of 256 pass
    contents, not_read = opened(exhibit(tmp_path, "leaks/a", packed["old"]), passwords=guesses)
    assert contents == {}
    assert [item.reason for item in not_read] == ["is encrypted, and no given password opens it"] * 2
    assert opened(exhibit(tmp_path, "leaks/a", packed["old"]), passwords=(*guesses, "secret"))[1] == []


def test_a_password_in_chinese_is_tried_in_both_encodings(tmp_path: Path) -> None:
    for encoding in ("utf-8", "gbk"):
        data = old_zip({"a": TEXT}, "密码".encode(encoding))
        assert opened(exhibit(tmp_path, "leaks/a", data), passwords=("密码",))[0] == {"leaks/a!a": TEXT}


def test_damage_in_an_encrypted_file_is_said(tmp_path: Path) -> None:
    data = bytearray(aes_zip({"a": random.Random(1).randbytes(3 << 20)}, "secret"))
    data[len(data) // 2] ^= 1
    _, not_read = opened(exhibit(tmp_path, "leaks/a", bytes(data)), passwords=("secret",))
    assert len(not_read) == 1


def test_passwords_reach_archives_in_archives_and_in_documents(tmp_path: Path) -> None:
    data = zipped({"in.zip": aes_zip({"x": b"x"}, "secret")})
    assert opened(exhibit(tmp_path, "leaks/a", data), passwords=("secret",))[0] == {"leaks/a!in.zip!x": b"x"}
    mail = plain(exhibit(tmp_path, "mail/m.eml", b"y"))
    inside = [m for m in enclosed(mail, "a.zip", data, passwords=("secret",)) if isinstance(m, Member)]
    assert [m.path for m in inside] == ["mail/m.eml!a.zip!in.zip!x"]


def test_a_password_is_in_no_representation(tmp_path: Path) -> None:
    data = aes_zip({"x": b"x"}, "secret")
    _, not_read = opened(exhibit(tmp_path, "leaks/a", data), passwords=("hunter2",))
    assert "hunter2" not in repr(not_read)


def test_a_bomb_behind_a_password_is_stopped(tmp_path: Path) -> None:
    limits = Limits(total=1 << 20, ratio=50, ratio_from=1 << 16)
    for data in (aes_zip({"z": bytes(1 << 23)}, "p"), seven_zip({"z": bytes(1 << 23)}, "p")):
        _, not_read = opened(exhibit(tmp_path, "leaks/b", data), limits, ("p",))
        assert any("unpacks to more" in item.reason for item in not_read)


@pytest.mark.skipif(shutil.which("unar") is None, reason="needs unar")
def test_an_encrypted_rar_opens_by_unar(tmp_path: Path) -> None:
    files = {"a.txt": TEXT, "b/客户.csv": b"1,2\n"}
    found = exhibit(tmp_path, "leaks/a.rar", locked_rar5(files, "secret"))
    contents, not_read = opened(found, passwords=("wrong", "secret"))
    assert contents == {f"leaks/a.rar!{name}": data for name, data in files.items()}
    assert not_read == []
    assert {item.reason for item in opened(found, passwords=("wrong",))[1]} == {
        "is encrypted, and no given password opens it"
    }
    damaged = bytearray(locked_rar5(files, "secret"))
    damaged[2000] ^= 1
    _, not_read = opened(exhibit(tmp_path, "leaks/b.rar", bytes(damaged)), passwords=("secret",))
    assert [item.reason for item in not_read] == ["the packed data is damaged, or needs another password"]


SMALL = {
    "aes": aes_zip({"a": TEXT[:700], "b": b"1"}, "p"),
    "old": old_zip({"a": TEXT[:700], "b": b"1"}, b"p"),
    "7z": seven_zip({"a": TEXT[:700], "b": b"1"}, "p"),
}


@pytest.mark.parametrize("kind", list(SMALL))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9), cut=st.floats(0, 1), flips=st.integers(0, 6))
def test_damaged_encrypted_archives_raise_nothing(tmp_path: Path, kind: str, seed: int, cut: float, flips: int) -> None:
    data, dice = bytearray(SMALL[kind]), random.Random(seed)
    for _ in range(flips):
        data[dice.randrange(4, len(data))] ^= 1 << dice.randrange(8)
    opened(exhibit(tmp_path, "leaks/o", bytes(data[: max(9, int(cut * len(data)))])), Limits(total=1 << 24), ("p",))

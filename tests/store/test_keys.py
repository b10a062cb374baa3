"""The key is made once, is nobody else's to read, and is said nowhere."""

from __future__ import annotations

import os
import stat
from multiprocessing import get_context
from pathlib import Path

import pytest

from headwater.model.errors import StoreError
from headwater.store.keys import ENVIRONMENT, KEY_BYTES, KEYRING, token_key

HEX = "0f" * KEY_BYTES


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    monkeypatch.delenv(KEYRING, raising=False)


def test_a_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    key = token_key(tmp_path)
    file = tmp_path / "keys" / "token.key"
    assert len(key) == KEY_BYTES
    assert token_key(tmp_path) == key
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [f.name for f in file.parent.iterdir()] == ["token.key"]


def test_two_workspaces_have_two_keys(tmp_path: Path) -> None:
    assert token_key(tmp_path / "one") != token_key(tmp_path / "two")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o610])
def test_a_key_that_others_can_reach_is_refused(tmp_path: Path, mode: int) -> None:
    token_key(tmp_path)
    file = tmp_path / "keys" / "token.key"
    file.chmod(mode)
    with pytest.raises(StoreError, match="0600"):
        token_key(tmp_path)


def test_the_umask_does_not_open_the_key(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        token_key(tmp_path)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "keys" / "token.key").stat().st_mode) == 0o600


def test_the_environment_gives_the_key_and_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT, f" {HEX.upper()}\n")
    assert token_key(tmp_path) == bytes.fromhex(HEX)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["0f", HEX + "0f", "no key at all", HEX[:-1] + "g"])
def test_a_key_that_is_none_is_refused_without_being_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv(ENVIRONMENT, text)
    with pytest.raises(StoreError, match=f"{2 * KEY_BYTES} hexadecimal digits") as raised:
        token_key(tmp_path)
    assert ENVIRONMENT in str(raised.value)
    assert text not in str(raised.value)


def test_a_damaged_key_file_is_an_error_and_stays(tmp_path: Path) -> None:
    token_key(tmp_path)
    file = tmp_path / "keys" / "token.key"
    file.write_text("torn")
    with pytest.raises(StoreError, match=r"token\.key"):
        token_key(tmp_path)
    assert file.read_text() == "torn"


def test_a_keyring_that_is_not_there_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEYRING, "headwater-test")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    import keyring
    from keyring.backends.fail import Keyring

    keyring.set_keyring(Keyring())
    with pytest.raises(StoreError, match="keyring entry headwater-test"):
        token_key(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_makers_that_race_agree_on_one_key(tmp_path: Path) -> None:
    context = get_context("fork")
    go, keys = context.Event(), context.SimpleQueue()
    makers = [context.Process(target=_make_when, args=(go, tmp_path, keys)) for _ in range(8)]
    for maker in makers:
        maker.start()
    go.set()
    found = {keys.get() for _ in makers}
    for maker in makers:
        maker.join()
    assert found == {token_key(tmp_path)}
    assert [f.name for f in (tmp_path / "keys").iterdir()] == ["token.key"]


def _make_when(go: object, workspace: Path, keys: object) -> None:
    go.wait()  # type: ignore[attr-defined]
    keys.put(token_key(workspace))  # type: ignore[attr-defined]

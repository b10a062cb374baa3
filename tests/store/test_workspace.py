"""A workspace belongs to one run at a time and to one key for ever."""

from __future__ import annotations

import stat
from multiprocessing import get_context
from pathlib import Path

import pytest
from tests.processes import KEY, OTHER_KEY

from headwater.model.errors import StoreError
from headwater.store.keys import ENVIRONMENT
from headwater.store.workspace import open_workspace


@pytest.fixture(autouse=True)
def keyed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT, KEY)


def _try(root: Path, answer: object) -> None:
    try:
        with open_workspace(root):
            answer.put("open")  # type: ignore[attr-defined]
    except StoreError as error:
        answer.put(str(error))  # type: ignore[attr-defined]


def _elsewhere(root: Path) -> str:
    context = get_context("fork")
    answer = context.SimpleQueue()
    process = context.Process(target=_try, args=(root, answer))
    process.start()
    told: str = answer.get()
    process.join()
    return told


def test_a_second_run_is_kept_out_while_the_first_is_in(tmp_path: Path) -> None:
    with open_workspace(tmp_path / "w"):
        assert "another run is using this workspace" in _elsewhere(tmp_path / "w")
        assert str(tmp_path / "w") in _elsewhere(tmp_path / "w")
    assert _elsewhere(tmp_path / "w") == "open"


def test_the_same_process_cannot_open_it_twice(tmp_path: Path) -> None:
    with open_workspace(tmp_path), pytest.raises(StoreError, match="another run"), open_workspace(tmp_path):
        pass


def test_another_key_is_refused_and_the_right_one_still_fits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_workspace(tmp_path):
        pass
    monkeypatch.setenv(ENVIRONMENT, OTHER_KEY)
    with pytest.raises(StoreError, match="another key") as raised, open_workspace(tmp_path):
        pass
    assert OTHER_KEY not in str(raised.value)
    monkeypatch.setenv(ENVIRONMENT, KEY)
    with open_workspace(tmp_path) as workspace:
        assert workspace.manifest.inputs() == []


def test_a_refused_opening_lets_go_of_the_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_workspace(tmp_path):
        pass
    monkeypatch.setenv(ENVIRONMENT, OTHER_KEY)
    with pytest.raises(StoreError, match="another key") as raised, open_workspace(tmp_path):
        pass
    monkeypatch.setenv(ENVIRONMENT, KEY)
    with open_workspace(tmp_path):  # while the error, and what it refers to, is still alive
        assert raised.value.place == str(tmp_path)


def test_another_format_is_refused(tmp_path: Path) -> None:
    with open_workspace(tmp_path) as workspace:
        workspace.manifest.set_fact("format", "headwater/workspace/0")
    with pytest.raises(StoreError, match="another format"), open_workspace(tmp_path):
        pass


def test_nobody_else_may_look_in(tmp_path: Path) -> None:
    with open_workspace(tmp_path / "w"):
        assert stat.S_IMODE((tmp_path / "w").stat().st_mode) & 0o077 == 0


def test_the_key_lies_outside_the_lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ENVIRONMENT)
    with open_workspace(tmp_path) as workspace:
        key = (tmp_path / "keys" / "token.key").read_text().strip()
        assert not (tmp_path / "keys").is_relative_to(workspace.lake.root)
        for file in (f for f in tmp_path.rglob("*") if f.is_file() and f.name != "token.key"):
            assert key.encode() not in file.read_bytes()
            assert bytes.fromhex(key) not in file.read_bytes()

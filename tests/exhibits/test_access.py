"""Who may read a file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from headwater.exhibits.access import access_of


@pytest.mark.parametrize(("mode", "others"), [(0o600, False), (0o640, False), (0o644, True), (0o604, True)])
def test_mode_and_others(tmp_path: Path, mode: int, others: bool) -> None:
    file = tmp_path / "list.csv"
    file.write_text("x")
    file.chmod(mode)
    found = access_of(file)
    assert found is not None
    assert (found["mode"], found["others"]) == (f"{mode:04o}", others)
    assert found["owner"] and found["group"]


@pytest.mark.skipif(not hasattr(os, "chown") or os.geteuid() != 0, reason="only root can give files away")
def test_an_owner_without_a_name_is_told_by_number(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("x")
    os.chown(file, 4_000_123, 4_000_124)
    found = access_of(file)
    assert found is not None
    assert (found["owner"], found["group"]) == ("4000123", "4000124")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert access_of(tmp_path / "none") is None
